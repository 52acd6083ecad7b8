"""
What a provider is: a name, what audio it takes, and generators.

If you can write an `httpx.Auth`, you can write a provider. No base class, no I/O.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeGuard, TypeVar, runtime_checkable

from ._flows import Flow
from ._models import VoiceNote
from ._receipts import Receipt
from ._traffic import Pace
from ._webhooks import Inbound, Subscription, Webhook
from .audio import AudioSpec


P = TypeVar("P")


@runtime_checkable
class Provider(Protocol):
    """Something that can put a voice note on a phone."""

    @property
    def name(self) -> str:
        """What configuration and receipts call it, for example ``linq``."""

    @property
    def accepts(self) -> AudioSpec:
        """What audio it takes; the core converts everything else."""

    def send(self, note: VoiceNote) -> Flow[Receipt]:
        """
        Send *note*, whose audio is as `accepts` asks: bytes, or a URL.

        Requests that nobody hears are marked `repeatable`; the others go out once.
        """


@runtime_checkable
class SupportsStatus(Protocol):
    """A provider that can be asked what became of a voice note."""

    def status(self, message_id: str) -> Flow[Receipt]:
        """Return what the provider knows about the note that it calls *message_id*."""


@runtime_checkable
class SupportsReconcile(Protocol):
    """A provider that can look for a note whose answer was lost."""

    def find(self, trace: Receipt) -> Flow[Receipt | None]:
        """
        Return the note that *trace* is about, or None if it is not there.

        *trace* has no id. It has what `audible` was told: chat and media; and key,
        recipients, sender, and as ``created_at`` the moment before the request left.
        A note that might be another one with the same audio is not the note.
        """


@runtime_checkable
class SupportsWebhooks(Protocol):
    """A provider that tells by itself what becomes of a note, and what comes in."""

    def receive(self, webhook: Webhook) -> Sequence[Receipt | Inbound]:
        """
        Return what *webhook* says, or nothing if it is about something else.

        Pure. It is verified before it is parsed; a secret that is configured cannot
        be skipped, and without one only `Webhook.unverified` lets it through.

        Raises:
            WebhookError: It is not genuine, stale or unreadable.

            ConfigError: Nothing is configured that could tell.
        """


@runtime_checkable
class SupportsSubscriptions(Protocol):
    """A provider that can be asked to post webhooks somewhere."""

    def subscribe(self, url: str, events: Sequence[str] = ()) -> Flow[Subscription]:
        """Have webhooks posted to *url*: *events*, or those that concern notes."""

    def unsubscribe(self, subscription: str) -> Flow[None]:
        """Have no more posted to *subscription*, an id or a URL."""


@runtime_checkable
class SupportsPacing(Protocol):
    """A provider that knows its vendor's rate limits."""

    @property
    def paces(self) -> Sequence[Pace]:
        """The limits; each holds."""


@runtime_checkable
class SupportsCheck(Protocol):
    """A provider whose credentials can be tried without sending anything."""

    def check(self) -> Flow[str]:
        """Return a sentence about the account, or raise why it cannot be used."""


@runtime_checkable
class SupportsCaveats(Protocol):
    """A provider that knows what may go wrong with a note before it is sent."""

    def caveats(self, note: VoiceNote) -> Sequence[str]:
        """Return what is doubtful about *note*, each in a sentence."""


def supports(provider: object, protocol: type[P]) -> TypeGuard[P]:
    """
    Return whether *provider* is a *protocol*, remembered by its class.

    Asking a protocol itself walks through all its members, at every send.
    """
    known = (type(provider), protocol)
    if known not in _SUPPORTED:
        _SUPPORTED[known] = isinstance(provider, protocol)
    return _SUPPORTED[known]


_SUPPORTED: dict[tuple[type[Any], type[Any]], bool] = {}
