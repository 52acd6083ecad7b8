"""
Plans for what providers tell by themselves.
"""

from collections.abc import Sequence
from functools import partial

import attrs

from ._errors import AudioFetchError, ConfigError, WebhookError
from ._events import Event, Kind
from ._flows import Plan, work
from ._models import Audio
from ._plans import Policy, asking
from ._prepare import fetched
from ._providers import Provider, SupportsSubscriptions, SupportsWebhooks, supports
from ._receipts import Receipt
from ._requests import is_protected
from ._webhooks import Inbound, News, Subscription, Webhook
from .audio import Format, convert, sniff


def receive(
    name: str, provider: Provider, webhook: Webhook, policy: Policy
) -> Plan[list[News]]:
    """
    Return what *webhook* tells, receipts with all that is known about their notes.

    Raises:
        WebhookError: It is not genuine, stale or unreadable.

        ConfigError: The provider has no webhooks, or no secret to check them with.
    """
    if not supports(provider, SupportsWebhooks):
        raise ConfigError(f"{name} has no webhooks that could be received")
    told: list[News] = []
    for one in provider.receive(webhook):
        news = attrs.evolve(one, provider=name)
        if isinstance(news, Receipt):
            news = yield from _merged(name, news, policy)
        told.append(news)
    return told


def _merged(name: str, news: Receipt, policy: Policy) -> Plan[Receipt]:
    if news.key is not None:
        yield from _check_key(news, news.key, policy)
    known = yield from work(partial(policy.journal.update, news))
    policy.observe(Event(Kind.RECEIPT, name, known.key, receipt=known))
    return known


def _check_key(news: Receipt, key: str, policy: Policy) -> Plan[None]:
    """Refuse a report that came to the callback of another note."""
    entry = yield from work(partial(policy.journal.recall, key))
    known = entry.receipt if entry else news
    if known.provider == news.provider and known.id not in ("", news.id):
        raise WebhookError("it came to the callback URL of another note")


def download(inbound: Inbound, policy: Policy, to: Format | None = None) -> Plan[Audio]:
    """
    Return the audio of *inbound* as *to*, or as speech-to-text services take it.

    Raises:
        AudioError: It cannot be had, or cannot become *to*.
    """
    if not inbound.url:
        raise AudioFetchError(f"{inbound.provider} told no place of this audio")
    limit = policy.audio.max_bytes
    audio = yield from fetched(inbound.url, limit, policy.fetching)
    return (yield from work(partial(_made, audio, inbound, to, policy)))


def _made(audio: Audio, inbound: Inbound, to: Format | None, policy: Policy) -> Audio:
    found = sniff(audio.data)
    # Opus is what everybody takes, and CAF what hardly anybody does; the audio itself
    # stays as it is.
    target = to or (Format.OGG_OPUS if found is Format.CAF_OPUS else None)
    if target is not None and target is not found:
        return convert(audio, target, policy.audio)
    return attrs.evolve(
        audio,
        content_type=found.content_type,
        filename=inbound.filename or audio.filename,
    )


def subscribe(
    name: str, provider: Provider, url: str, events: Sequence[str], policy: Policy
) -> Plan[Subscription]:
    """
    Return the provider's promise to post *events* to *url*.

    Raises:
        ConfigError: The provider cannot be asked, or the URL is not https.

        SendError: It refuses, or does not answer.
    """
    if not is_protected(url):
        raise ConfigError(f"webhooks go to https URLs only, and {url} is none")
    flow = _subscriber(name, provider).subscribe(url, events)
    promise = yield from asking(name, flow, policy, policy.deadline())
    return attrs.evolve(promise, provider=name)


def unsubscribe(
    name: str, provider: Provider, subscription: str, policy: Policy
) -> Plan[None]:
    """
    Have no more webhooks posted to *subscription*, an id or a URL.

    Raises:
        ConfigError: The provider cannot be asked, or has no such subscription.

        SendError: It refuses, or does not answer.
    """
    flow = _subscriber(name, provider).unsubscribe(subscription)
    yield from asking(name, flow, policy, policy.deadline())


def _subscriber(name: str, provider: Provider) -> SupportsSubscriptions:
    if supports(provider, SupportsSubscriptions):
        return provider
    raise ConfigError(f"{name} cannot be asked for webhooks here; use its own website")
