"""
Opus in CAF, Apple's Core Audio Format, read and written.

FFmpeg does neither well: from 8.1 on it refuses to write Opus into CAF, and before it
left out the cookie and the priming.
https://developer.apple.com/library/archive/documentation/MusicAudio/Reference/CAFSpec/
"""

import struct

from collections.abc import Iterator, Sequence

import attrs

from .._errors import DamagedAudioError, UnsupportedAudioError
from ._opus import LOOK_AHEAD, RATE, OpusStream, Packets, uniform


# libopus's constants, which is how Apple's cookie reads.
_APPLICATION_VOIP, _BITRATE_AUTO = 2048, -1000
# CoreAudioBaseTypes.h: kAudioChannelLayoutTag_Mono and _Stereo.
_LAYOUTS = {1: 100 << 16 | 1, 2: 101 << 16 | 2}
_PAKT = struct.Struct(">2q2i")
_DESC = struct.Struct(">d4s5I")


def write_caf_opus(stream: OpusStream, *, rate: int = 24_000) -> bytes:
    """
    Return *stream* as a CAF file with the fields that Apple's own have.

    Args:
        stream: The packets; their length is made equal.

        rate: What the file counts frames in, in hertz: 24,000 as Messages does,
            or 48,000. The packets are the same.

    Raises:
        DamagedAudioError: A packet is none that Opus allows.

        UnsupportedAudioError: The length of its packets changes.
    """
    stream, length = uniform(stream)
    packets, divisor = stream.packets, RATE // rate
    frames = length // divisor
    table = _pakt(stream, frames, divisor)
    channels = stream.channels
    return b"".join(
        (
            b"caff\0\1\0\0",
            _chunk(b"desc", _DESC.pack(rate, b"opus", 0, 0, frames, channels, 0)),
            _chunk(b"kuki", _kuki(rate, frames, channels)),
            _chunk(b"chan", struct.pack(">3I", _LAYOUTS[channels], 0, 0)),
            _chunk(b"pakt", table),
            struct.pack(">4sqI", b"data", len(packets.data) + 4, 0),
            packets.data,
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">4sq", kind, len(content)) + content


def _kuki(rate: int, frames: int, channels: int) -> bytes:
    # As captured from AudioToolbox. It is no OpusHead, which Apple's players refuse.
    words = (_APPLICATION_VOIP, rate, frames, _BITRATE_AUTO, channels, 0, 0)
    return struct.pack(">3Ii3I", *words)


def _pakt(stream: OpusStream, frames: int, divisor: int) -> bytes:
    count = len(stream.packets)
    priming, valid = stream.pre_skip // divisor, stream.valid // divisor
    remainder = frames * count - priming - valid
    sizes = {size: _varint(size) for size in set(stream.packets.sizes)}
    return _PAKT.pack(count, valid, priming, remainder) + b"".join(
        map(sizes.__getitem__, stream.packets.sizes)
    )


def _varint(value: int) -> bytes:
    # CAF, packet table: 7 bits a byte, the highest first; bit 7 says "more follow".
    groups = [value & 127]
    while value := value >> 7:
        groups.append(128 | value & 127)
    return bytes(reversed(groups))


@attrs.frozen
class _Desc:
    rate: int
    packet_bytes: int
    packet_frames: int
    channels: int


def read_caf_opus(data: bytes) -> OpusStream:
    """
    Return the Opus stream in *data*, a CAF file.

    Files without a cookie are read, and those that state no priming: libopus's own
    is assumed for them, because every encoder has some.

    Raises:
        DamagedAudioError: It is broken, or cut off before its audio.

        UnsupportedAudioError: It has more than two channels, or an odd rate.
    """
    chunks = dict(_chunks(data))
    desc = _read_desc(chunks.get(b"desc", b""))
    body = chunks.get(b"data", b"")[4:]  # after the edit count
    if not body:
        raise DamagedAudioError("its CAF file has no audio")
    if b"pakt" not in chunks:
        return _without_table(desc, body)
    return _with_table(desc, chunks[b"pakt"], body)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 12 <= len(data):
        kind, size = struct.unpack_from(">4sq", data, at)
        at += 12
        if size == -1 and kind == b"data":  # CAF, data chunk: up to the file's end
            size = len(data) - at
        if size < 0:
            raise DamagedAudioError("a chunk of its CAF file has an impossible size")
        yield kind, data[at : at + size]
        at += size


def _read_desc(content: bytes) -> _Desc:
    if len(content) < _DESC.size:
        raise DamagedAudioError("its CAF file says nothing of its format")
    rate, codec, _, size, frames, channels, _ = _DESC.unpack_from(content)
    if codec != b"opus" or channels not in (1, 2):
        raise UnsupportedAudioError("its CAF file is not Opus of one or two channels")
    if rate not in (8_000, 12_000, 16_000, 24_000, 48_000):  # RFC 6716, 2
        raise UnsupportedAudioError("its CAF file has a rate that Opus has not")
    return _Desc(int(rate), size, frames, channels)


def _without_table(desc: _Desc, body: bytes) -> OpusStream:
    # CAF, packet table: none is needed if all packets have one size.
    if not desc.packet_bytes:
        raise DamagedAudioError("its CAF file has no packet table")
    sizes = [desc.packet_bytes] * (len(body) // desc.packet_bytes)
    return _stream(desc, Packets.cut(body, sizes), 0, 0)


def _with_table(desc: _Desc, table: bytes, body: bytes) -> OpusStream:
    if len(table) < _PAKT.size:
        raise DamagedAudioError("its CAF file has a packet table cut short")
    count, valid, priming, _ = _PAKT.unpack_from(table)
    sizes: Sequence[int] = [desc.packet_bytes] * min(count, len(body))
    if not desc.packet_bytes:
        sizes = list(_read_varints(table[_PAKT.size :]))
        if not desc.packet_frames:  # each size is followed by a length in frames
            sizes = sizes[::2]
    if not 0 < count <= len(sizes):
        raise DamagedAudioError("its CAF file has a packet table cut short")
    packets = Packets.cut(body, sizes[:count])
    return _stream(desc, packets, max(0, valid), max(0, priming))


def _read_varints(table: bytes) -> Iterator[int]:
    value = 0
    for byte in table:
        value = (value & 0xFFFF) << 7 | byte & 127
        if byte < 128:  # noqa: PLR2004 -- bit 7 says "more follow"
            yield value
            value = 0


def _stream(desc: _Desc, packets: Packets, valid: int, priming: int) -> OpusStream:
    times = RATE // desc.rate
    pre_skip = priming * times or LOOK_AHEAD
    audible = sum(packets.lengths()) - pre_skip
    if audible <= 0:
        raise DamagedAudioError("it holds no audible samples")
    return OpusStream(
        packets, min(valid * times or audible, audible), pre_skip, desc.channels
    )
