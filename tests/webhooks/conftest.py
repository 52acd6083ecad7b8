"""
What the vendors post, as their documentation shows it, and how they prove it.
"""

import hmac
import json

from base64 import b64decode, b64encode
from typing import Any

import attrs
import pytest

from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


NOW = 1_767_225_600.0
LINE, ANN = "+12025550101", "+12025550123"
LINQ_SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_SECRET = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="
SHARED_SECRET = "s3cr3t-of-the-account"

CHAT = "c2c2c2c2-0000-4000-8000-000000000002"
MESSAGE = "a1a1a1a1-0000-4000-8000-000000000001"
TRACE = "0123456789abcdef0123456789abcdef"
AUDIO = "https://cdn.example/memos/note.caf?sig=1"


def signed(
    body: bytes, secret: str = LINQ_SECRET, *, at: float | str = NOW, name: str = "e1"
) -> dict[str, str]:
    """Return the headers that Standard Webhooks asks for."""
    key = b64decode(secret.removeprefix("whsec_"))
    at = at if isinstance(at, str) else f"{at:.0f}"
    said = f"{name}.{at}.".encode() + body
    return {
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": "v1,"
        + b64encode(hmac.digest(key, said, "sha256")).decode(),
    }


def handle(address: str, *, is_me: bool) -> dict[str, Any]:
    return {"id": "h1", "handle": address, "is_me": is_me, "service": "iMessage"}


def linq_event(kind: str, data: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "api_version": "v3",
        "webhook_version": "2026-02-03",
        "event_type": kind,
        "event_id": "e4e4e4e4-0000-4000-8000-000000000004",
        "created_at": "2026-03-01T12:00:00.123456789Z",
        "trace_id": TRACE,
        "partner_id": "p-1",
        "data": data,
        **fields,
    }


def new(kind: str, *parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return an event as version 2026-02-03 has it."""
    is_ours = kind != "message.received"
    data = {
        "id": MESSAGE,
        "direction": "outbound" if is_ours else "inbound",
        "service": "iMessage",
        "chat": {
            "id": CHAT,
            "is_group": False,
            "owner_handle": handle(LINE, is_me=True),
        },
        "sender_handle": handle(LINE if is_ours else ANN, is_me=is_ours),
        "parts": list(parts),
        "sent_at": "2026-03-01T11:59:59.500Z",
        "delivered_at": None,
        "read_at": None,
        **fields,
    }
    return linq_event(kind, data)


def old(kind: str, *parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return an event as version 2025-01-01 has it."""
    is_ours = kind != "message.received"
    people = [handle(LINE, is_me=True), handle(ANN, is_me=False)]
    sender, recipient = people if is_ours else people[::-1]
    data = {
        "chat_id": CHAT,
        "is_group": False,
        "is_from_me": is_ours,
        "from": sender["handle"],
        "from_handle": sender,
        "recipient_handle": recipient,
        "service": "iMessage",
        "message": {
            "id": MESSAGE,
            "parts": list(parts),
            "sent_at": "2026-03-01T11:59:59.500Z",
            **fields,
        },
    }
    return linq_event(kind, data, webhook_version="2025-01-01")


def memo(**fields: Any) -> dict[str, Any]:
    return {
        "type": "voice_memo",
        "id": "f3f3f3f3-0000-4000-8000-000000000003",
        "filename": "note.caf",
        "mime_type": "audio/x-caf",
        "url": AUDIO,
        **fields,
    }


def sendblue_event(**fields: Any) -> dict[str, Any]:
    return {
        "accountEmail": "ops@example.com",
        "content": "",
        "is_outbound": True,
        "status": "DELIVERED",
        "error_code": None,
        "error_message": None,
        "error_reason": None,
        "message_handle": "4E1B7C20",
        "date_sent": "2026-05-06T04:00:00.000Z",
        "date_updated": "2026-05-06T04:00:01.000Z",
        "from_number": LINE,
        "number": ANN,
        "to_number": ANN,
        "was_downgraded": False,
        "plan": "dedicated",
        "media_url": "https://storage.example/note.caf",
        "message_type": "message",
        "group_id": "",
        "participants": [],
        "service": "iMessage",
        **fields,
    }


def sendblue_inbound(**fields: Any) -> dict[str, Any]:
    return sendblue_event(
        **{
            "is_outbound": False,
            "status": "RECEIVED",
            "from_number": ANN,
            "number": ANN,
            "to_number": LINE,
            "sendblue_number": LINE,
            "media_url": "https://storage.example/bucket/xyz_AudioMessage.caf",
            "was_downgraded": None,
            **fields,
        }
    )


def packed(event: Any) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode()


@attrs.frozen
class Clock:
    """A clock that stands."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def linq() -> Linq:
    return Linq(api_key="k", sender=LINE, webhook_secret=LINQ_SECRET)


@pytest.fixture
def sendblue() -> Sendblue:
    return Sendblue(
        api_key="k", api_secret="s", sender=LINE, webhook_secret=SHARED_SECRET
    )
