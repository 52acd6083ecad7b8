"""Every sample, and what becomes of it (samples/README.md)."""

from collections.abc import Callable
from pathlib import Path

import pytest

import voicenote as vn

from voicenote._errors import (
    AudioTooLongError,
    DamagedAudioError,
    NoAudioError,
    UnrecognizedAudioError,
    UnsupportedAudioError,
)
from voicenote.audio import Action, AudioSpec, Format, outline, prepare, sniff


Sample = Callable[[str], Path]
SPEC = AudioSpec.caf_opus()

# name, format, what happens, seconds
GOOD = [
    ("speech.wav", Format.WAV, Action.ENCODE, 2.2),
    ("speech.mp3", Format.MP3, Action.ENCODE, 2.2),
    ("speech.m4a", Format.M4A, Action.ENCODE, 2.206),
    ("speech.aac", Format.AAC, Action.ENCODE, 2.261),
    ("speech.amr", Format.AMR, Action.ENCODE, 2.22),
    ("speech.flac", Format.FLAC, Action.ENCODE, 2.2),
    ("speech.aiff", Format.AIFF, Action.ENCODE, 2.2),
    ("speech.ogg", Format.OGG_OPUS, Action.REWRAP, 2.2),
    ("speech.webm", Format.WEBM, Action.REWRAP, 2.2),
    ("stereo.ogg", Format.OGG_OPUS, Action.ENCODE, 2.2),
    ("opus_60ms.opus", Format.OGG_OPUS, Action.REWRAP, 2.2),
    ("opus_short_last_packet.ogg", Format.OGG_OPUS, Action.REWRAP, 1.0051),
    ("vorbis.ogg", Format.OGG, Action.ENCODE, 2.2),
    ("ulaw.wav", Format.WAV, Action.ENCODE, 2.2),
    ("streamed_header.wav", Format.WAV, Action.ENCODE, 0.5),
    ("latin1_title.wav", Format.WAV, Action.ENCODE, 0.25),
    ("cover_art.mp3", Format.MP3, Action.ENCODE, 2.2),
    ("pcm.caf", Format.CAF, Action.ENCODE, 2.2),
    ("ffmpeg51_no_kuki.caf", Format.CAF_OPUS, Action.REWRAP, 2.22),
    ("voice_24k.caf", Format.CAF_OPUS, Action.REWRAP, 2.2),
    ("voice_remuxed_48k.caf", Format.CAF_OPUS, Action.REWRAP, 2.2),
    ("video_with_sound.mp4", Format.MP4, Action.ENCODE, 2.005),
    ("truncated_faststart.m4a", Format.M4A, Action.ENCODE, 1.37),
]

BAD = [
    ("speech_pcm16_24k.raw", UnrecognizedAudioError, r"pcm=PCM\(rate=24000\)"),
    ("video_silent.mp4", NoAudioError, "no sound"),
    ("truncated.m4a", DamagedAudioError, "cut off before its index"),
    ("marked_drm.m4p", UnsupportedAudioError, "protected"),
    ("odd_rate_1hz.wav", UnsupportedAudioError, "rate of 1 Hz"),
    ("long_silence.flac", AudioTooLongError, "700.0 s.* limit is 600 s"),
    ("text.mp3", UnrecognizedAudioError, "a text; its name says otherwise"),
    ("empty.mp3", UnrecognizedAudioError, "0 bytes"),
    ("hostile_ffconcat.mp3", UnrecognizedAudioError, "a list of files"),
    ("hostile_hls.m3u8", UnrecognizedAudioError, "playlist"),
    ("hostile_sdp.mp3", UnrecognizedAudioError, "network stream"),
]


@pytest.mark.parametrize(
    ("name", "form"), [row[:2] for row in GOOD], ids=[row[0] for row in GOOD]
)
def test_sniff_names_the_format(sample: Sample, name: str, form: Format) -> None:
    """Every good sample is recognised by its bytes."""
    head = sample(name).read_bytes()[:65536]

    assert form == sniff(head)


@pytest.mark.parametrize(
    ("name", "action"),
    [(row[0], row[2]) for row in GOOD],
    ids=[row[0] for row in GOOD],
)
def test_outline_names_the_action(sample: Sample, name: str, action: Action) -> None:
    """Every good sample is wrapped anew if that is enough, and encoded if not."""
    found = outline(vn.Audio(sample(name)), SPEC)

    assert action == found.action


@pytest.mark.parametrize(
    ("name", "seconds"),
    [(row[0], row[3]) for row in GOOD],
    ids=[row[0] for row in GOOD],
)
def test_prepare_keeps_the_duration(sample: Sample, name: str, seconds: float) -> None:
    """Every good sample becomes a voice note of its own duration."""
    note = prepare(vn.Audio(sample(name)), SPEC)

    assert pytest.approx(seconds, abs=0.02) == note.duration
    assert Format.CAF_OPUS == sniff(note.data)


@pytest.mark.parametrize("work", [prepare, outline], ids=["prepare", "outline"])
@pytest.mark.parametrize(("name", "error", "message"), BAD, ids=[b[0] for b in BAD])
def test_bad_samples_are_refused(
    sample: Sample,
    work: Callable[[vn.Audio, AudioSpec], object],
    name: str,
    error: type[vn.AudioError],
    message: str,
) -> None:
    """Every bad sample is refused, by a forecast too, with the reason."""
    audio = vn.Audio(sample(name))

    with pytest.raises(error, match=message):
        work(audio, SPEC)


def test_the_table_is_complete(sample: Sample) -> None:
    """Every file in the folder is in one of the two tables."""
    there = {path.name for path in sample(".").iterdir()} - {"README.md"}

    assert there == {row[0] for row in [*GOOD, *BAD]}
