"""What a piece of audio really is."""

from collections.abc import Callable
from pathlib import Path

import pytest

import voicenote as vn

from voicenote._errors import AudioTooLongError
from voicenote._models import PCM
from voicenote.audio import AudioInfo, AudioSettings, Format, inspect


Sample = Callable[[str], Path]


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels", "seconds"),
    [
        ("speech.mp3", "mp3", 44_100, 1, 2.2),
        ("speech.m4a", "aac", 44_100, 1, 2.206),
        ("speech.aac", "aac", 24_000, 1, 2.261),
        ("speech.flac", "flac", 16_000, 1, 2.2),
        ("speech.aiff", "pcm", 16_000, 1, 2.2),
        ("speech.amr", "amr", 8_000, 1, 2.22),
        ("speech.webm", "opus", 48_000, 1, 2.2),
        ("stereo.ogg", "opus", 48_000, 2, 2.2),
        ("vorbis.ogg", "vorbis", 24_000, 1, 2.2),
        ("ulaw.wav", "mu-law", 8_000, 1, 2.2),
        ("pcm.caf", "pcm_s16le", 8_000, 1, 2.2),
        ("voice_24k.caf", "opus", 24_000, 1, 2.2),
    ],
)
def test_what_it_is(
    sample: Sample, name: str, codec: str, rate: int, channels: int, seconds: float
) -> None:
    """Codec, rate, channels and the measured duration are told."""
    info = inspect(vn.Audio(sample(name)))

    assert (codec, rate, channels) == (info.codec, info.rate, info.channels)
    # FFmpeg before 9 plays the padding at the end of an m4a, which is 6 ms here.
    assert pytest.approx(seconds, abs=0.007) == info.duration
    assert sample(name).stat().st_size == info.size
    assert () == info.doubts


def test_doubts(sample: Sample) -> None:
    """What a file promises and does not hold is told."""
    info = inspect(vn.Audio(sample("truncated_faststart.m4a")))

    assert (
        "it is cut off before its end",
        "declared 2.20 s but only 1.37 s decode",
        "damaged packets were left out: 1",
    ) == info.doubts


def test_header_that_promises_more(sample: Sample) -> None:
    """A WAV that was cut off says so."""
    data = sample("speech.wav").read_bytes()[:48_044]

    info = inspect(vn.Audio(data))

    assert ("its header promises 2.20 s, but it holds 1.00 s",) == info.doubts


@pytest.mark.parametrize("count", [0, 1, 7, 110, 500])
def test_peaks(sample: Sample, count: int) -> None:
    """As many peaks as asked for are returned, between 0 and 1."""
    peaks = inspect(vn.Audio(sample("speech.mp3")), peaks=count).peaks

    assert count == len(peaks)
    assert all(0 <= peak <= 1 for peak in peaks)


def test_peaks_follow_the_sound() -> None:
    """Silence has peaks of 0, and full scale has peaks of 1."""
    loud = b"\x01\x80" * 24_000
    audio = vn.Audio(bytes(48_000) + loud, pcm=PCM(24_000))

    first, second = inspect(audio, peaks=2).peaks

    assert 0 == first
    assert pytest.approx(1, abs=0.001) == second


def test_without_a_decoder(sample: Sample, no_decoder: None) -> None:
    """With nothing installed, frames and headers tell what they can."""
    info = inspect(vn.Audio(sample("speech.mp3")), peaks=5)

    assert AudioInfo(Format.MP3, 18_225, "mp3", 44_100, 1, 2.2) == info


@pytest.mark.parametrize("tail", [b"TAG" + bytes(125), b"APETAGEX" + b"x" * 5000])
def test_tags_behind_the_frames(sample: Sample, no_decoder: None, tail: bytes) -> None:
    """Tags at the end of an MP3 are no damage, and no sound."""
    data = sample("speech.mp3").read_bytes() + tail

    assert 2.2 == inspect(vn.Audio(data)).duration


def test_damage_between_the_frames(sample: Sample, no_decoder: None) -> None:
    """Without a decoder, nobody knows how long a damaged MP3 is."""
    data = bytearray(sample("speech.mp3").read_bytes())
    data[5000:6000] = bytes(range(1, 251)) * 4

    assert inspect(vn.Audio(bytes(data))).duration is None


def test_too_long(sample: Sample) -> None:
    """Looking at audio is limited as sending it is."""
    settings = AudioSettings(max_seconds=1)

    with pytest.raises(AudioTooLongError):
        inspect(vn.Audio(sample("speech.mp3")), settings)


@pytest.mark.parametrize("name", ["speech.mp3", "speech.aac", "speech.amr"])
def test_frames_tell_the_truth(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Counting frames gives the duration that decoding gives."""
    decoded = inspect(vn.Audio(sample(name))).duration
    monkeypatch.setitem(__import__("sys").modules, "av", None)

    counted = inspect(vn.Audio(sample(name))).duration

    assert pytest.approx(decoded, abs=0.001) == counted
