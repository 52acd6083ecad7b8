"""
What Linq posts: https://docs.linqapp.com/guides/webhooks

Rule: both payload versions are read, because a subscription keeps the one that it was
made with.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from voicenote import (
    Failure,
    Inbound,
    Receipt,
    Service,
    Webhook,
    WebhookError,
    understood,
)

from ._schema import Handle, Message


# https://docs.linqapp.com, API reference, "Webhook events": event_type without its
# "message."; what became of a note of ours.
_REPORTS = ("sent", "delivered", "read", "failed")

_SERVICES = {service.value: service for service in Service}


@attrs.frozen
class Event:
    """What every webhook has; the clock in it is precise to the nanosecond."""

    event_type: str
    data: dict[str, Any]
    created_at: datetime | None = None
    trace_id: str | None = None


@attrs.frozen
class Chat:
    """A conversation, with our own line in it."""

    id: str | None = None
    owner_handle: Handle | None = None


@attrs.frozen
class Part:
    """A piece of a message."""

    type: str | None = None
    mime_type: str | None = None
    filename: str | None = None
    url: str | None = None

    @property
    def is_audio(self) -> bool:
        """Whether it is a memo, or what nothing tells from one."""
        # https://docs.linqapp.com/guides/messaging/attachments speaks of "voice memo
        # message parts"; linq-python 0.65 knows media parts only.
        if self.type == "voice_memo":
            return True
        return self.type == "media" and (self.mime_type or "").startswith("audio/")


@attrs.frozen
class Details:
    """What the two versions and message.failed say of a message, in one."""

    id: str | None = None
    message_id: str | None = None
    chat: Chat | None = None
    chat_id: str | None = None
    direction: str | None = None
    is_from_me: bool | None = None
    sender_handle: Handle | None = None
    from_handle: Handle | None = None
    recipient_handle: Handle | None = None
    service: str | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str | None = None

    @property
    def message(self) -> str:
        """
        The message's id.

        Raises:
            WebhookError: It has none.
        """
        # message.failed has message_id, and others have id: linq-python 0.65
        found = self.message_id or self.id
        if not found:
            raise WebhookError("its body names no message")
        return found

    @property
    def conversation(self) -> str | None:
        """The chat's id."""
        return self.chat_id or (self.chat.id if self.chat else None)

    def line(self, ours: Handle | None) -> str | None:
        """Return our own number: *ours* in the old version, the chat's owner in the new."""
        found = (self.chat.owner_handle if self.chat else None) or ours
        return found.handle if found else None

    @property
    def is_inbound(self) -> bool:
        """Whether somebody else sent it."""
        return self.direction == "inbound" or self.is_from_me is False


def told(webhook: Webhook) -> list[Receipt | Inbound]:
    """
    Return what a genuine *webhook* says about notes.

    Raises:
        WebhookError: It is not what Linq documents.
    """
    raw = webhook.json()
    event = understood(raw, Event)
    about, _, what = event.event_type.partition(".")
    if about != "message" or what not in (*_REPORTS, "received"):
        return []
    flat = _flat(event.data)
    details = understood(flat, Details)
    if what == "received":
        if details.direction == "outbound" or details.is_from_me:
            return []
        return _inbound(event, details, flat, raw)
    return [] if details.is_inbound else [_report(what, event, details, raw)]


def _flat(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message's fields on one level, where version 2026-02-03 has them."""
    nested = told.get("message")
    return {**told, **nested} if isinstance(nested, dict) else dict(told)


def _report(
    word: str, event: Event, details: Details, raw: Mapping[str, Any]
) -> Receipt:
    message = Message(
        details.message,
        word,
        chat_id=details.conversation,
        service=details.service,
        sent_at=details.sent_at,
        delivered_at=details.delivered_at,
        read_at=details.read_at,
    )
    when = getattr(details, f"{word}_at") or event.created_at
    more: dict[str, Any] = {f"{word}_at": when}
    if word == "failed":
        more["failure"] = _failure(event, details)
    receipt = message.receipt(raw, event.trace_id)
    return attrs.evolve(receipt, sender=details.line(details.from_handle), **more)


def _failure(event: Event, details: Details) -> Failure:
    # https://docs.linqapp.com/error/codes/; detail_code is opaque, and stays in raw
    code = event.data.get("code")
    return Failure("" if code is None else str(code), details.reason or "")


def _inbound(
    event: Event, details: Details, flat: Mapping[str, Any], raw: Mapping[str, Any]
) -> list[Receipt | Inbound]:
    sender = details.sender_handle or details.from_handle
    old = flat.get("from")
    return [
        Inbound(
            "linq",
            details.message,
            sender=sender.handle if sender else old if isinstance(old, str) else "",
            line=details.line(details.recipient_handle),
            chat=details.conversation,
            service=_SERVICES.get(details.service or ""),
            url=part.url or "",
            content_type=part.mime_type or "",
            filename=part.filename or "",
            part=index,
            at=details.sent_at or event.created_at,
            raw=raw,
        )
        for index, part in _parts(flat)
        if part.is_audio
    ]


def _parts(flat: Mapping[str, Any]) -> Iterator[tuple[int, Part]]:
    # None, where nothing is retained: https://docs.linqapp.com/guides/webhooks
    parts = flat.get("parts")
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(part, dict):
            yield index, understood(part, Part)
