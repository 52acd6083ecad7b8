"""
Linq keeps the contract, along each of the ways that a note can take.
"""

import pytest

from voicenote import VoiceNote
from voicenote.testing import ProviderContract, silence
from voicenote_linq import Linq


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
