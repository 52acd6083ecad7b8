"""
What has been attempted under which key, so that a key sends once.

Rule: an attempt is noted before its request leaves, and its outcome after; whatever is
found between the two is in doubt.
"""

import threading

from collections import OrderedDict
from enum import StrEnum
from typing import Protocol

import attrs

from ._receipts import Receipt


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
        """Note that the provider has taken the note of *receipt*'s key."""

    def refuse(self, key: str) -> None:
        """Note that nothing was sent under *key*, so that it may be sent anew."""

    def update(self, receipt: Receipt) -> Receipt:
        """
        Merge *receipt*, a report, into what is known about its note.

        Returns:
            What is known now; *receipt* itself, if its note is not in here.
        """


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
            known = self._entries.get(key)
            at = known.at if known else 0.0
            self._keep(key, Entry(Standing.ACCEPTED, receipt, at))

    def refuse(self, key: str) -> None:
        """See `Keeper.refuse`."""
        with self._lock:
            known = self._entries.get(key)
            if known:
                self._keep(key, attrs.evolve(known, standing=Standing.REFUSED))

    def update(self, receipt: Receipt) -> Receipt:
        """See `Keeper.update`. Looks through the keys, of which there are few."""
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
