"""
Providers that are right, and unlike ours: what the contract must not complain about.

Rule: as in broken.py, this file is a stranger's.
"""

from hashlib import sha256

import attrs
import httpx
import pytest

from voicenote import (
    AudioSpec,
    Format,
    Receipt,
    Request,
    Status,
    UnroutableError,
    VoiceNote,
    audible,
    check,
    read,
    request,
    secret,
)
from voicenote.testing import ProviderContract, silence


@attrs.frozen
class Sent:
    """What the vendor answers."""

    ok: bool
    message_id: int


@attrs.frozen
class Bot:
    """One request, multipart, with the key in its path; it knows chats, and no numbers."""

    name = "bot"
    accepts = AudioSpec(frozenset({Format.OGG_OPUS}), (Format.OGG_OPUS,), 50_000_000)

    token: str = secret()

    def send(self, note):
        if note.chat is None:
            raise UnroutableError("a bot writes into chats; give chat=")
        post = Request(
            "POST",
            f"https://bot.example/bot{self.token}/sendVoice",
            headers={"Content-Type": f"multipart/form-data; boundary={_of(note)}"},
            data={"chat_id": note.chat, **note.options.get(self.name, {})},
            files={"voice": (note.audio.filename, note.audio.data, "audio/ogg")},
        )
        post.read()
        sent = read((yield audible(post, chat=note.chat)), Sent)
        return Receipt(self.name, str(sent.message_id), Status.SENT, chat=note.chat)


def _of(note):
    return sha256(note.audio.data).hexdigest()[:32]


class TestBot(ProviderContract):
    """The credential is where the vendor wants it, and in no error."""

    secret_belongs_in = frozenset({"path"})

    @pytest.fixture
    def provider(self):
        return Bot(token="12:s3cret")

    @pytest.fixture
    def note(self):
        return VoiceNote(silence(form=Format.OGG_OPUS), chat="42", key="k")

    @pytest.fixture
    def happy_path(self):
        return [{"ok": True, "message_id": 7}]


@attrs.define
class Plain:
    """It answers no JSON, only a header; it has one line, and takes M4A."""

    name = "plain"
    accepts = AudioSpec(frozenset({Format.M4A}), (Format.M4A,), 1_000_000)

    key: str = attrs.field(repr=False)

    def send(self, note):
        if note.chat or note.is_group:
            raise UnroutableError("one person at a time")
        body = {"to": note.to[0], **note.options.get(self.name, {})}
        post = request(
            "POST", "https://plain.example/", headers={"X-Key": self.key}, json=body
        )
        answer = check((yield audible(post)))
        return Receipt(self.name, answer.headers.get("x-id", ""), Status.QUEUED)


class TestPlain(ProviderContract):
    """What has no body has no body to be read."""

    @pytest.fixture
    def provider(self):
        return Plain("s3cret")

    @pytest.fixture
    def happy_path(self):
        return [httpx.Response(204, headers={"X-Id": "n1"})]
