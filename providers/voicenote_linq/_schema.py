"""
Linq's JSON, as far as we read it. Field names are Linq's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from voicenote import (
    Receipt,
    Rendering,
    Service,
    Status,
    file_stem,
    fitting,
)


# https://docs.linqapp.com, "Message" in the API reference: delivery_status
STATUSES = {
    "pending": Status.QUEUED,
    "queued": Status.QUEUED,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "failed": Status.FAILED,
}

# https://docs.linqapp.com, guides "Voice memos" and "Protocol selection": a bubble is
# an iMessage matter; everybody else gets a file.
_RENDERINGS = {
    Service.IMESSAGE: Rendering.VOICE_NOTE,
    Service.RCS: Rendering.ATTACHMENT,
    Service.SMS: Rendering.ATTACHMENT,
}

_SERVICES = {service.value: service for service in Service}

# How far two clocks may be apart.
_SKEW = timedelta(seconds=5)

_ON_ITS_WAY = (Status.SENT, Status.DELIVERED, Status.READ)


@attrs.frozen
class Handle:
    """Somebody in a chat; ``is_me`` marks our own line, if Linq says so."""

    handle: str
    is_me: bool | None = None
    status: str | None = None
    left_at: str | None = None


@attrs.frozen
class Chat:
    """A conversation."""

    id: str
    handles: list[Handle]
    is_group: bool
    display_name: str | None = None
    updated_at: datetime | None = None

    def others(self, line: str) -> frozenset[str]:
        """Return who is in this chat today, besides *line*."""
        return frozenset(
            one.handle.lower()
            for one in self.handles
            if not one.is_me
            and one.handle != line
            and (one.status or ("left" if one.left_at else "active")) == "active"
        )

    def __str__(self) -> str:
        return f"{self.id} ({self.display_name})" if self.display_name else self.id


@attrs.frozen
class Chats:
    """One page of conversations; one that cannot be read hides no other."""

    chats: list[Any]
    next_cursor: str | None = None

    def readable(self) -> list[Chat]:
        """Return those that have the shape of a chat."""
        return fitting(self.chats, Chat)


@attrs.frozen
class Id:
    """Whatever has an id."""

    id: str


@attrs.frozen
class OpenedChat:
    """A chat that came into being through its first message."""

    id: str
    message: Id | None = None


@attrs.frozen
class Opened:
    """The answer to a chat's creation."""

    chat: OpenedChat


@attrs.frozen
class Upload:
    """Where to put a file, and with exactly which headers."""

    attachment_id: str
    upload_url: str
    required_headers: dict[str, str]
    http_method: str = "PUT"


@attrs.frozen
class Memo:
    """A voice memo; its id is the message's, and is missing at times."""

    id: str | None = None
    status: str | None = None
    created_at: datetime | None = None
    chat: Id | None = None
    voice_memo: Id | None = None
    to: list[str] | None = None


@attrs.frozen
class SentMemo:
    """The answer to a voice memo."""

    voice_memo: Memo

    def receipt(
        self, raw: Mapping[str, Any], trace_id: str | None, chat: str
    ) -> Receipt:
        """
        Return what Linq accepted; the service in it is only a plan.

        Args:
            chat: The one that the memo was sent into, where Linq does not repeat it.
        """
        memo = self.voice_memo
        return Receipt(
            "linq",
            memo.id or "",
            status(memo.status or "queued"),
            to=memo.to or (),
            sender=raw["voice_memo"].get("from"),
            chat=memo.chat.id if memo.chat else chat,
            media=memo.voice_memo.id if memo.voice_memo else None,
            trace_id=trace_id,
            created_at=memo.created_at,
            raw=raw,
        )


@attrs.frozen
class Part:
    """A piece of a message; a memo's is its audio."""

    id: str | None = None
    filename: str | None = None
    url: str | None = None


@attrs.frozen
class Message:
    """A message, as it is now."""

    id: str
    delivery_status: str
    chat_id: str | None = None
    service: str | None = None
    created_at: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    is_from_me: bool | None = None
    parts: list[Part] | None = None

    def is_of(self, trace: Receipt) -> bool:
        """Return whether this is the note that *trace* is about."""
        if not self.is_from_me:
            return False
        stem = file_stem(trace.key or "")  # of an upload that was for this note only
        names = [(part.filename or "").startswith(stem) for part in self.parts or ()]
        ids = [trace.media in (part.id, part.url) for part in self.parts or ()]
        return any(names) or (any(ids) and self.is_as_young_as(trace))

    def is_as_young_as(self, trace: Receipt) -> bool:
        """Return whether this was made when *trace*'s note left, or later."""
        # An attachment or a URL may have been sent before; an older message is not it.
        if not (self.created_at and trace.created_at):
            return False
        return self.created_at >= trace.created_at - _SKEW

    def receipt(self, raw: Mapping[str, Any], trace_id: str | None = None) -> Receipt:
        """Return what became of the message."""
        now = status(self.delivery_status)
        service = _SERVICES.get(self.service or "") if now in _ON_ITS_WAY else None
        return Receipt(
            "linq",
            self.id,
            now,
            chat=self.chat_id,
            service=service,
            rendering=_RENDERINGS[service] if service else None,
            downgraded=service is Service.SMS if service else None,
            trace_id=trace_id,
            created_at=self.created_at,
            sent_at=self.sent_at,
            delivered_at=self.delivered_at,
            read_at=self.read_at,
            raw=raw,
        )


@attrs.frozen
class Messages:
    """One page of a chat's messages."""

    messages: list[Any]
    next_cursor: str | None = None


@attrs.frozen
class Line:
    """One of our numbers."""

    phone_number: str
    line_type: str | None = None


@attrs.frozen
class Lines:
    """All of our numbers."""

    phone_numbers: list[Line]


def status(word: str) -> Status:
    """Return what Linq's *word* means."""
    return STATUSES.get(word.lower(), Status.UNKNOWN)
