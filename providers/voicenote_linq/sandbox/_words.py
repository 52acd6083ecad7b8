"""
The sandbox's nouns in Linq's JSON: https://docs.linqapp.com/api

Rule: every shape here validates against the types of Linq's own SDK.
"""

from datetime import UTC, datetime
from typing import Any

from voicenote.sandbox import Chat, Media, Message, Status, World


_STATUSES = {
    Status.QUEUED: "queued",
    Status.SENT: "sent",
    Status.DELIVERED: "delivered",
    Status.READ: "read",
    Status.FAILED: "failed",
}

# What a type becomes on its way: https://docs.linqapp.com/guides/messaging/attachments
DELIVERED_AS = {
    "audio/mp3": "audio/mpeg",
    "audio/mp4": "audio/x-m4a",
    "audio/x-caf": "audio/mp4",
    "audio/aiff": "audio/x-aiff",
}


def iso(seconds: float) -> str:
    """Return a time, in seconds since the epoch, as Linq writes it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def maybe_iso(seconds: float | None) -> str | None:
    """Return what `iso` returns, or None for None."""
    return None if seconds is None else iso(seconds)


def _handle(world: World, chat: Chat, address: str, **more: Any) -> dict[str, Any]:
    return {
        "id": world.named(chat.id, address),
        "handle": address,
        "service": world.someone(address).service,
        "joined_at": iso(chat.created_at),
        "left_at": None,
        "status": "active",
        **more,
    }


def line_handle(world: World, chat: Chat) -> dict[str, Any]:
    """Return the handle of a conversation's own line."""
    # is_me is nullable, and a client has to know its own number:
    # https://docs.linqapp.com/api (ChatHandle)
    is_me = None if chat.is_group else True
    return _handle(world, chat, chat.line.number, is_me=is_me, line_type="iMessage")


def person_handle(world: World, chat: Chat, address: str) -> dict[str, Any]:
    """Return the handle of somebody else in a conversation."""
    return _handle(world, chat, address, is_me=False)


def handles(world: World, chat: Chat) -> list[dict[str, Any]]:
    """Return everybody in a conversation, with those who have left."""
    gone = {"is_me": False, "status": "left", "left_at": iso(chat.created_at)}
    return [
        line_handle(world, chat),
        *(_handle(world, chat, one, is_me=False) for one in chat.members),
        *(_handle(world, chat, one, **gone) for one in chat.left),
    ]


def new_chat_json(world: World, chat: Chat) -> dict[str, Any]:
    """Return https://docs.linqapp.com/api (ChatCreateResponse), without its message."""
    opted_out = any(world.someone(one).opted_out for one in chat.members)
    return {
        "id": chat.id,
        "display_name": ", ".join(chat.members),
        "handles": handles(world, chat),
        "is_group": chat.is_group,
        "service": world.planned(chat.members),
        "health_status": {
            "status": "OPTED_OUT" if opted_out else "HEALTHY",
            "doc_url": "https://docs.linqapp.com/guides/chats/chat-health",
            "updated_at": iso(chat.created_at),
        },
    }


def chat_json(world: World, chat: Chat) -> dict[str, Any]:
    """Return https://docs.linqapp.com/api (Chat)."""
    return {
        **new_chat_json(world, chat),
        "is_archived": False,
        "group_chat_icon": None,
        "created_at": iso(chat.created_at),
        "updated_at": iso(chat.updated_at),
    }


def _media_part(world: World, media: Media) -> dict[str, Any]:
    # A memo reads back as an ordinary media part: linq-python, types/message.py
    return {
        "type": "media",
        "id": media.id,
        "filename": media.filename,
        "mime_type": DELIVERED_AS.get(media.content_type, media.content_type),
        "size_bytes": media.sound.size,
        "url": world.address(media.url),
        "reactions": None,
    }


def parts(world: World, message: Message) -> list[dict[str, Any]]:
    text = [{"type": "text", "value": message.text, "reactions": None}]
    media = [_media_part(world, message.media)] if message.media else []
    return (text if message.text else []) + media


def sent_json(world: World, message: Message) -> dict[str, Any]:
    """Return https://docs.linqapp.com/api (SentMessage)."""
    now = world.now()
    return {
        "id": message.id,
        "created_at": iso(message.accepted_at),
        "delivery_status": _STATUSES[message.status(now)],
        "is_read": message.reached(Status.READ, now) is not None,
        "sent_at": maybe_iso(message.reached(Status.SENT, now)),
        "delivered_at": maybe_iso(message.reached(Status.DELIVERED, now)),
        "parts": parts(world, message),
        "effect": None,
        "reply_to": None,
        "from_handle": line_handle(world, message.chat),
        "preferred_service": None,
        "service": message.network(now),
    }


def message_json(world: World, message: Message) -> dict[str, Any]:
    """Return https://docs.linqapp.com/api (Message)."""
    now = world.now()
    return {
        **sent_json(world, message),
        "chat_id": message.chat.id,
        "from": message.chat.line.number,
        "is_from_me": True,
        "is_delivered": message.reached(Status.DELIVERED, now) is not None,
        "read_at": maybe_iso(message.reached(Status.READ, now)),
        "updated_at": iso(message.updated_at(now)),
    }


def memo_json(world: World, message: Message, media: Media) -> dict[str, Any]:
    """Return https://docs.linqapp.com/guides/messaging/voice-memos (the answer)."""
    chat, seconds = message.chat, media.sound.seconds
    return {
        "id": message.id,
        "status": "queued",
        "service": message.network(message.accepted_at),
        "from": chat.line.number,
        "to": list(message.to),
        "created_at": iso(message.accepted_at),
        "chat": {
            "id": chat.id,
            "is_active": True,
            "is_group": chat.is_group,
            "service": world.planned(chat.members),
            "handles": handles(world, chat),
        },
        "voice_memo": {
            "id": media.id,
            "filename": media.filename,
            "mime_type": media.content_type,
            "size_bytes": media.sound.size,
            "url": world.address(media.url),
            "duration_ms": None if seconds is None else round(seconds * 1000),
        },
    }
