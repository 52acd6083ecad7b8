"""
Having webhooks posted. https://docs.sendblue.com/getting-started/webhooks

Rule: PUT drops whatever it is not given, other people's URLs and the global secret
included: all that was read is written back.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from voicenote import (
    ConfigError,
    Flow,
    Request,
    Subscription,
    UnexpectedResponseError,
    check,
    read,
    repeatable,
)

from ._refusals import refusal


_PATH = "/api/account/webhooks"
_EVENTS = ("receive", "outbound")

Ask = Callable[..., Request]


@attrs.frozen
class Account:
    """What is posted where: by event a list of URLs, or of objects with a ``url``."""

    webhooks: dict[str, Any]

    def entries(self, event: str) -> list[Any]:
        """
        Return what *event* has.

        Raises:
            UnexpectedResponseError: It is no list, so nobody may write it back.
        """
        found = self.webhooks.get(event) or []
        if not isinstance(found, list):
            raise UnexpectedResponseError(f"Sendblue's {event} webhooks are no list")
        return found


def subscribed(
    ask: Ask, url: str, events: Sequence[str], secrets: Sequence[str]
) -> Flow[Subscription]:
    """
    Have *events* posted to *url*, with the first of *secrets*.

    Raises:
        ConfigError: There is no secret, without which nothing could be verified.
    """
    if not secrets:
        raise ConfigError(
            "set webhook_secret first, to any long random text: Sendblue sends it "
            "along, and it is all that proves a webhook genuine"
        )
    entry, events = {"url": url, "secret": secrets[0]}, events or _EVENTS
    account = yield from _account(ask)
    if any(_has(account, event, url) for event in events):
        yield from _replaced(ask, account, entry, events)
    else:
        for event in events:
            added = {"webhooks": [entry], "type": event}
            # A repeat lists the URL twice at worst; what it brings is merged.
            response = yield repeatable(ask("POST", _PATH, json=added))
            check(response, refusal=refusal)
    return Subscription("sendblue", url, url, events, secret=secrets[0])


def unsubscribed(ask: Ask, url: str) -> Flow[None]:
    """
    Have nothing more posted to *url*.

    Raises:
        ConfigError: Nothing is.
    """
    account = yield from _account(ask)
    lists = [
        name for name, value in account.webhooks.items() if isinstance(value, list)
    ]
    found = [event for event in lists if _has(account, event, url)]
    if not found:
        raise ConfigError(f"Sendblue posts nothing to {url}")
    for event in found:
        ended = ask("DELETE", _PATH, json={"webhooks": [url], "type": event})
        check((yield ended), refusal=refusal)


def _account(ask: Ask) -> Flow[Account]:
    response = yield ask("GET", _PATH)
    return read(response, Account, refusal=refusal)


def _replaced(
    ask: Ask, account: Account, entry: dict[str, str], events: Sequence[str]
) -> Flow[None]:
    """Write everything back, with *entry* in the place of what had its URL."""
    changed = {
        event: [
            *(one for one in account.entries(event) if _url(one) != entry["url"]),
            entry,
        ]
        for event in events
    }
    response = yield ask(
        "PUT", _PATH, json={"webhooks": {**account.webhooks, **changed}}
    )
    check(response, refusal=refusal)


def _has(account: Account, event: str, url: str) -> bool:
    return any(_url(one) == url for one in account.entries(event))


def _url(entry: Any) -> object:
    return entry.get("url") if isinstance(entry, dict) else entry
