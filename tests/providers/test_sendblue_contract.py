"""
Sendblue keeps the contract, along each of the ways that a note can take.
"""

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
from voicenote_sendblue import Sendblue
from voicenote_sendblue.sandbox import SendbluePlayer


LINE, ADA, BOB = "+12025550102", "+12025550123", "+12025550124"
MEDIA = "https://storage.googleapis.com/inbound-file-store/ab12_voice_note.caf"
STORED = {"status": "OK", "media_url": MEDIA, "mediaObjectId": "ab12_voice_note.caf"}
QUEUED = {
    "accountEmail": "ops@example.com",
    "status": "QUEUED",
    "error_code": None,
    "error_key": None,
    "message_handle": "h1",
    "date_sent": "2026-01-02T03:04:05.678Z",
    "from_number": LINE,
    "number": ADA,
    "media_url": MEDIA,
    "group_id": "",
    "was_downgraded": None,
    "service": "iMessage",
}


class _Sendblue(ProviderContract):
    @pytest.fixture
    def provider(self):
        return Sendblue(api_key="k3y-s3cret", api_secret="s3cret", sender=LINE)

    @pytest.fixture
    def refusals(self):
        return [
            {**QUEUED, "status": "ERROR", "error_code": 4000},
            {**QUEUED, "status": "DECLINED", "error_key": "OPTED_OUT"},
            {**QUEUED, "media_url": ""},
        ]


class TestUpload(_Sendblue):
    """A note from memory to one person."""

    @pytest.fixture
    def happy_path(self):
        return [(201, STORED), (202, QUEUED)]


class TestUrl(_Sendblue):
    """A note by a URL that Sendblue fetches."""

    @pytest.fixture
    def note(self):
        return VoiceNote(MEDIA, ADA, key="contract-1")

    @pytest.fixture
    def happy_path(self):
        return [(202, QUEUED)]


class TestGroup(_Sendblue):
    """A note to two people."""

    @pytest.fixture
    def note(self):
        return VoiceNote(silence(), (ADA, BOB), key="contract-1")

    @pytest.fixture
    def happy_path(self):
        group = {**QUEUED, "number": [ADA, BOB], "group_id": "sb_group_1"}
        return [(201, STORED), (202, group)]


class TestStatus(StatusContract):
    """What became of a message."""

    @pytest.fixture
    def provider(self):
        return Sendblue(api_key="k3y-s3cret", api_secret="s3cret", sender=LINE)

    @pytest.fixture
    def happy_path(self):
        return [{**QUEUED, "status": "DELIVERED"}]


class TestReconcile(ReconcileContract):
    """A message is found by its file's name, or by its URL."""

    @pytest.fixture
    def provider(self):
        return Sendblue(api_key="k3y-s3cret", api_secret="s3cret", sender=LINE)

    @pytest.fixture
    def trace(self):
        return Receipt(
            "sendblue",
            "",
            Status.UNKNOWN,
            to=[ADA],
            sender=LINE,
            media=MEDIA,
            key="contract-1",
            created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        )

    @pytest.fixture
    def happy_path(self):
        other = {**QUEUED, "message_handle": "h0", "media_url": ""}
        return [{"status": "OK", "data": [other, QUEUED]}]


class TestReconcileByName(TestReconcile):
    """The key is in the name of an uploaded file, whatever its URL became."""

    @pytest.fixture
    def happy_path(self):
        media = f"https://storage.example/ab12_{file_stem('contract-1')}.caf"
        return [{"status": "OK", "data": [{**QUEUED, "media_url": media}]}]


class TestPlayer(PlayerContract):
    """Sendblue, played."""

    @pytest.fixture
    def player(self):
        return SendbluePlayer

    @pytest.fixture
    def provider(self):
        return Sendblue


class TestWebhooks(WebhookContract):
    """What Sendblue posts carries a secret, which proves neither body nor moment."""

    signs_body = False
    signs_time = False

    @pytest.fixture
    def provider(self):
        return Sendblue(
            api_key="k3y", api_secret="s", sender=LINE, webhook_secret="wh-s3cret"
        )

    @pytest.fixture
    def event(self):
        return {**QUEUED, "is_outbound": True, "status": "DELIVERED", "content": ""}

    @pytest.fixture
    def other_events(self):
        return [{"event": "typing", "number": ADA}, {"number": ADA, "call": {"id": 1}}]

    @pytest.fixture
    def sign(self):
        return lambda body: Webhook(
            {"sb-signing-secret": "wh-s3cret"}, body, 1_767_225_601.0
        )
