"""
Sending, as a plan: whom to ask, what to write down, and what doubt means.

Rule: a request that can be heard leaves once. It is written down before, and what is
written down and not settled is looked for, never sent again blindly.
"""

from collections.abc import Iterator, Mapping
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
    UnroutableError,
    VoiceNoteError,
)
from ._events import Event, Kind
from ._flows import Ask, Plan, answering, pause, work
from ._journal import Entry, Standing
from ._models import Status, VoiceNote
from ._plans import Policy, asking
from ._prepare import prepared
from ._providers import Provider, SupportsPacing, SupportsReconcile
from ._receipts import Attempt, Receipt
from ._repeat import may_repeat, trace
from ._retry import Deadline


# What of the total time a send may use where the provider can be looked at afterwards.
_SENDING = 0.75


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
        receipt = yield from _recalled(note, providers, policy, deadline)
        if receipt is None:
            receipt = yield from _sent(note, providers, policy, deadline)
    except BaseException as error:  # also an end from outside: it was abandoned
        name = getattr(error, "provider", "")
        said = f"{type(error).__name__}: {error}"
        policy.observe(Event(Kind.ERROR, name, note.key, error=said))
        raise
    policy.observe(Event(Kind.RECEIPT, receipt.provider, note.key, receipt=receipt))
    return receipt


def _sent(
    note: VoiceNote,
    providers: Mapping[str, Provider],
    policy: Policy,
    deadline: Deadline,
) -> Plan[Receipt]:
    note = yield from _loaded(note)
    tried: list[Attempt] = []
    for name, provider, is_last in _in_turn(note, providers, policy):
        check_recipients(note, provider)  # here, where nobody has been asked
        errand = _Errand(name, provider, note, policy, deadline)
        try:
            receipt = yield from _through(errand)
        except (UnavailableError, UnroutableError) as error:
            if _was_down(error):
                policy.traffic.failed(name, policy.clock())
            if is_last:
                raise
            said = f"{type(error).__name__}: {error}"
            tried.append(Attempt(name, said))
            policy.observe(Event(Kind.FAILOVER, name, note.key, error=said))
        else:
            receipt = _completed(receipt, name, provider, note, tried)
            yield from _accepted(receipt, policy)
            return receipt
    raise AssertionError("a client has at least one provider")


def check_recipients(note: VoiceNote, provider: Provider) -> None:
    """
    Raise if *note* would go to the line that it comes from.

    Raises:
        RecipientError: It would.
    """
    own = _line(note, provider)
    if own in note.to:
        raise RecipientError(
            f"{own} is the line that sends; give somebody else's number"
        )


def _in_turn(
    note: VoiceNote, providers: Mapping[str, Provider], policy: Policy
) -> Iterator[tuple[str, Provider, bool]]:
    """Yield whom to ask, in order, and whether nobody is left after them."""
    named = list(providers.items())
    if note.chat:  # a name that means nothing to the next provider
        named = named[:1]
    now = policy.clock()
    named.sort(key=lambda pair: policy.traffic.is_cooling(pair[0], now))
    for position, (name, provider) in enumerate(named, 1):
        yield name, provider, position == len(named)


def _recalled(
    note: VoiceNote,
    providers: Mapping[str, Provider],
    policy: Policy,
    deadline: Deadline,
) -> Plan[Receipt | None]:
    """
    Return the receipt of an earlier send with *note*'s key, or None if it may go out.

    Raises:
        UnconfirmedError: An earlier send is in doubt, and stays so.
    """
    entry = yield from work(partial(policy.journal.recall, note.key))
    if entry is None or entry.standing is Standing.REFUSED:
        return None
    if entry.standing is Standing.ACCEPTED:
        return entry.receipt
    provider = providers.get(entry.receipt.provider)
    age = policy.now() - entry.at
    search = yield from find(entry.receipt, provider, policy, deadline)
    if search.found:
        return search.found
    if not search.is_absent or age < policy.certain_after:
        raise unsettled(entry.receipt)
    # It was looked for long after it would have been there: it never arrived.
    yield from work(partial(policy.journal.refuse, entry))
    return None


def _loaded(note: VoiceNote) -> Plan[VoiceNote]:
    """Read an open file once, since the next provider may want it again."""
    if isinstance(note.audio.source, bytes | str) or hasattr(
        note.audio.source, "__fspath__"
    ):
        return note
    source = yield from work(note.audio.source.read)
    return attrs.evolve(note, audio=attrs.evolve(note.audio, source=source))


@attrs.frozen
class _Errand:
    """One note on its way through one provider, within a time."""

    name: str
    provider: Provider
    note: VoiceNote
    policy: Policy
    deadline: Deadline

    @property
    def line(self) -> str | None:
        """What the note goes out from, if the provider has such a thing."""
        return _line(self.note, self.provider)


def _through(errand: _Errand) -> Plan[Receipt]:
    """Send through one provider; what is in doubt is looked for."""
    name, key, policy = errand.name, errand.note.key, errand.policy
    yield from _turn(errand)
    attempted: list[Entry] = []
    plan = answering(_sending(errand), lambda ask: _noted(ask, errand, attempted))
    try:
        return (yield from asking(name, plan, policy, _until(errand), key))
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


def _until(errand: _Errand) -> Deadline:
    """Return when sending has to end, so that time remains for looking."""
    deadline = errand.deadline
    if not isinstance(errand.provider, SupportsReconcile):
        return deadline
    return Deadline(deadline.clock() + deadline.left() * _SENDING, deadline.clock)


def _doubtful(error: VoiceNoteError, trace: Receipt) -> UnconfirmedError:
    """Return *error* as one that says where to look for the note."""
    doubt = UnconfirmedError(str(error), provider=trace.provider)
    if isinstance(error, UnconfirmedError):
        doubt.response, doubt.failure = error.response, error.failure
    doubt.receipt = trace
    return doubt


def _turn(errand: _Errand) -> Plan[None]:
    """Wait until the vendor's rate limit lets the note pass."""
    if not isinstance(errand.provider, SupportsPacing):
        return
    left = errand.deadline.left()
    seconds = errand.policy.traffic.turn(
        (errand.name, errand.line),
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


def _sending(errand: _Errand) -> Plan[Receipt]:
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


def _noted(ask: Ask, errand: _Errand, attempted: list[Entry]) -> Plan[Any]:
    """Write down a request that can be heard, before it leaves."""
    if isinstance(ask, httpx.Request) and not may_repeat(ask):
        attempt, at = _trace(ask, errand), errand.policy.now()
        is_first = yield from work(partial(errand.policy.journal.attempt, attempt, at))
        if not is_first:
            raise unsettled(attempt)
        attempted.append(Entry(Standing.ATTEMPTED, attempt, at))
    return (yield ask)


def _trace(request: httpx.Request, errand: _Errand) -> Receipt:
    """Return what is known of a note before its request leaves."""
    chat, media = trace(request)
    return Receipt(
        errand.name,
        "",
        Status.UNKNOWN,
        to=errand.note.to,
        sender=errand.line,
        chat=chat or errand.note.chat,
        media=media,
        key=errand.note.key,
        created_at=errand.policy.moment(),
    )


def _accepted(receipt: Receipt, policy: Policy) -> Plan[None]:
    yield from work(partial(policy.journal.accept, receipt))
    policy.traffic.worked(receipt.provider)


def _was_down(error: SendError) -> bool:
    if isinstance(error.__cause__, httpx.RequestError):
        return True
    return error.response is not None and error.response.is_server_error


def _line(note: VoiceNote, provider: Provider) -> str | None:
    return note.sender or getattr(provider, "sender", None)


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
        to=receipt.to or note.to,
        sender=receipt.sender or _line(note, provider),
        attempts=tried,
    )
