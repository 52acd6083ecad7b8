"""
Formats that are frames in a row, each with a header of its own: MP3, ADTS, AMR.

Their length is the sum of their frames: what a file says of itself may be wrong.
"""

from collections.abc import Callable
from functools import lru_cache

import attrs

from ._source import Source


@attrs.frozen
class Frame:
    """
    What the header of a frame says.

    Attributes:
        size: Bytes, with the header.

        samples: Samples per channel.

        rate: Hertz.

        channels: 1 or more.
    """

    size: int
    samples: int
    rate: int
    channels: int


# ISO/IEC 11172-3, 2.4.2.3 and 13818-3: kbit/s of layer III, for version 1 and for 2.
_MP3_KBITS = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_MP3_RATES = (44_100, 48_000, 32_000)
# ISO/IEC 14496-3, 1.6.3.3: sampling frequency index.
_AAC_RATES = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000),
    *(22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
# RFC 4867, 3.6 and 5.3: bytes of a frame by its type, with its header. 0 is reserved.
_AMR_SIZES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1)
_AMR_WB_SIZES = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)
_TAGS = (b"TAG", b"APE", b"LYR", b"ID3", b"\0\0\0")  # what may follow the frames
_SCRAP = 2_000  # bytes of a last frame that was cut off
_MAX_SAMPLES = 1 << 30  # six hours at 48 kHz: no reason to count on


@lru_cache(maxsize=256)
def mp3_frame(head: bytes) -> Frame | None:
    """Return what the four bytes *head* say as the header of MPEG layer III."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # noqa: PLR2004
        return None
    version, bits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bits in (0, 15) or rate == 3:  # noqa: PLR2004 -- reserved
        return None
    is_first = version == 3  # noqa: PLR2004 -- MPEG-1; 2 is MPEG-2, and 0 its low rates
    hertz = _MP3_RATES[rate] >> (0 if is_first else 1 if version else 2)
    samples = 1152 if is_first else 576
    speed = _MP3_KBITS[0 if is_first else 1][bits] * 1000
    size = samples // 8 * speed // hertz + (head[2] >> 1 & 1)
    return Frame(size, samples, hertz, 1 if head[3] >> 6 == 3 else 2)  # noqa: PLR2004


def adts_frame(head: bytes) -> Frame | None:
    """Return what the seven bytes *head* say as an ADTS header."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:  # noqa: PLR2004
        return None
    rate = head[2] >> 2 & 15
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if rate >= len(_AAC_RATES) or size < 7:  # noqa: PLR2004 -- its own header
        return None
    channels = (head[2] & 1) << 2 | head[3] >> 6
    return Frame(size, 1024 * ((head[6] & 3) + 1), _AAC_RATES[rate], channels or 1)


def _amr_frame(head: bytes) -> Frame | None:
    size = _AMR_SIZES[head[0] >> 3 & 15] if head else 0
    return Frame(size, 160, 8_000, 1) if size else None


def _amr_wb_frame(head: bytes) -> Frame | None:
    size = _AMR_WB_SIZES[head[0] >> 3 & 15] if head else 0
    return Frame(size, 320, 16_000, 1) if size else None


@attrs.frozen
class Coding:
    """How to read a format's frame headers: the function, and the bytes it needs."""

    parse: Callable[[bytes], Frame | None]
    width: int


MP3, ADTS = Coding(mp3_frame, 4), Coding(adts_frame, 7)
_AMR, _AMR_WB = Coding(_amr_frame, 1), Coding(_amr_wb_frame, 1)


def is_chain(body: bytes, coding: Coding) -> bool:
    """
    Return whether *body* begins with three frames in a row, of one rate.

    Two sync bytes are found by chance in anything. A file may end after two frames.
    """
    at, rates = 0, set()
    for seen in range(3):
        if seen > 1 and at == len(body):
            break
        frame = coding.parse(body[at : at + coding.width])
        if frame is None:
            return False
        rates.add(frame.rate)
        at += frame.size
    return len(rates) == 1


@attrs.frozen
class Measured:
    """
    What the frames of a file say.

    Attributes:
        frame: The first of them.

        seconds: How long all are, or None if there is damage between them.
    """

    frame: Frame
    seconds: float | None


def measure_mp3(source: Source, start: int) -> Measured | None:
    """Return what the frames from *start* on say, or None if there are none."""
    first = mp3_frame(source.read(4, at=start))
    if first is None:
        return None
    head = source.read(first.size, at=start)
    tag = max(head.find(b"Xing", 0, 64), head.find(b"Info", 0, 64))
    # A frame with that tag says how the file was made, and is silent.
    silent = first.samples + _mp3_padding(head[tag:]) if tag >= 0 else 0
    return _measured(source, first, start, MP3, silent)


def _mp3_padding(tag: bytes) -> int:
    # http://gabriel.mp3-tech.org/mp3infotag.html: "Encoder delays", twelve bits each.
    if tag[120:124] not in (b"LAME", b"Lavc", b"Lavf"):
        return 0
    both = int.from_bytes(tag[141:144], "big")
    return (both >> 12) + (both & 0xFFF)


def measure_adts(source: Source, start: int) -> Measured | None:
    """Return what the frames from *start* on say, or None if there are none."""
    first = adts_frame(source.read(7, at=start))
    return _measured(source, first, start, ADTS) if first else None


def measure_amr(source: Source) -> Measured | None:
    """Return what the frames say, or None if there are none."""
    is_wide = source.read(9) == b"#!AMR-WB\n"
    start, coding = (9, _AMR_WB) if is_wide else (6, _AMR)
    first = coding.parse(source.read(1, at=start))
    return _measured(source, first, start, coding) if first else None


def _measured(
    source: Source, first: Frame, at: int, coding: Coding, silent: int = 0
) -> Measured:
    parse, width = coding.parse, coding.width
    samples, read, seek = 0, source.file.read, source.file.seek
    while at < source.size and samples < _MAX_SAMPLES:
        seek(at)
        frame = parse(read(width))
        if frame is None:
            break
        samples += frame.samples
        at += frame.size
    is_damaged = at + _SCRAP < source.size and source.read(3, at=at) not in _TAGS
    seconds = None if is_damaged else max(0, samples - silent) / first.rate
    return Measured(first, seconds)
