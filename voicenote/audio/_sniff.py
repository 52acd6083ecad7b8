"""
What a file is, by its bytes.

Rule: a name or a MIME type never decides. Both lie, and a decoder that believes them
can be made to open other files (a playlist that is called ``.mp3``).
"""

import re

from pathlib import PurePath

from .._errors import UnrecognizedAudioError
from ._frames import ADTS, MP3, is_chain
from ._source import Source
from ._spec import Format


HEAD = 65_536
"""How many bytes from the start of a file decide, leaving ID3 tags aside."""

_MAX_TAGS = 4  # some taggers add a second one; nobody needs a fifth

_FTYP = {b"M4A ": Format.M4A, b"M4B ": Format.M4A, b"M4P ": Format.M4A}

_MAGIC = tuple(
    (re.compile(pattern, re.DOTALL), form)
    for pattern, form in (
        (rb"caff.{4}desc.{16}opus", Format.CAF_OPUS),
        (rb"caff.{4}desc", Format.CAF),
        (rb"(RIFF|RF64|BW64).{4}WAVE", Format.WAV),
        (rb"FORM.{4}AIF[FC]", Format.AIFF),
        (rb"fLaC", Format.FLAC),
        (rb"#!AMR(-WB)?\n", Format.AMR),
        (rb"\x1a\x45\xdf\xa3.{0,60}webm", Format.WEBM),
        (rb"\x1a\x45\xdf\xa3", Format.MATROSKA),
        (rb"\.snd", Format.AU),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Format.ASF),
    )
)

_LOOKS = (
    (b"#EXTM3U", "an HLS playlist"),
    (b"[playlist]", "a playlist"),
    (b"ffconcat", "a list of files for FFmpeg"),
    (b"v=0", "a description of a network stream (SDP)"),
    (b"<!doctype html", "an HTML page, perhaps an error page"),
    (b"<html", "an HTML page, perhaps an error page"),
    (b"<?xml", "an XML document"),
    (b"<", "an HTML or XML document"),
    (b"{", "JSON, perhaps an error message"),
    (b"[", "JSON, perhaps an error message"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"MThd", "a MIDI file, which holds notes and no sound"),
)

_SUFFIXES = {one.suffix for one in Format} | {".m4b", ".m4p", ".opus", ".oga", ".aif"}
_NAME = "; its name says otherwise, but only the bytes count"
_RAW = (
    "; if these are raw samples, say which: "
    "Audio(data, pcm=PCM(rate=24000)) for 24 kHz, 16 bits, mono"
)


def sniff(head: bytes, label: str = "this") -> Format:
    """
    Return the format of the file that begins with *head*.

    Args:
        head: The first bytes of a file; 65,536 are always enough, unless an ID3 tag
            is longer.

        label: What to call the file in the error's message.

    Raises:
        UnrecognizedAudioError: It is no audio that we know.
    """
    found = _by_magic(head) or _by_frames(head)
    if found is None:
        raise UnrecognizedAudioError(_explain(head, label))
    return found


def sniff_source(source: Source) -> Format:
    """
    Return the format of *source*, reading past ID3 tags of any size.

    Raises:
        UnrecognizedAudioError: It is no audio that we know.
    """
    if source.pcm is not None:
        return Format.PCM
    start = audio_start(source)
    behind = source.read(HEAD, at=start).lstrip(b"\0") if start else b""
    return sniff(behind or source.read(HEAD), source.label)


def audio_start(source: Source) -> int:
    """Return where *source* begins after its ID3 tags, in bytes."""
    start = 0
    for _ in range(_MAX_TAGS):
        start += _id3_size(source.read(10, at=start))
    return start


def _id3_size(head: bytes) -> int:
    # id3.org, ID3v2.4.0, 3.1: four times seven bits, not counting this header.
    if len(head) < 10 or head[:3] != b"ID3" or max(head[6:10]) > 127:  # noqa: PLR2004
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte
    footer = 10 if head[5] & 16 else 0
    return 10 + size + footer


def _by_magic(head: bytes) -> Format | None:
    for pattern, form in _MAGIC:
        if pattern.match(head):
            return form
    return _ogg(head) or _mp4(head)


def _ogg(head: bytes) -> Format | None:
    if not head.startswith(b"OggS"):
        return None
    first = 27 + (head[26] if len(head) > 26 else 0)  # noqa: PLR2004 -- RFC 3533, 6
    is_opus = head[first : first + 8] == b"OpusHead"
    return Format.OGG_OPUS if is_opus else Format.OGG


def _mp4(head: bytes) -> Format | None:
    match head[4:8]:
        case b"ftyp" if head[8:10] == b"3g":
            return Format.THREE_GP
        case b"ftyp":
            return _FTYP.get(head[8:12], Format.MP4)
        case b"moov" | b"wide" | b"mdat":  # QuickTime before it had brands
            return Format.MP4
    return None


def _by_frames(head: bytes) -> Format | None:
    start = _id3_size(head)
    body = head[start:].lstrip(b"\0") if start else head
    if start and body[:4] == b"fLaC":
        return Format.FLAC
    if is_chain(body, MP3):
        return Format.MP3
    return Format.AAC if is_chain(body, ADTS) else None


def _explain(head: bytes, label: str) -> str:
    looks = _looks(head)
    named = _NAME if PurePath(label).suffix.lower() in _SUFFIXES else ""
    why = f": it looks like {looks}{named}" if looks else named + _RAW
    return f"{label} is no audio that we know{why}"


def _looks(head: bytes) -> str:
    if not head:
        return "an empty file"
    start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, looks in _LOOKS:
        if start.startswith(magic.lower()):
            return looks
    if head[:4] == b"RIFF":
        return f"a RIFF file of another kind ({head[8:12].decode('ascii', 'replace')})"
    if head[:3] == b"ID3":
        return "an ID3 tag with no MP3 after it"
    is_text = all(byte > 31 or byte in b"\t\n\r\f" for byte in head[:1024])  # noqa: PLR2004
    return "a text" if is_text and not _is_binary(head[:1024]) else ""


def _is_binary(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.end < len(head) - 3  # a character may be cut by our reading
    return False
