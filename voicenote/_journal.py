"""
What has been attempted under which key, so that a key sends once.

Rule: an attempt is noted before its request leaves, and its outcome after; whatever is
found between the two is in doubt.
"""

import logging
import threading
import time

from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import attrs

from ._receipts import Receipt


_log = logging.getLogger("voicenote")


class Standing(StrEnum):
    """How a send stands, as far as it is written down."""

    ATTEMPTED = "attempted"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@attrs.frozen
class Entry:
    """
    One key's send.

    Attributes:
        standing: How it stands.

        receipt: What is known. While the send is only attempted, it has no id, but
            says where to look: provider, chat, media and the moment.

        at: When it was attempted last, in seconds since the epoch.
    """

    standing: Standing
    receipt: Receipt
    at: float

    @property
    def key(self) -> str:
        """The note's key."""
        return self.receipt.key or ""

    def accepted(self, receipt: Receipt) -> "Entry":
        """
        Return this, knowing that a provider has taken the note as *receipt* says.

        It is final: a later receipt of the same note adds to the first one, and one
        of another note, which only a late answer could bring, changes nothing.
        """
        if self.standing is not Standing.ACCEPTED:
            return Entry(Standing.ACCEPTED, receipt, self.at)
        if (self.receipt.provider, self.receipt.id) != (receipt.provider, receipt.id):
            return self
        return attrs.evolve(self, receipt=self.receipt.updated(receipt))


class Keeper(Protocol):
    """Something that remembers sends. Its methods may block, and are atomic."""

    def recall(self, key: str) -> Entry | None:
        """Return how *key* stands, or None if it was never attempted."""

    def attempt(self, trace: Receipt, at: float) -> bool:
        """
        Note that *trace*'s key is about to be sent, at *at*, seconds since the epoch.

        Returns:
            False if it stands as attempted or accepted: somebody else was first.
        """

    def accept(self, receipt: Receipt) -> None:
        """
        Note that the provider has taken the note of *receipt*'s key.

        However the key stands, it stands as accepted afterwards; see `Entry.accepted`.
        """

    def refuse(self, attempt: Entry) -> None:
        """
        Note that *attempt* has sent nothing, so that its key may be sent anew.

        Changes nothing unless that very attempt is what stands: somebody else may
        have made a newer one, which is not over.
        """

    def update(self, receipt: Receipt) -> Receipt:
        """
        Merge *receipt*, a report, into what is known about its note.

        Returns:
            What is known now; *receipt* itself, if its note is not in here.
        """


@attrs.frozen
class Forgiving:
    """
    A keeper whose outcomes cannot fail, because what they tell has happened.

    What it raises before a request leaves stops the request. What it raises later is
    logged: an error would hide the receipt. The journal then has an attempt without
    an outcome, which is in doubt, and is looked for before the key is sent again.
    """

    keeper: Keeper

    def recall(self, key: str) -> Entry | None:
        """See `Keeper.recall`."""
        return self.keeper.recall(key)

    def attempt(self, trace: Receipt, at: float) -> bool:
        """See `Keeper.attempt`."""
        return self.keeper.attempt(trace, at)

    def accept(self, receipt: Receipt) -> None:
        """See `Keeper.accept`."""
        _tell(lambda: self.keeper.accept(receipt), f"{receipt.key!r} was accepted")

    def refuse(self, attempt: Entry) -> None:
        """See `Keeper.refuse`."""
        _tell(lambda: self.keeper.refuse(attempt), f"{attempt.key!r} was not sent")

    def update(self, receipt: Receipt) -> Receipt:
        """See `Keeper.update`."""
        known: list[Receipt] = []
        _tell(
            lambda: known.append(self.keeper.update(receipt)),
            f"{receipt.provider} {receipt.id!r} is {receipt.status.value}",
        )
        return known[0] if known else receipt


def _tell(note: Callable[[], None], what: str) -> None:
    try:
        note()
    except Exception:  # noqa: BLE001  (and it is told)
        # Whatever it is: nothing that a keeper does may undo what has happened.
        _log.exception("the journal could not be told that %s", what)


def untold(receipt: Receipt) -> Entry:
    """Return the attempt behind *receipt* where none was noted: it could repeat."""
    return Entry(Standing.ATTEMPTED, receipt, time.time())


@attrs.define
class Memory:
    """
    Remembers the sends of one client, for as long as it lives.

    Attributes:
        most: How many; the oldest are forgotten first.
    """

    most: int = 10_000
    _entries: OrderedDict[str, Entry] = attrs.field(
        factory=OrderedDict, init=False, repr=False
    )
    _lock: threading.Lock = attrs.field(
        factory=threading.Lock, init=False, repr=False, eq=False
    )

    def recall(self, key: str) -> Entry | None:
        """See `Keeper.recall`."""
        return self._entries.get(key)

    def attempt(self, trace: Receipt, at: float) -> bool:
        """See `Keeper.attempt`."""
        key = trace.key or ""
        with self._lock:
            known = self._entries.get(key)
            if known and known.standing is not Standing.REFUSED:
                return False
            self._keep(key, Entry(Standing.ATTEMPTED, trace, at))
        return True

    def accept(self, receipt: Receipt) -> None:
        """See `Keeper.accept`."""
        key = receipt.key or ""
        with self._lock:
            known = self._entries.get(key) or untold(receipt)
            self._keep(key, known.accepted(receipt))

    def refuse(self, attempt: Entry) -> None:
        """See `Keeper.refuse`."""
        with self._lock:
            known = self._entries.get(attempt.key)
            if known and (known.standing, known.at) == (Standing.ATTEMPTED, attempt.at):
                refused = attrs.evolve(known, standing=Standing.REFUSED)
                self._keep(attempt.key, refused)

    def update(self, receipt: Receipt) -> Receipt:
        """See `Keeper.update`. Looks through the keys, of which there are few."""
        if not receipt.id:  # as all attempts have none, it could be any of them
            return receipt
        with self._lock:
            for key, entry in self._entries.items():
                known = entry.receipt
                if (known.provider, known.id) == (receipt.provider, receipt.id):
                    merged = known.updated(receipt)
                    self._entries[key] = attrs.evolve(entry, receipt=merged)
                    return merged
        return receipt

    def _keep(self, key: str, entry: Entry) -> None:
        self._entries[key] = entry
        self._entries.move_to_end(key)
        if len(self._entries) > self.most:
            self._entries.popitem(last=False)
