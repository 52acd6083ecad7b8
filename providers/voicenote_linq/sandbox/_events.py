"""
Linq's webhooks: https://docs.linqapp.com/guides/webhooks (version 2026-02-03)
"""

import json

from typing import Any

from voicenote.sandbox import Chat, Message, Posting, Status, World, listen, sign

from ._state import NAME, Attachment, State
from ._words import iso, line_handle, maybe_iso, parts, person_handle


# The sandbox's own, as public as its keys. Linq makes one for each subscription.
SECRET = "whsec_c2FuZGJveC1zYW5kYm94LXNhbmRib3gtc2FuZGJveCE="  # noqa: S105

_EVENTS = {
    Status.SENT: "message.sent",
    Status.DELIVERED: "message.delivered",
    Status.READ: "message.read",
    Status.FAILED: "message.failed",
}


def events(state: State, message: Message) -> list[Posting]:
    """Return what Linq posts about *message* on its whole course."""
    return [
        posting
        for after, status in message.course
        if status in _EVENTS
        for posting in _posted(
            state,
            _EVENTS[status],
            _told(state.world, message, status, message.accepted_at + after),
            message.accepted_at + after,
        )
    ]


def reply(state: State, person: str, audio: bytes) -> Posting:
    """Return what Linq posts when *person* sends *audio*; Linq keeps the file."""
    world = state.world
    line = next(one for one in world.lines.values() if one.provider == NAME)
    chat = world.chat(line, [person]) or world.open(line, [person])
    attachment = _kept(state, audio)
    data = {
        **_frame(world, chat),
        "id": world.uuid(),
        "direction": "inbound",
        "service": world.someone(person).service,
        "sender_handle": person_handle(world, chat, person),
        "parts": [
            {
                "type": "voice_memo",
                "id": attachment.id,
                "filename": attachment.filename,
                "mime_type": attachment.content_type,
                "size_bytes": attachment.size,
                "url": world.address(attachment.url),
            }
        ],
        "sent_at": iso(world.now()),
    }
    return _posted(state, "message.received", data, world.now())[0]


def _kept(state: State, audio: bytes) -> Attachment:
    world, found = state.world, listen(audio).format
    attachment = Attachment(
        world.uuid(),
        f"memo{found.suffix if found else ''}",
        found.content_type if found else "audio/x-caf",
        len(audio),
        world.token(64),
        world.now(),
    )
    state.attachments[attachment.id] = attachment
    world.objects[attachment.url] = audio
    return attachment


def _posted(state: State, kind: str, data: dict[str, Any], at: float) -> list[Posting]:
    """Return an event for everybody who asked for it; for nobody, if nobody did."""
    name = state.world.named(kind, json.dumps(data))
    event = {
        "api_version": "v3",
        "webhook_version": "2026-02-03",
        "event_type": kind,
        "event_id": name,
        "created_at": iso(at).replace("Z", "456789Z"),  # Linq's clock is that precise
        "trace_id": state.world.named("trace", data.get("id") or "").replace("-", ""),
        "partner_id": "sandbox",
        "data": data,
    }
    body = json.dumps(event).encode()
    asked = [one for one in state.subscriptions.values() if kind in one.events]
    places = [(one.secret, one.url) for one in asked] or [(SECRET, "")]
    now = state.world.now()
    return [
        Posting(sign(body, secret, name=name, at=now), body, url)
        for secret, url in places
    ]


def _told(world: World, message: Message, status: Status, at: float) -> dict[str, Any]:
    if status is Status.FAILED:
        return {
            "message_id": message.id,
            "chat_id": message.chat.id,
            "code": 4001,
            "reason": "Message delivery failed",
            "detail_code": 17,
            "failed_at": iso(at),
            "service": message.service,
            "preferred_service": None,
        }
    return {
        **_frame(world, message.chat),
        "id": message.id,
        "direction": "outbound",
        "service": message.service,
        "sender_handle": line_handle(world, message.chat),
        "parts": parts(world, message),
        **_moments(message, at),
    }


def _moments(message: Message, now: float) -> dict[str, str | None]:
    return {
        "sent_at": maybe_iso(message.reached(Status.SENT, now)),
        "delivered_at": maybe_iso(message.reached(Status.DELIVERED, now)),
        "read_at": maybe_iso(message.reached(Status.READ, now)),
    }


def _frame(world: World, chat: Chat) -> dict[str, Any]:
    return {
        "chat": {
            "id": chat.id,
            "is_group": chat.is_group,
            "owner_handle": line_handle(world, chat),
            "health_status": {
                "status": "HEALTHY",
                "doc_url": "https://docs.linqapp.com/guides/chats/chat-health",
                "updated_at": iso(chat.created_at),
            },
        },
        "sent_at": None,
        "delivered_at": None,
        "read_at": None,
        "effect": None,
        "reply_to": None,
        "idempotency_key": None,
        "preferred_service": None,
    }
