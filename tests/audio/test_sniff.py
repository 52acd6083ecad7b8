"""What a file is, by its bytes."""

import io

from collections.abc import Callable
from pathlib import Path

import pytest

from hypothesis import example, given
from hypothesis import strategies as st

import voicenote as vn

from voicenote._errors import UnrecognizedAudioError
from voicenote.audio import AudioSpec, Format, outline, prepare, sniff


Sample = Callable[[str], Path]

BEGINNINGS = dict.fromkeys(Format, b"") | {
    Format.CAF_OPUS: b"caff\0\1\0\0desc" + bytes(7) + b"\x20" + bytes(8) + b"opus",
    Format.OGG_OPUS: b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead\1\1",
    Format.WAV: b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0",
    Format.AIFF: b"FORM\0\0\0\0AIFFCOMM\0\0\0\x12\0\1",
    Format.FLAC: b"fLaC\0\0\0\x22",
    Format.AMR: b"#!AMR\n",
    Format.M4A: b"\0\0\0\x10ftypM4A " + bytes(4) + b"\0\0\0\x80moov\0\0\0\x70trak",
}


def id3(size: int) -> bytes:
    """Return an ID3v2.4 tag of *size* bytes, without its header."""
    digits = bytes(size >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\4\0\0" + digits + bytes(size)


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"RF64\xff\xff\xff\xffWAVEds64", Format.WAV),
        (b"BW64\xff\xff\xff\xffWAVEds64", Format.WAV),
        (b"FORM\0\0\0\0AIFCFVER", Format.AIFF),
        (b"#!AMR-WB\n", Format.AMR),
        (b".snd\0\0\0\x18", Format.AU),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0matroska", Format.MATROSKA),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), Format.ASF),
        (b"\0\0\0\x18ftyp3gp4", Format.THREE_GP),
        (b"\0\0\0\x18ftypM4B ", Format.M4A),
        (b"\0\0\0\x18ftypisom", Format.MP4),
        (b"\0\0\0\x08wide", Format.MP4),
        (b"OggS" + bytes(22) + b"\1\x1eSpeex   ", Format.OGG),
        (b"OggS", Format.OGG),
    ],
    ids=lambda value: value if isinstance(value, Format) else value[:8].hex(),
)
def test_magic(head: bytes, form: Format) -> None:
    """Formats without a sample are known by their first bytes."""
    assert form == sniff(head)


@pytest.mark.parametrize(
    ("head", "looks"),
    [
        (b"", "an empty file"),
        (b"Hello, this is a text.\n", "a text"),
        ("Grüße aus der Küche".encode(), "a text"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"\n  <html>", "an HTML page"),
        (b'<?xml version="1.0"?><Error/>', "an XML document"),
        (b'{"error": "quota"}', "JSON, perhaps an error message"),
        (b"#EXTM3U\n", "an HLS playlist"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"GIF89a", "a GIF image"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"RIFF\0\0\0\0WEBPVP8 ", r"another kind \(WEBP\)"),
        (id3(20), "an ID3 tag with no MP3"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_error_says_what_it_looks_like(head: bytes, looks: str) -> None:
    """What is no audio is refused by the name of what it is."""
    with pytest.raises(UnrecognizedAudioError, match=looks):
        sniff(head)


@pytest.mark.parametrize("fill", [b"\0", b"\xff"], ids=["zeros", "ones"])
def test_constant_bytes_are_no_audio(fill: bytes) -> None:
    """Sync words alone make no MP3; raw samples are never guessed."""
    with pytest.raises(UnrecognizedAudioError, match="raw samples"):
        sniff(fill * 5000)


def test_two_headers_are_not_enough(sample: Sample) -> None:
    """An MP3 needs three frame headers in a row, unless it ends after two frames."""
    data = sample("speech.mp3").read_bytes()
    data = data[data.index(b"\xff\xfb") :]
    two = (data.index(b"\xff\xfb", 4), data.index(b"\xff\xfb", 215))

    assert Format.MP3 == sniff(data[: two[1]])
    with pytest.raises(UnrecognizedAudioError):
        sniff(data[: two[1]] + b"ABCD")


def test_id3_tag_larger_than_the_head(sample: Sample) -> None:
    """Cover art of any size before an MP3 is read past."""
    mp3 = sample("speech.mp3").read_bytes()
    audio = vn.Audio(id3(300_000) + id3(10) + mp3)

    found = outline(audio, AudioSpec.caf_opus())

    assert (Format.MP3, 2.2) == (found.source.format, found.duration)


def test_nothing_behind_an_id3_tag() -> None:
    """A tag that fills the file is named."""
    with pytest.raises(UnrecognizedAudioError, match="an ID3 tag with no MP3"):
        outline(vn.Audio(id3(100_000)), AudioSpec.caf_opus())


def test_flac_behind_an_id3_tag(sample: Sample) -> None:
    """A FLAC with an ID3 tag, as some taggers write it, is converted."""
    audio = vn.Audio(id3(100) + sample("speech.flac").read_bytes())

    note = prepare(audio, AudioSpec.caf_opus())

    assert pytest.approx(2.2, abs=0.02) == note.duration


def test_name_decides_nothing(sample: Sample, tmp_path: Path) -> None:
    """A WAV that is called .mp3 is a WAV."""
    path = tmp_path / "voice.mp3"
    path.write_bytes(sample("speech.wav").read_bytes())

    found = outline(vn.Audio(path), AudioSpec.caf_opus())

    assert Format.WAV == found.source.format


@given(st.binary(max_size=300))
@example(b"ID3")
@example(b"RIFF")
@example(b"\xff\xf1")
@example(b"OggS" + b"\xff" * 30)
def test_any_bytes_have_a_format_or_an_error(head: bytes) -> None:
    """No bytes make the sniffer fail in another way."""
    try:
        found: object = sniff(head)
    except UnrecognizedAudioError as error:
        found = str(error)

    assert found


@given(st.binary(max_size=400), st.sampled_from(sorted(Format)))
def test_any_tail_gives_a_forecast_or_an_error(tail: bytes, form: Format) -> None:
    """No bytes after a good beginning make the headers' readers fail otherwise."""
    audio = vn.Audio(BEGINNINGS[form] + tail)

    try:
        found: object = outline(audio, AudioSpec.caf_opus())
    except vn.AudioError as error:
        found = error

    assert found


def test_file_objects_work(sample: Sample) -> None:
    """An open file is recognised as its bytes are."""
    file = io.BytesIO(sample("speech.amr").read_bytes())

    found = outline(vn.Audio(file), AudioSpec.caf_opus())

    assert Format.AMR == found.source.format
