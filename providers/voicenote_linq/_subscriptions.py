"""
Having webhooks posted. https://docs.linqapp.com, API reference: webhook-subscriptions

Rule: Linq shows a signing secret once, when a subscription is made.
"""

from collections.abc import Sequence

import attrs

from voicenote import (
    ConfigError,
    Flow,
    Subscription,
    check,
    read,
    repeatable,
)

from ._refusals import refusal
from ._wire import Wire


_PATH = "/v3/webhook-subscriptions"
_VERSION = "version=2026-02-03"

# https://docs.linqapp.com, API reference: GET /v3/webhook-events
_EVENTS = (
    "message.sent",
    "message.delivered",
    "message.read",
    "message.failed",
    "message.received",
)


@attrs.frozen
class Promise:
    """A subscription; its secret is in the answer to its creation only."""

    id: str
    target_url: str
    subscribed_events: list[str] | None = None
    signing_secret: str | None = None

    def subscription(self) -> Subscription:
        """Return it as a noun of ours."""
        return Subscription(
            "linq",
            self.id,
            self.target_url,
            self.subscribed_events or (),
            secret=self.signing_secret or "",
        )


@attrs.frozen
class Promises:
    """Every subscription of an account."""

    subscriptions: list[Promise]


def subscribed(
    wire: Wire, url: str, events: Sequence[str], *, has_secret: bool
) -> Flow[Subscription]:
    """
    Return the subscription of *url*, which is made if there is none.

    Args:
        has_secret: Whether a secret is configured, so that a subscription which is
            there already may be of use.

    Raises:
        ConfigError: There is one, and nobody knows its secret any more.
    """
    url = _pinned(url)
    for known in (yield from _known(wire)):
        if known.target_url == url and has_secret:
            return known.subscription()
        if known.target_url == url:
            raise ConfigError(
                f"Linq posts to {url} already, and tells the secret of subscription "
                f"{known.id} to nobody any more: set webhook_secret if you have it, or "
                "unsubscribe and subscribe again"
            )
    # A URL has one subscription at most, so a repeat makes no second one.
    made = yield repeatable(
        wire.ask(
            "POST",
            _PATH,
            json={"target_url": url, "subscribed_events": [*(events or _EVENTS)]},
        )
    )
    return read(made, Promise, refusal=refusal).subscription()


def unsubscribed(wire: Wire, subscription: str) -> Flow[None]:
    """
    End *subscription*, an id or a URL.

    Raises:
        ConfigError: There is none with this URL.
    """
    found = subscription
    if "://" in subscription:
        urls = (subscription, _pinned(subscription))
        known = yield from _known(wire)
        found = next((one.id for one in known if one.target_url in urls), "")
    if not found:
        raise ConfigError(f"Linq posts nothing to {subscription}")
    check((yield wire.ask("DELETE", f"{_PATH}/{found}")), refusal=refusal)


def _known(wire: Wire) -> Flow[list[Promise]]:
    response = yield wire.ask("GET", _PATH)
    return read(response, Promises, refusal=refusal).subscriptions


def _pinned(url: str) -> str:
    """Return *url* with the payloads' version: without, Linq chooses the newest."""
    # https://docs.linqapp.com/guides/webhooks, versioning
    query = url.partition("?")[2]
    if any(one.startswith("version=") for one in query.split("&")):
        return url
    return f"{url.rstrip('?')}{'&' if query else '?'}{_VERSION}"
