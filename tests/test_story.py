"""
The whole story over real HTTP: a person's file, a vendor played on loopback, a receipt.
"""

import io
import json
import logging
import shutil
import struct
import subprocess

import av
import pytest

import voicenote

from tests.conftest import CAF, SAMPLES
from voicenote import Client, Rendering, Status, VoiceNote
from voicenote.sandbox import Sandbox
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


ADA, BOB = "+12025550123", "+12025550124"

# Files of people, and their length in seconds (tests/audio/samples/README.md).
FILES = {
    "speech.mp3": 2.2,
    "speech.m4a": 2.206,
    "speech.wav": 2.2,
    "speech.flac": 2.2,
    "speech.ogg": 2.2,
    "speech.webm": 2.2,
    "speech.amr": 2.22,
    "stereo.ogg": 2.2,
    "opus_60ms.opus": 2.2,
    "opus_short_last_packet.ogg": 1.0051,
    "ulaw.wav": 2.2,
    "video_with_sound.mp4": 2.005,
}


@pytest.fixture(scope="module")
def stage():
    """One sandbox for the module."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def linq(stage):
    return Linq(**stage.settings("linq"))


@pytest.fixture
def sendblue(stage):
    return Sendblue(**stage.settings("sendblue"))


def _chunks(caf):
    """Return a CAF's chunks by name; read here, independently of the library."""
    assert b"caff\0\1\0\0" == caf[:8]
    chunks, at = {}, 8
    while at < len(caf):
        name, size = struct.unpack_from(">4sq", caf, at)
        chunks[name] = caf[at + 12 : at + 12 + size]
        at += 12 + size
    return chunks


def _decoded_seconds(data):
    """Return how long PyAV plays *data*."""
    with av.open(io.BytesIO(data)) as container:
        frames = list(container.decode(audio=0))
    return sum(frame.samples / frame.sample_rate for frame in frames)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("vendor", ["linq", "sendblue"])
def test_any_audio_goes_through_either_vendor(stage, linq, sendblue, vendor, name):
    """Whatever the file is, the recipient hears a voice note of its length."""
    provider = {"linq": linq, "sendblue": sendblue}[vendor]
    before = len(stage.heard)

    with Client([provider]) as client:
        receipt = client.send(VoiceNote(SAMPLES / name, ADA))

    (heard,) = stage.heard[before:]
    assert Status.QUEUED is receipt.status
    assert (ADA, Rendering.VOICE_NOTE) == (heard.person, heard.rendering)
    assert heard.seconds == pytest.approx(FILES[name], abs=0.07)


@pytest.mark.parametrize("name", ["speech.mp3", "speech.m4a", "speech.ogg"])
def test_what_sendblue_received_plays_as_long_as_the_source(stage, sendblue, name):
    """PyAV decodes the stored file to the source's length within 20 ms."""
    with Client([sendblue]) as client:
        receipt = client.send(VoiceNote(SAMPLES / name, ADA))

    stored = stage.world.stored(receipt.media)
    source = _decoded_seconds((SAMPLES / name).read_bytes())
    assert _decoded_seconds(stored) == pytest.approx(source, abs=0.020)


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="FFmpeg is not installed")
def test_ffprobe_reads_what_sendblue_received(stage, sendblue, tmp_path):
    """Debian's FFmpeg finds Opus of the source's length in it."""
    with Client([sendblue]) as client:
        receipt = client.send(VoiceNote(SAMPLES / "speech.mp3", ADA))
    path = tmp_path / "received.caf"
    path.write_bytes(stage.world.stored(receipt.media))

    said = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-of", "json", path],
        capture_output=True,
        check=True,
    )

    (stream,) = json.loads(said.stdout)["streams"]
    assert ("opus", 1) == (stream["codec_name"], stream["channels"])
    # FFmpeg before 8.1 counts the priming and the remainder: at most one packet.
    assert float(stream["duration"]) == pytest.approx(2.2, abs=0.0201)


def test_what_sendblue_received_has_apple_s_layout(stage, sendblue):
    """`desc`, `kuki` and `pakt` hold the numbers that Apple's own files hold."""
    with Client([sendblue]) as client:
        receipt = client.send(VoiceNote(SAMPLES / "speech.wav", ADA))

    chunks = _chunks(stage.world.stored(receipt.media))
    packets, valid, priming, remainder = struct.unpack_from(">qqii", chunks[b"pakt"])

    assert (24_000.0, b"opus", 0, 0, 480, 1, 0) == struct.unpack(
        ">d4s5I", chunks[b"desc"]
    )
    assert (2048, 24_000, 480, -1000, 1, 0, 0) == struct.unpack(
        ">3Ii3I", chunks[b"kuki"]
    )
    assert (52_800, 156) == (valid, priming)
    assert packets * 480 == valid + priming + remainder


def test_one_word_swaps_the_vendor(stage, monkeypatch, tmp_path):
    """The same script gives a receipt of the same shape, whoever sends."""
    monkeypatch.chdir(tmp_path)
    for vendor in ("linq", "sendblue"):
        for name, value in stage.settings(vendor).items():
            monkeypatch.setenv(f"VOICENOTE_{vendor}_{name}".upper(), value)
    shapes = []

    for vendor in ("linq", "sendblue"):
        monkeypatch.setenv("VOICENOTE_PROVIDERS", vendor)
        receipt = voicenote.send(SAMPLES / "speech.mp3", to=ADA)
        shapes.append((receipt.status, receipt.to, set(receipt.to_dict())))
        assert vendor == receipt.provider

    assert shapes[0] == shapes[1]


def test_several_recipients_are_one_group(stage, linq, sendblue):
    """Both vendors put the note into one conversation of both people."""
    for provider in (linq, sendblue):
        before = len(stage.heard)

        with Client([provider]) as client:
            receipt = client.send(VoiceNote(CAF, [ADA, BOB]))

        assert {ADA, BOB} == {heard.person for heard in stage.heard[before:]}
        assert receipt.chat


def test_all_three_drivers_tell_the_same(stage, linq, sender):
    """Blocking, asyncio and trio give equal receipts, but for names and times."""
    receipt = sender([linq], VoiceNote(CAF, ADA, key="same"))

    assert (Status.QUEUED, (ADA,), "same") == (
        receipt.status,
        receipt.to,
        receipt.key,
    )


@pytest.mark.parametrize("vendor", ["linq", "sendblue"])
@pytest.mark.parametrize("trouble", ["+12025550180", "+12025550181", "+12025550184"])
def test_a_lost_answer_is_looked_for(stage, linq, sendblue, sender, vendor, trouble):
    """The vendor took it and failed to say so: one note is heard, and it is found."""
    provider = {"linq": linq, "sendblue": sendblue}[vendor]
    before = len(stage.heard)

    receipt = sender([provider], VoiceNote(CAF, trouble))

    assert 1 == len(stage.heard[before:])
    assert (vendor, (trouble,)) == (receipt.provider, receipt.to)


@pytest.mark.parametrize("vendor", ["linq", "sendblue"])
def test_what_is_not_found_stays_in_doubt(stage, linq, sendblue, sender, vendor):
    """A 500 without a message leaves doubt, and an error that says where to look."""
    provider = {"linq": linq, "sendblue": sendblue}[vendor]

    with pytest.raises(voicenote.UnconfirmedError) as caught:
        sender([provider], VoiceNote(CAF, "+12025550183", key="k"), looks=(0.01,))

    trace = caught.value.receipt
    assert (vendor, "k", ("+12025550183",)) == (trace.provider, trace.key, trace.to)
    assert trace.media


def test_an_answer_that_never_comes_ends_in_time(stage, sendblue, sender):
    """The caller's seconds are split, so that time remains to look for the note."""
    before = len(stage.heard)

    receipt = sender([sendblue], VoiceNote(CAF, "+12025550182"), timeout=1.2)

    assert 1 == len(stage.heard[before:])
    assert receipt.id


def test_failover_reaches_the_second_vendor(stage, linq, sendblue):
    """Linq has no chat with this person yet, so Sendblue takes the note."""
    with Client([linq, sendblue]) as client:
        receipt = client.send(VoiceNote(CAF, "+12025550130"))

    assert ("sendblue", "linq") == (receipt.provider, receipt.attempts[0].provider)


def test_failover_does_not_get_around_an_opt_out(stage, linq, sendblue):
    """Who does not want to hear from us does not hear from the other vendor either."""
    before = len(stage.heard)

    with pytest.raises(voicenote.RecipientError), Client([linq, sendblue]) as client:
        client.send(VoiceNote(CAF, "+12025550140"))

    assert [] == stage.heard[before:]


def test_a_plan_asks_no_network(linq, sendblue, stage):
    """What would happen is told without a request."""
    before = len(stage.stage.log)

    seen = [
        Client([provider]).plan(VoiceNote(SAMPLES / "speech.mp3", ADA))
        for provider in (linq, sendblue)
    ]

    assert [("linq", "pass"), ("sendblue", "encode")] == [
        (forecast.provider, forecast.action) for forecast in seen
    ]
    assert before == len(stage.stage.log)


def test_both_vendors_can_be_checked(linq, sendblue):
    """Credentials are tried without sending anything."""
    with Client([linq, sendblue]) as client:
        assert "line of yours" in client.check("linq")
        assert "line of yours" in client.check("sendblue")


def test_a_status_is_followed_to_its_end(stage, linq):
    """A note that has had its time is delivered as a bubble."""
    clock = stage.world.clock
    with Client([linq]) as client:
        receipt = client.send(VoiceNote(CAF, ADA))
        stage.world.clock = lambda: clock() + 0.7

        final = client.status(receipt)

    stage.world.clock = clock
    assert (Status.DELIVERED, Rendering.VOICE_NOTE, receipt.key) == (
        final.status,
        final.rendering,
        final.key,
    )


def test_nobody_logs_a_number_a_signature_or_a_key(stage, linq, sender, caplog):
    """At DEBUG, not even httpx and its pool say whom a note is for, or what opens it."""
    caplog.set_level(logging.DEBUG)

    sender([linq], VoiceNote(CAF, ADA))
    said = "\n".join(record.getMessage() for record in caplog.records)

    assert "receipt linq queued" in said
    for secret in (ADA[1:], linq.sender[1:], linq.api_key, "Signature", "X-Amz"):
        assert secret not in said
