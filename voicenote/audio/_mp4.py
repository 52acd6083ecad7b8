"""
What an MP4 file says of its sound, without decoding it (ISO/IEC 14496-12).
"""

import struct

from collections.abc import Iterator

import attrs

from .._errors import DamagedAudioError, NoAudioError, UnsupportedAudioError
from ._source import Source


_MAX_BOXES = 100_000  # a fragmented file has two a second or so
# ISO/IEC 14496-12, 8.12: encrypted; drms: Apple's own; aavd: Audible's.
_PROTECTED = (b"drms", b"enca", b"aavd")
_CODECS = {b"mp4a": "aac", b"alac": "alac", b"Opus": "opus", b"samr": "amr"}


@attrs.frozen
class Track:
    """
    The first sound track of a file.

    Attributes:
        codec: Its name, as far as we know it.

        rate: Hertz, or None.

        channels: How many, or None.

        seconds: What the index says that it lasts, or None.

        is_whole: Whether the file is as long as its boxes say.
    """

    codec: str = ""
    rate: int | None = None
    channels: int | None = None
    seconds: float | None = None
    is_whole: bool = True


def read_track(source: Source) -> Track:
    """
    Return the first sound track of *source*.

    Raises:
        DamagedAudioError: It has no index: it was cut off, or never finished.

        NoAudioError: It has no sound.

        UnsupportedAudioError: It is protected.
    """
    index, is_whole = _index(source)
    tracks = list(_inside(index, b"trak"))
    kinds = [next(_at(trak, b"mdia", b"hdlr"), b"")[8:12] for trak in tracks]
    if not tracks:  # a compressed index, which only a decoder reads
        return Track(is_whole=is_whole)
    if b"soun" not in kinds:
        raise NoAudioError(f"{source.label} has no sound in it, only video")
    table = next(
        _at(tracks[kinds.index(b"soun")], b"mdia", b"minf", b"stbl", b"stsd"), b""
    )
    seconds = _seconds(next(_inside(index, b"mvhd"), b""))
    return _read_entry(table, seconds, is_whole, source.label)


def _index(source: Source) -> tuple[bytes, bool]:
    at, index = 0, b""
    for _ in range(_MAX_BOXES):
        if at + 8 > source.size:
            break
        size, kind = struct.unpack(">I4s", source.read(8, at=at))
        if size == 1:
            size = int.from_bytes(source.read(8, at=at + 8), "big")
        if size == 0:  # up to the file's end
            size = source.size - at
        if size < 8:  # noqa: PLR2004 -- a box's own header
            break
        if kind == b"moov" and at + size <= source.size:
            index = source.read(size - 8, at=at + 8)
        at += size
    if not index:
        raise DamagedAudioError(
            f"{source.label} is cut off before its index (moov); record it again, "
            "or copy it again"
        )
    return index, at <= source.size


def _inside(content: bytes, wanted: bytes) -> Iterator[bytes]:
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if size < 8:  # noqa: PLR2004 -- a box's own header
            return
        if kind == wanted:
            yield content[at + 8 : at + size]
        at += size


def _at(content: bytes, *path: bytes) -> Iterator[bytes]:
    for box in _inside(content, path[0]):
        if len(path) == 1:
            yield box
        else:
            yield from _at(box, *path[1:])


def _seconds(mvhd: bytes) -> float | None:
    # ISO/IEC 14496-12, 8.2.2: version 1 has 64-bit times.
    layout, at = (">IQ", 20) if mvhd[:1] == b"\1" else (">II", 12)
    if len(mvhd) < at + struct.calcsize(layout):
        return None
    scale, duration = struct.unpack_from(layout, mvhd, at)
    if not scale or not duration or duration in (0xFFFFFFFF, 2**64 - 1):
        return None
    return float(duration / scale)


def _read_entry(
    stsd: bytes, seconds: float | None, is_whole: bool, label: str
) -> Track:
    # 8.5.2 and 12.2.3: eight bytes, then entries; a sample entry's channels and rate.
    if len(stsd) < 44:  # noqa: PLR2004
        return Track("", None, None, seconds, is_whole)
    codec = stsd[12:16]
    if codec in _PROTECTED:
        raise UnsupportedAudioError(
            f"{label} is protected ({codec.decode()}) and cannot be converted; "
            "use a copy without protection"
        )
    channels, _, _, _, rate = struct.unpack_from(">HHHHH", stsd, 32)
    name = _CODECS.get(codec, codec.decode("ascii", "replace").strip())
    return Track(name, rate or None, channels or None, seconds, is_whole)
