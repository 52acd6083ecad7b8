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

from ._doubt import find, unsettled
from ._errors import (
    RecipientError,
    SendError,
    UnavailableError,
    UnconfirmedError,
    UnexpectedResponseError,
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
from ._repeat import may_repeat, trace
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


def through(errand: Errand) -> Plan[Receipt]:
    """Send through one provider; what is in doubt is looked for."""
    name, key, policy = errand.name, errand.note.key, errand.policy
    yield from _turn(errand)
    attempted: list[Entry] = []

    def noted(answer: Answer) -> Answer:
        return lambda ask: _noted(ask, errand, attempted, answer)

    try:
        return (
            yield from asking(
                name, _sending(errand), policy, _until(errand), key, around=noted
            )
        )
    except (UnconfirmedError, UnexpectedResponseError) as error:
        if not attempted:  # nothing has left, or it is somebody else's to settle
            raise
        policy.observe(Event(Kind.DOUBT, name, key, error=str(error)))
        trace = attempted[-1].receipt
        search = yield from find(trace, errand.provider, policy, errand.deadline)
        if search.found:
            return search.found
        raise _doubtful(error, trace) from error
    except SendError:
        if attempted:
            yield from work(partial(policy.journal.refuse, attempted[-1]))
        raise


def _until(errand: Errand) -> Deadline:
    """Return when sending has to end, so that time remains for looking."""
    deadline = errand.deadline
    if not supports(errand.provider, SupportsReconcile):
        return deadline
    return Deadline(deadline.clock() + deadline.left() * _SENDING, deadline.clock)


def _doubtful(error: VoiceNoteError, trace: Receipt) -> UnconfirmedError:
    """Return *error* as one that says where to look for the note."""
    doubt = UnconfirmedError(str(error), provider=trace.provider)
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


def _noted(
    ask: Ask, errand: Errand, attempted: list[Entry], answer: Answer
) -> Plan[Any]:
    """Write down a request that can be heard, before it leaves."""
    if isinstance(ask, httpx.Request) and not may_repeat(ask):
        attempt, at = _trace(ask, errand), errand.policy.now()
        is_first = yield from work(partial(errand.policy.journal.attempt, attempt, at))
        if not is_first:
            raise unsettled(attempt)
        attempted.append(Entry(Standing.ATTEMPTED, attempt, at))
    return (yield from answer(ask))


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
