"""What PyAV is asked, and what it is never asked."""

import io

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

import voicenote as vn

from voicenote._errors import DamagedAudioError, UnrecognizedAudioError
from voicenote.audio import (
    AudioSettings,
    AudioSpec,
    Format,
    convert,
    inspect,
    outline,
    prepare,
)
from voicenote.audio._source import Source
from voicenote.audio._transcode import opus_encoder, sound_of


Sample = Callable[[str], Path]
CAF = AudioSpec.caf_opus()
HOSTILE = ["hostile_ffconcat.mp3", "hostile_hls.m3u8", "hostile_sdp.mp3", "text.mp3"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "work",
    [
        lambda audio: prepare(audio, CAF),
        lambda audio: outline(audio, CAF),
        inspect,
    ],
    ids=["prepare", "outline", "inspect"],
)
def test_hostile_files_never_reach_the_decoder(
    sample: Sample,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[vn.Audio], object],
    name: str,
) -> None:
    """Playlists are refused before PyAV opens anything."""

    def explode(*_: object, **__: object) -> None:
        raise AssertionError("PyAV was asked")

    monkeypatch.setattr(av, "open", explode)

    with pytest.raises(UnrecognizedAudioError):
        work(vn.Audio(sample(name)))


@pytest.mark.parametrize("name", HOSTILE[:3])
def test_the_second_belt_holds(sample: Sample, name: str) -> None:
    """Even if a playlist got past the sniffer, one fixed demuxer would refuse it."""
    data = sample(name).read_bytes()
    source = Source(io.BytesIO(data), len(data), name)

    with pytest.raises(av.FFmpegError), sound_of(source, Format.MP3) as (opened, _):
        next(opened.decode(audio=0))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Record what is opened: the object, the mode and the format."""
    calls: list[tuple[Any, ...]] = []
    real = av.open

    def record(file: Any, mode: Any, **rest: Any) -> Any:
        calls.append((file, mode, rest["format"], rest))
        return real(file, mode, **rest)

    monkeypatch.setattr(av, "open", record)
    return calls


def test_demuxer_is_fixed_and_the_name_hidden(
    sample: Sample, asked: list[tuple[Any, ...]]
) -> None:
    """PyAV gets one demuxer, a whitelist of it, and an object without a name."""
    prepare(vn.Audio(sample("speech.m4a")), CAF)

    ((file, mode, form, rest),) = asked
    assert ("r", "mov", {"format_whitelist": "mov"}) == (mode, form, rest["options"])
    assert not hasattr(file, "name")
    with pytest.raises(vn.AudioError, match="other files"):
        rest["io_open"]("https://example.com", 1, {})


@pytest.mark.parametrize("name", ["speech.wav", "speech.ogg", "stereo.ogg"])
@pytest.mark.parametrize("target", ["caf-opus", "ogg-opus", "m4a", "mp3", "wav"])
def test_no_caf_is_asked_of_ffmpeg(
    sample: Sample, asked: list[tuple[Any, ...]], name: str, target: str
) -> None:
    """PyAV writes M4A and MP3 only; CAF and Ogg are our own."""
    convert(vn.Audio(sample(name)), Format(target))

    written = {form for _, mode, form, _ in asked if mode == "w"}
    assert written <= {"ipod", "mp3"}


def test_an_error_of_the_disk_is_no_damage(sample: Sample) -> None:
    """When the file cannot be read, the error says so."""

    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise OSError(5, "Input/output error")

    data = sample("speech.flac").read_bytes()
    source = Source(Broken(data), len(data), "voice.flac")

    with pytest.raises(vn.AudioError, match=r"voice.flac cannot be read: .*output"):
        source.read()


@pytest.mark.parametrize("name", ["speech.mp3", "speech.flac", "speech.m4a"])
def test_noise_behind_a_good_head(sample: Sample, name: str) -> None:
    """A file with noise in its middle gives a note of the rest, or is damaged."""
    data = bytearray(sample(name).read_bytes())
    middle = slice(len(data) // 8, len(data) // 2)
    data[middle] = (bytes(range(256)) * 100)[: len(data[middle])]

    try:
        seconds = prepare(vn.Audio(bytes(data)), CAF).duration
    except DamagedAudioError:
        seconds = 1.0

    assert seconds
    assert 0.5 < seconds < 2.5


def test_mostly_noise_is_damage(sample: Sample) -> None:
    """When fewer packets can be decoded than not, there is no note."""
    data = bytearray(sample("speech.m4a").read_bytes())
    middle = slice(len(data) // 20, len(data) // 2 + 2000)
    data[middle] = (bytes(range(255)) * 100)[: len(data[middle])]

    with pytest.raises(DamagedAudioError, match="can be decoded, and"):
        prepare(vn.Audio(bytes(data)), CAF)


def test_opus_encoder() -> None:
    """The encoder is told what Messages records: speech."""
    settings = AudioSettings(bit_rate=20_000, complexity=6)

    encoder = opus_encoder(settings)

    assert {"application": "voip", "compression_level": "6"} == encoder.options
    assert (24_000, 20_000) == (encoder.sample_rate, encoder.bit_rate)


def test_settings_change_the_size(sample: Sample) -> None:
    """A lower bit rate gives a smaller note."""
    audio = vn.Audio(sample("speech.wav"))

    small = prepare(audio, CAF, AudioSettings(bit_rate=12_000))

    assert len(small.data) < len(prepare(audio, CAF).data) / 2


def test_rate_that_changes_inside(sample: Sample) -> None:
    """An MP3 whose rate changes half-way is decoded to its end."""
    first = sample("speech.mp3").read_bytes()
    second = convert(vn.Audio(sample("speech.wav")), Format.MP3).data

    note = prepare(vn.Audio(first + second), CAF)

    assert note.duration
    assert note.duration > 4
