"""
One note through one provider: when it may leave, what is written down, what doubt means.

Rule: a request that can be heard leaves once. It is written down before, and what is
written down and not settled is looked for, never sent again blindly.
"""

# Annotations of inner functions would be evaluated at every send.
from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import httpx

from ._doubt import find
from ._errors import (
    RecipientError,
    SendError,
    UnavailableError,
    UnconfirmedError,
    VoiceNoteError,
)
from ._events import Event, Kind
from ._flows import Answer, Ask, Plan, pause, work
from ._journal import Entry, Standing
from ._models import Status, VoiceNote
from ._plans import Policy, asking
from ._prepare import prepared
from ._providers import Provider, SupportsPacing, SupportsReconcile, supports
from ._receipts import Receipt
from ._repeat import may_repeat, never_left, patience, trace
from ._retry import Deadline


# What of the total time a send may use where the provider can be looked at afterwards.
_SENDING = 0.75


def check_recipients(note: VoiceNote, provider: Provider) -> None:
    """
    Raise if *note* would go to the line that it comes from.

    Raises:
        RecipientError: It would.
    """
    own = line(note, provider)
    if own in note.to:
        raise RecipientError(
            f"{own} is the line that sends; give somebody else's number"
        )


def line(note: VoiceNote, provider: Provider) -> str | None:
    """Return what *note* goes out from, if *provider* has such a thing."""
    return note.sender or getattr(provider, "sender", None)


@attrs.frozen
class Errand:
    """One note on its way through one provider, within a time."""

    name: str
    provider: Provider
    note: VoiceNote
    policy: Policy
    deadline: Deadline

    @property
    def own(self) -> str | None:
        """What the note goes out from, if the provider has such a thing."""
        return line(self.note, self.provider)


class Taken(Exception):  # noqa: N818
    """Another send with this key was first; it is that one's to settle."""


@attrs.define
class _Departure:
    """
    What of an errand has left.

    Attributes:
        attempt: The request that can be heard, unless it surely was not.

        is_past: Whether another request has left since.
    """

    attempt: Entry | None = None
    is_past: bool = False

    def is_no(self, error: Exception) -> bool:
        """Return whether *error* says that nobody hears what has left."""
        # About a later request it says nothing of the one that counts.
        is_sure = isinstance(error, SendError) and not self.is_past
        return is_sure and not isinstance(error, UnconfirmedError)


def through(errand: Errand) -> Plan[Receipt]:
    """
    Send through one provider; what is in doubt is looked for.

    Raises:
        Taken: Another send with this key was first.

        UnconfirmedError: Whatever went wrong, the note may be heard.
    """
    name, key, policy = errand.name, errand.note.key, errand.policy
    yield from _turn(errand)
    left = _Departure()

    def noted(answer: Answer) -> Answer:
        return lambda ask: _noted(ask, errand, left, answer)

    try:
        return (
            yield from asking(
                name, _sending(errand), policy, _until(errand), key, around=noted
            )
        )
    except Exception as error:
        if left.attempt is None:
            raise
        if left.is_no(error):
            yield from work(partial(policy.journal.refuse, left.attempt))
            raise
        return (yield from _looked_for(left.attempt.receipt, error, errand))


def _looked_for(trace: Receipt, error: Exception, errand: Errand) -> Plan[Receipt]:
    """Return the receipt of a note that *error* has left in doubt, if it is found."""
    policy = errand.policy
    policy.observe(Event(Kind.DOUBT, errand.name, errand.note.key, error=str(error)))
    search = yield from find(trace, errand.provider, policy, errand.deadline)
    if search.found:
        return search.found
    raise _doubtful(error, trace) from error


def _until(errand: Errand) -> Deadline:
    """Return when sending has to end, so that time remains for looking."""
    deadline = errand.deadline
    if not supports(errand.provider, SupportsReconcile):
        return deadline
    return Deadline(deadline.clock() + deadline.left() * _SENDING, deadline.clock)


def _doubtful(error: Exception, trace: Receipt) -> UnconfirmedError:
    """Return *error* as one that says where to look for the note."""
    said = str(error)
    if not isinstance(error, VoiceNoteError):  # a mistake, in a provider or in here
        said = f"{type(error).__name__}: {error}; the note may have been sent"
    doubt = UnconfirmedError(said, provider=trace.provider)
    if isinstance(error, UnconfirmedError):
        doubt.response, doubt.failure = error.response, error.failure
    doubt.receipt = trace
    return doubt


def _turn(errand: Errand) -> Plan[None]:
    """Wait until the vendor's rate limit lets the note pass."""
    if not supports(errand.provider, SupportsPacing):
        return
    left = errand.deadline.left()
    seconds = errand.policy.traffic.turn(
        (errand.name, errand.own),
        errand.provider.paces,
        errand.note,
        errand.policy.clock(),
        within=left,
    )
    if seconds >= left:
        raise UnavailableError(
            f"{errand.name} takes this note in {seconds:.0f} seconds at the earliest, "
            "by its rate limit; nothing was sent",
            provider=errand.name,
            retry_after=seconds,
        )
    if seconds:
        yield from pause(seconds)


def _sending(errand: Errand) -> Plan[Receipt]:
    note, policy = errand.note, errand.policy
    audio = yield from prepared(
        note.audio,
        errand.provider.accepts,
        policy.audio,
        policy.fetching,
        policy.progress,
    )
    if audio is not note.audio:
        note = attrs.evolve(note, audio=audio)
    return (yield from errand.provider.send(note))


def _noted(ask: Ask, errand: Errand, left: _Departure, answer: Answer) -> Plan[Any]:
    """Write down a request that can be heard, each time before it leaves."""
    if not isinstance(ask, httpx.Request) or may_repeat(ask):
        left.is_past = left.attempt is not None
        return (yield from answer(ask))
    left.attempt = yield from _attempted(ask, errand)
    try:
        response = yield from answer(ask)
    except httpx.RequestError as error:
        if never_left(error):
            yield from _withdrawn(errand, left)
        raise
    if patience(ask, response) is not None:
        yield from _withdrawn(errand, left)
    return response


def _attempted(request: httpx.Request, errand: Errand) -> Plan[Entry]:
    policy = errand.policy
    attempt = Entry(Standing.ATTEMPTED, _trace(request, errand), policy.now())
    is_first = yield from work(
        partial(policy.journal.attempt, attempt.receipt, attempt.at)
    )
    if not is_first:
        raise Taken
    return attempt


def _withdrawn(errand: Errand, left: _Departure) -> Plan[None]:
    # Before a wait, and not at its end: who waits for long must not look like a note
    # that never arrived, which another process would send.
    if left.attempt:
        yield from work(partial(errand.policy.journal.refuse, left.attempt))
    left.attempt = None


def _trace(request: httpx.Request, errand: Errand) -> Receipt:
    """Return what is known of a note before its request leaves."""
    chat, media = trace(request)
    return Receipt(
        errand.name,
        "",
        Status.UNKNOWN,
        to=errand.note.to,
        sender=errand.own,
        chat=chat or errand.note.chat,
        media=media,
        key=errand.note.key,
        created_at=errand.policy.moment(),
    )
