"""
Sendblue keeps the contract, along each of the ways that a note can take.
"""

import pytest

from voicenote import VoiceNote
from voicenote.testing import ProviderContract, silence
from voicenote_sendblue import Sendblue


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
