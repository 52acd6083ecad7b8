"""
What a client does, as plans: deliver, look up, check; and what it would do.
"""

import time

from collections.abc import Callable, Mapping, Sequence

import attrs
import httpx

from ._errors import (
    ConfigError,
    RecipientError,
    SendError,
    UnavailableError,
    UnconfirmedError,
    UnroutableError,
)
from ._flows import Plan, T, work
from ._models import VoiceNote
from ._prepare import Fetching, Progress, prepared
from ._providers import Provider, SupportsCheck, SupportsStatus
from ._receipts import Attempt, Receipt
from ._repeat import may_repeat, never_left
from ._retry import Deadline, Retry, retrying
from .audio import AudioSettings


@attrs.frozen
class Policy:
    """
    What all of a client's plans share.

    Attributes:
        retry: When a request goes out again.

        audio: Limits for audio, and the encoder's settings.

        fetching: How audio is fetched from URLs.

        timeout: Seconds that a send may take in total.

        clock: Seconds, never going backwards.

        progress: Called with the seconds of audio that have been encoded.
    """

    retry: Retry = attrs.field(factory=Retry)
    audio: AudioSettings = attrs.field(factory=AudioSettings)
    fetching: Fetching = attrs.field(factory=Fetching)
    timeout: float = 120.0
    clock: Callable[[], float] = time.monotonic
    progress: Progress = lambda _: None


def deliver(
    note: VoiceNote,
    providers: Mapping[str, Provider],
    policy: Policy,
    timeout: float | None = None,
) -> Plan[Receipt]:
    """
    Send through the first of *providers* that takes *note*.

    Only `UnavailableError` and `UnroutableError` move on to the next: after anything
    else another attempt is pointless, wrong, or heard twice.

    Raises:
        SendError: What the last provider said, if none took it.
    """
    deadline = Deadline.after(timeout or policy.timeout, policy.clock)
    note = yield from _loaded(note)
    if note.chat:  # a name that means nothing to the next provider
        providers = dict([*providers.items()][:1])
    tried: list[Attempt] = []
    for name, provider in providers.items():
        check_recipients(note, provider)  # here, where nobody has been asked
        try:
            receipt = yield from _asking(
                name, _sending(note, provider, policy), policy, deadline
            )
        except (UnavailableError, UnroutableError) as error:
            tried.append(Attempt(name, f"{type(error).__name__}: {error}"))
            if len(tried) == len(providers):
                raise
        else:
            return _completed(receipt, name, provider, note, tried)
    raise ConfigError("no provider to send through")


def status(
    name: str, provider: Provider, message_id: str, policy: Policy
) -> Plan[Receipt]:
    """
    Return what the provider knows about *message_id* now.

    Raises:
        ConfigError: It cannot be asked.
    """
    if not isinstance(provider, SupportsStatus):
        raise ConfigError(f"{name} cannot look up what became of a note")
    deadline = Deadline.after(policy.timeout, policy.clock)
    receipt = yield from _asking(name, provider.status(message_id), policy, deadline)
    return attrs.evolve(receipt, provider=name)


def follow(receipt: Receipt, provider: Provider, policy: Policy) -> Plan[Receipt]:
    """
    Return *receipt* with what its provider knows now.

    Raises:
        ConfigError: It cannot be asked, or gave the note no id to ask for.
    """
    if not receipt.id:
        raise ConfigError(f"{receipt.provider} gave this note no id to ask for")
    now = yield from status(receipt.provider, provider, receipt.id, policy)
    return receipt.updated(now)


def check(name: str, provider: Provider, policy: Policy) -> Plan[str]:
    """
    Return a sentence about the account, without sending anything.

    Raises:
        SendError: The provider refuses the credentials, or does not answer.
    """
    if not isinstance(provider, SupportsCheck):
        return f"{name} cannot be tried without sending"
    deadline = Deadline.after(policy.timeout, policy.clock)
    return (yield from _asking(name, provider.check(), policy, deadline))


def _loaded(note: VoiceNote) -> Plan[VoiceNote]:
    """Read an open file once, since the next provider may want it again."""
    if isinstance(note.audio.source, bytes | str) or hasattr(
        note.audio.source, "__fspath__"
    ):
        return note
    source = yield from work(note.audio.source.read)
    return attrs.evolve(note, audio=attrs.evolve(note.audio, source=source))


def _sending(note: VoiceNote, provider: Provider, policy: Policy) -> Plan[Receipt]:
    audio = yield from prepared(
        note.audio, provider.accepts, policy.audio, policy.fetching, policy.progress
    )
    if audio is not note.audio:
        note = attrs.evolve(note, audio=audio)
    return (yield from provider.send(note))


def check_recipients(note: VoiceNote, provider: Provider) -> None:
    """
    Raise if *note* would go to the line that it comes from.

    Raises:
        RecipientError: It would.
    """
    own = note.sender or getattr(provider, "sender", None)
    if own in note.to:
        raise RecipientError(
            f"{own} is the line that sends; give somebody else's number"
        )


def _asking(name: str, plan: Plan[T], policy: Policy, deadline: Deadline) -> Plan[T]:
    """
    Return *plan*, retried, with its errors named and turned into ours.

    Raises:
        SendError: With the provider's name.
    """
    try:
        return (yield from retrying(plan, policy.retry, deadline))
    except SendError as error:
        error.provider = error.provider or name
        raise
    except httpx.RequestError as error:
        raise _lost(error, name) from error


def _lost(error: httpx.RequestError, name: str) -> SendError:
    """Return what it means that a request got no answer."""
    request = error.request
    what = f"{request.method} {request.url.host}"
    why = str(error) or type(error).__name__
    if never_left(error) or may_repeat(request):
        return UnavailableError(
            f"{what} failed: {why}; nothing was sent", provider=name
        )
    return UnconfirmedError(
        f"{what} got no answer that can be read: {why}; the note may have been sent",
        provider=name,
    )


def _completed(
    receipt: Receipt,
    name: str,
    provider: Provider,
    note: VoiceNote,
    tried: Sequence[Attempt],
) -> Receipt:
    """Return *receipt* with what the provider had no reason to repeat."""
    return attrs.evolve(
        receipt,
        provider=name,
        key=note.key,
        to=receipt.to or note.to,
        sender=receipt.sender or note.sender or getattr(provider, "sender", None),
        attempts=tried,
    )
