"""
Linq keeps the contract, along each of the ways that a note can take.
"""

import hmac

from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest

from voicenote import Receipt, Status, VoiceNote, Webhook, file_stem
from voicenote.testing import (
    PlayerContract,
    ProviderContract,
    ReconcileContract,
    StatusContract,
    WebhookContract,
    silence,
)
from voicenote_linq import Linq
from voicenote_linq.sandbox import LinqPlayer


LINE, ADA, BOB = "+12025550101", "+12025550123", "+12025550124"

UPLOAD = {
    "attachment_id": "a1",
    "upload_url": "https://uploads.example/put?X-Amz-Signature=1",
    "http_method": "PUT",
    "expires_at": "2026-03-01T12:14:59Z",
    "required_headers": {"Content-Type": "audio/x-caf", "Content-Length": "4"},
}
MEMO = {
    "voice_memo": {
        "id": "m1",
        "status": "queued",
        "service": "iMessage",
        "from": LINE,
        "to": [ADA],
        "created_at": "2026-03-01T11:59:59.500Z",
        "chat": {"id": "c1", "handles": []},
        "voice_memo": {"id": "a1", "duration_ms": None},
    }
}
MESSAGE = {
    "id": "m1",
    "chat_id": "c1",
    "is_from_me": True,
    "delivery_status": "delivered",
    "service": "iMessage",
    "created_at": "2026-03-01T11:59:59.500Z",
    "sent_at": "2026-03-01T12:00:00Z",
    "delivered_at": "2026-03-01T12:00:01Z",
    "read_at": None,
    "parts": [
        {"type": "media", "id": "a1", "filename": f"{file_stem('contract-1')}.caf"}
    ],
}
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
SENT = [(200, UPLOAD), (200, None), (202, MEMO)]


def _handle(handle, **fields):
    return {"handle": handle, "status": "active", **fields}


def _chats(*handles, is_group=False):
    mine = _handle(LINE, is_me=True)
    chat = {"id": "c1", "handles": [mine, *handles], "is_group": is_group}
    return (200, {"chats": [chat] if handles else [], "next_cursor": None})


class _Linq(ProviderContract):
    @pytest.fixture
    def provider(self):
        return Linq(api_key="lq-s3cret", sender=LINE)


class TestUpload(_Linq):
    """A note from memory to somebody whose chat is looked up."""

    @pytest.fixture
    def happy_path(self):
        return [_chats(_handle(ADA)), *SENT]


class TestGroup(_Linq):
    """A note to two people, whose group exists."""

    @pytest.fixture
    def note(self):
        return VoiceNote(silence(), (ADA, BOB), key="contract-1")

    @pytest.fixture
    def happy_path(self):
        return [_chats(_handle(ADA), _handle(BOB), is_group=True), *SENT]


class TestUrlIntoChat(_Linq):
    """A note by URL into a chat that is known: one request."""

    @pytest.fixture
    def note(self):
        return VoiceNote("https://cdn.example/a.mp3", chat="c1", key="contract-1")

    @pytest.fixture
    def happy_path(self):
        return [(202, MEMO)]


class TestOpener(_Linq):
    """A note to a stranger, behind a text that opens the chat."""

    @pytest.fixture
    def provider(self):
        return Linq(api_key="lq-s3cret", sender=LINE, opener="A voice note follows.")

    @pytest.fixture
    def happy_path(self):
        opened = {"chat": {"id": "c1", "message": {"id": "m0"}}}
        waited = {"id": "m0", "delivery_status": "sent"}
        return [_chats(), (201, opened), (200, waited), *SENT]


class TestStatus(StatusContract):
    """What became of a memo."""

    @pytest.fixture
    def provider(self):
        return Linq(api_key="lq-s3cret", sender=LINE)

    @pytest.fixture
    def happy_path(self):
        return [(200, MESSAGE)]


class TestReconcile(ReconcileContract):
    """A memo is found by its file's name, or by its URL."""

    @pytest.fixture
    def provider(self):
        return Linq(api_key="lq-s3cret", sender=LINE)

    @pytest.fixture
    def trace(self):
        return Receipt(
            "linq",
            "",
            Status.UNKNOWN,
            to=[ADA],
            sender=LINE,
            chat="c1",
            media="a1",
            key="contract-1",
            created_at=datetime(2026, 3, 1, 11, 59, 59, tzinfo=UTC),
        )

    @pytest.fixture
    def happy_path(self):
        other = {**MESSAGE, "id": "m0", "parts": [{"id": "a0", "filename": "x.caf"}]}
        return [(200, {"messages": [other, MESSAGE]})]


class TestPlayer(PlayerContract):
    """Linq, played."""

    @pytest.fixture
    def player(self):
        return LinqPlayer

    @pytest.fixture
    def provider(self):
        return Linq


class TestWebhooks(WebhookContract):
    """What Linq posts is signed, body and moment."""

    @pytest.fixture
    def provider(self):
        return Linq(api_key="lq-s3cret", sender=LINE, webhook_secret=SECRET)

    @pytest.fixture
    def event(self):
        return {
            "api_version": "v3",
            "webhook_version": "2026-02-03",
            "event_type": "message.delivered",
            "event_id": "e1",
            "created_at": "2026-03-01T12:00:00.123456789Z",
            "trace_id": "0123456789abcdef0123456789abcdef",
            "data": {
                "id": "m1",
                "direction": "outbound",
                "service": "iMessage",
                "chat": {"id": "c1", "owner_handle": {"handle": LINE, "is_me": True}},
                "sender_handle": {"handle": LINE, "is_me": True},
                "parts": [{"type": "voice_memo", "id": "a1", "filename": "n.caf"}],
                "delivered_at": "2026-03-01T12:00:00Z",
            },
        }

    @pytest.fixture
    def other_events(self, event):
        return [
            {**event, "event_type": "reaction.added", "data": {}},
            {**event, "event_type": "never.heard.of", "data": {"x": [1]}},
        ]

    @pytest.fixture
    def sign(self):
        return _signed


def _signed(body):
    # https://github.com/standard-webhooks/standard-webhooks/blob/main/spec
    said = b"e1.1767225600." + body
    mac = hmac.digest(b64decode(SECRET.removeprefix("whsec_")), said, "sha256")
    headers = {
        "webhook-id": "e1",
        "webhook-timestamp": "1767225600",
        "webhook-signature": f"v1,{b64encode(mac).decode()}",
    }
    return Webhook(headers, body, 1_767_225_601.0)
