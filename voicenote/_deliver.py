"""
Sending, as a plan: has this key been sent, whom to ask, and who is next.
"""

from collections.abc import Mapping
from functools import partial
from math import inf
from pathlib import Path

import attrs
import httpx

from ._doubt import find, unsettled
from ._errand import Errand, Taken, check_recipients, line, through
from ._errors import (
    RecipientError,
    RejectedError,
    SendError,
    UnavailableError,
    UnroutableError,
)
from ._events import Event, Kind
from ._flows import Plan, work
from ._journal import Standing
from ._models import Status, VoiceNote
from ._plans import Policy
from ._providers import Provider
from ._receipts import Attempt, Receipt
from ._retry import Deadline
from .audio import AudioSettings, load


def deliver(
    note: VoiceNote,
    providers: Mapping[str, Provider],
    policy: Policy,
    timeout: float | None = None,
) -> Plan[Receipt]:
    """
    Send through the first of *providers* that takes *note*; once for each key.

    Only `UnavailableError` and `UnroutableError` move on to the next: after anything
    else another attempt is pointless, wrong, or heard twice.

    Raises:
        SendError: What the last provider said, if none took it.
    """
    policy.observe(Event(Kind.SEND, "", note.key))
    try:
        deadline = policy.deadline(timeout)
        receipt = yield from _recalled(
            note, providers, policy, deadline, certain_after=policy.certain_after
        )
        if receipt is None:
            receipt = yield from _sent(note, providers, policy, deadline)
    except BaseException as error:  # also an end from outside: it was abandoned
        name = getattr(error, "provider", "")
        said = f"{type(error).__name__}: {error}"
        policy.observe(Event(Kind.ERROR, name, note.key, error=said))
        raise
    policy.observe(Event(Kind.RECEIPT, receipt.provider, note.key, receipt=receipt))
    return _unless_failed(receipt)


def _unless_failed(receipt: Receipt) -> Receipt:
    """
    Return *receipt*, unless its note has failed already.

    Raises:
        RejectedError: It has. The key keeps this outcome, since a note that failed may
            still arrive.
    """
    if receipt.status is not Status.FAILED:
        return receipt
    raise RejectedError(
        f"{receipt.provider} took the note as {receipt.id!r}, and says that it failed"
        f"{f': {receipt.failure}' if receipt.failure else ''}",
        provider=receipt.provider,
        failure=receipt.failure,
    )


def _sent(
    note: VoiceNote,
    providers: Mapping[str, Provider],
    policy: Policy,
    deadline: Deadline,
) -> Plan[Receipt]:
    note = yield from _loaded(note, policy.audio)
    tried: list[Attempt] = []
    asked = _in_turn(note, providers, policy)
    for name, provider in asked:
        check_recipients(note, provider)  # here, where nobody has been asked
        errand = Errand(name, provider, note, policy, deadline)
        try:
            receipt = yield from through(errand)
        except Taken as error:
            other = yield from _recalled(note, providers, policy, deadline)
            if other is None:
                raise UnavailableError(
                    f"another send with key {note.key!r} was refused; nothing was sent",
                    provider=name,
                ) from error
            return other
        except (UnavailableError, UnroutableError) as error:
            if _was_down(error):
                policy.traffic.failed(name, policy.clock())
            if len(tried) + 1 == len(asked):
                raise
            said = f"{type(error).__name__}: {error}"
            tried.append(Attempt(name, said))
            policy.observe(Event(Kind.FAILOVER, name, note.key, error=said))
        else:
            receipt = _completed(receipt, name, provider, note, tried)
            yield from _accepted(receipt, policy)
            return receipt
    raise AssertionError("a client has at least one provider")


def _in_turn(
    note: VoiceNote, providers: Mapping[str, Provider], policy: Policy
) -> list[tuple[str, Provider]]:
    """Return whom to ask, in order: those that were down a short while ago last."""
    named = list(providers.items())
    if note.chat:  # a name that means nothing to the next provider
        return named[:1]
    now = policy.clock()
    return sorted(named, key=lambda pair: policy.traffic.is_cooling(pair[0], now))


def _recalled(
    note: VoiceNote,
    providers: Mapping[str, Provider],
    policy: Policy,
    deadline: Deadline,
    certain_after: float = inf,
) -> Plan[Receipt | None]:
    """
    Return the receipt of another send with *note*'s key, or None if it may go out.

    Args:
        certain_after: Seconds after its attempt from which on a look that finds
            nothing is believed; never, where the other one may be under way.

    Raises:
        UnconfirmedError: The other send is in doubt, and stays so.
    """
    entry = yield from work(partial(policy.journal.recall, note.key))
    if entry is None or entry.standing is Standing.REFUSED:
        return None
    if entry.standing is Standing.ACCEPTED:
        _check_same(note, entry.receipt)
        return entry.receipt
    provider = providers.get(entry.receipt.provider)
    age = policy.now() - entry.at
    search = yield from find(entry.receipt, provider, policy, deadline)
    if search.found:
        return search.found
    if not search.is_absent or age < certain_after:
        raise unsettled(entry.receipt)
    # It was looked for long after it would have been there: it never arrived.
    yield from work(partial(policy.journal.refuse, entry))
    return None


def _loaded(note: VoiceNote, settings: AudioSettings) -> Plan[VoiceNote]:
    """Read an open file once, since the next provider may want it again."""
    if isinstance(note.audio.source, bytes | str | Path):
        return note
    audio = yield from work(partial(load, note.audio, settings))
    return attrs.evolve(note, audio=audio)


def _check_same(note: VoiceNote, receipt: Receipt) -> None:
    """
    Raise if *note* is to others than the one that was sent under its key.

    Raises:
        RecipientError: It would look as if these people had got it.
    """
    if note.to and receipt.to and set(note.to) != set(receipt.to):
        raise RecipientError(
            f"the key {note.key!r} is that of a note to {', '.join(receipt.to)}; "
            "give every note a key of its own"
        )


def _accepted(receipt: Receipt, policy: Policy) -> Plan[None]:
    yield from work(partial(policy.journal.accept, receipt))
    policy.traffic.worked(receipt.provider)


def _was_down(error: SendError) -> bool:
    if isinstance(error.__cause__, httpx.RequestError):
        return True
    return error.response is not None and error.response.is_server_error


def _completed(
    receipt: Receipt,
    name: str,
    provider: Provider,
    note: VoiceNote,
    tried: list[Attempt],
) -> Receipt:
    """Return *receipt* with what the provider had no reason to repeat."""
    return attrs.evolve(
        receipt,
        provider=name,
        key=note.key,
        to=note.to or receipt.to,
        sender=receipt.sender or line(note, provider),
        attempts=tried,
    )
