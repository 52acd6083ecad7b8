"""
The public surface, as a type checker sees it. Checked by mypy, never run.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, assert_type

import attrs
import httpx

import voicenote

from voicenote.testing import answer, rehearse


def notes(file: BinaryIO) -> None:
    """Audio is anything that can hold it; recipients are one or several."""
    voicenote.VoiceNote("memo.mp3", "+12025550123")
    voicenote.VoiceNote(Path("memo.mp3"), ["+12025550123", "+12025550124"])
    voicenote.VoiceNote(b"", chat="c1", sender="+12025550101", key="k")
    voicenote.VoiceNote(file, "ada@example.com", options={"linq": {"x": 1}})
    note = voicenote.VoiceNote(voicenote.Audio(b"", pcm=voicenote.PCM(24_000)), "+1")
    assert_type(note.audio, voicenote.Audio)
    assert_type(note.to, tuple[str, ...])


def blocking(note: voicenote.VoiceNote) -> None:
    """Every method of the client says what comes back."""
    with voicenote.Client.from_config(timeout=5.0) as client:
        receipt = client.send(note, via="linq", timeout=30)
        assert_type(receipt, voicenote.Receipt)
        assert_type(receipt.status, voicenote.Status)
        assert_type(receipt.service, voicenote.Service | None)
        assert_type(client.status(receipt), voicenote.Receipt)
        assert_type(client.plan(note), voicenote.Forecast)
        assert_type(client.check("linq"), str)
    voicenote.Client([Acme(api_key="k", sender="+1")], transport=httpx.HTTPTransport())
    assert_type(voicenote.send("memo.mp3", to="+12025550123"), voicenote.Receipt)


async def awaiting(note: voicenote.VoiceNote) -> None:
    """The other client is the same, awaited."""
    async with voicenote.AsyncClient.from_config() as client:
        assert_type(await client.send(note), voicenote.Receipt)
        assert_type(await client.status("id", via="linq"), voicenote.Receipt)
        assert_type(client.plan(note), voicenote.Forecast)


@attrs.frozen
class Sent:
    """What Acme answers."""

    id: str


@attrs.frozen
class Acme:
    """A provider, as a stranger writes it."""

    name = "acme"
    accepts = voicenote.AudioSpec.caf_opus()

    api_key: str = voicenote.secret(env=("ACME_API_KEY",))
    sender: str = voicenote.setting(converter=voicenote.line)

    def send(self, note: voicenote.VoiceNote) -> voicenote.Flow[voicenote.Receipt]:
        """Ask Acme."""
        response = yield voicenote.request("POST", "https://acme.example", json={})
        return voicenote.Receipt(self.name, voicenote.read(response, Sent).id, "sent")


def providers(acme: Acme, note: voicenote.VoiceNote) -> Sequence[voicenote.Provider]:
    """A class with a name, a spec and a generator is a provider."""
    done = rehearse(acme.send(note), [answer(json={"id": "1"})])
    assert_type(done.result, voicenote.Receipt)
    return [acme]
