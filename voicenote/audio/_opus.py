"""
Opus packets: how long they are, what is in them, and how they become equally long.

Rule: lengths are samples at 48 kHz, whatever rate a file states (RFC 7845, 4).
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from operator import sub

import attrs

from .._errors import AudioError, DamagedAudioError, UnsupportedAudioError


RATE = 48_000
LOOK_AHEAD = 312
"""What libopus needs to look ahead, at 48 kHz: 6.5 ms."""

_TWENTY_MS = 960
# RFC 6716, 3.1, table 2: a frame's length by the upper five bits of the first byte.
_FRAMES = (480, 960, 1920, 2880) * 3 + (480, 960) * 2 + (120, 240, 480, 960) * 4
_MAX_SIZE = 65_535  # bytes of a packet: what `Packets.sizes` holds
_MAX_PACKET = 5760  # RFC 6716, 3.2.5 [R5]: 120 ms
_MAX_FRAME = 1275  # bytes; RFC 6716, 3.2.1 [R2]


class Packets:
    """
    Opus packets, end to end in one buffer.

    An hour has 180,000 of them: 15 MB so, and three times that as `bytes` objects.
    """

    __slots__ = ("data", "sizes")

    def __init__(self, packets: Sequence[bytes] = ()) -> None:
        self.data = bytearray()
        self.sizes = array("H")
        for packet in packets:
            self.append(packet)

    @classmethod
    def cut(cls, data: bytes, sizes: Sequence[int]) -> "Packets":
        """
        Return the packets of *sizes* bytes that lie end to end in *data*.

        Raises:
            DamagedAudioError: A size is 0, or too large, or they exceed *data*.
        """
        total = sum(sizes)
        if (
            not sizes
            or total > len(data)
            or not 0 < min(sizes) <= max(sizes) <= _MAX_SIZE
        ):
            raise DamagedAudioError("its packet sizes do not fit its packets")
        packets = cls()
        packets.sizes.extend(sizes)
        packets.data += data[:total]
        return packets

    def append(self, packet: bytes) -> None:
        """
        Add *packet* at the end.

        Raises:
            DamagedAudioError: It is empty, or larger than any Opus packet.
        """
        if not 0 < len(packet) <= _MAX_SIZE:
            raise DamagedAudioError(f"an Opus packet of {len(packet)} bytes")
        self.sizes.append(len(packet))
        self.data += packet

    def keep(self, count: int) -> "Packets":
        """Return the first *count* packets."""
        return Packets.cut(bytes(self.data), self.sizes[:count])

    def offsets(self) -> Iterator[int]:
        """Return where each packet begins."""
        return map(sub, accumulate(self.sizes), self.sizes)

    def lengths(self) -> list[int]:
        """
        Return each packet's length, in samples at 48 kHz.

        Raises:
            DamagedAudioError: A packet is none that Opus allows.
        """
        first = [self.data[offset] for offset in self.offsets()]
        if all(toc & 3 == 0 for toc in set(first)):
            return [_FRAMES[toc >> 3] for toc in first]
        return [samples_in(packet) for packet in self]

    def __len__(self) -> int:
        return len(self.sizes)

    def __iter__(self) -> Iterator[bytes]:
        for offset, size in zip(self.offsets(), self.sizes, strict=True):
            yield bytes(self.data[offset : offset + size])


@attrs.frozen
class OpusStream:
    """
    Opus packets, and what their file says of them.

    Attributes:
        packets: The packets, at least one.

        valid: Samples at 48 kHz to be heard, after *pre_skip*.

        pre_skip: Samples at 48 kHz that a decoder makes first and drops.

        channels: 1 or 2.

        gain: What a decoder has to add, in 1/256 decibel (RFC 7845, 5.1).
    """

    packets: Packets
    valid: int
    pre_skip: int = LOOK_AHEAD
    channels: int = 1
    gain: int = 0

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return self.valid / RATE


def samples_in(packet: bytes) -> int:
    """
    Return the length of *packet*, in samples at 48 kHz (RFC 6716, 3.1 and 3.2).

    Raises:
        DamagedAudioError: It is none that Opus allows.
    """
    code = packet[0] & 3
    if code == 3 and len(packet) < 2:  # noqa: PLR2004 -- RFC 6716, 3.2.5 [R6]
        raise DamagedAudioError("an Opus packet without its frame count")
    count = packet[1] & 63 if code == 3 else (1, 2, 2)[code]  # noqa: PLR2004
    samples = _FRAMES[packet[0] >> 3] * count
    if not 0 < samples <= _MAX_PACKET:
        raise DamagedAudioError("an Opus packet of impossible length")
    return samples


def frames_in(packet: bytes) -> list[bytes]:
    """
    Return the frames in *packet* (RFC 6716, 3.2).

    Raises:
        DamagedAudioError: It is none that Opus allows.
    """
    samples_in(packet)
    body = packet[1:]
    match packet[0] & 3:
        case 0:  # RFC 6716, 3.2.2
            return _cut(body, 0, [len(body)])
        case 1:  # RFC 6716, 3.2.3: two of equal size
            if len(body) & 1:
                raise DamagedAudioError("an Opus packet with two uneven halves")
            return _cut(body, 0, [len(body) // 2] * 2)
        case 2:  # RFC 6716, 3.2.4: two, with the size of the first
            size, start = _frame_size(body, 0)
            return _cut(body, start, [size, len(body) - start - size])
    return _code_3(body)


def _code_3(body: bytes) -> list[bytes]:
    # RFC 6716, 3.2.5: any number of frames, with padding at the end.
    count, start, padding = body[0] & 63, 1, 0
    if body[0] & 64:
        padding, start = _padding(body)
    sizes: list[int] = []
    if body[0] & 128:
        for _ in range(count - 1):
            size, start = _frame_size(body, start)
            sizes.append(size)
        sizes.append(len(body) - padding - start - sum(sizes))
    else:
        each, rest = divmod(len(body) - padding - start, count)
        if rest:
            raise DamagedAudioError("an Opus packet whose frames are uneven")
        sizes = [each] * count
    return _cut(body, start, sizes)


def _padding(body: bytes) -> tuple[int, int]:
    # RFC 6716, 3.2.5: 255 means 254 bytes, and that another count follows.
    padding = 0
    for start, value in enumerate(body[1:], 2):
        padding += min(value, 254)
        if value != 255:  # noqa: PLR2004
            return padding, start
    raise DamagedAudioError("an Opus packet that is all padding")


def _frame_size(body: bytes, at: int) -> tuple[int, int]:
    # RFC 6716, 3.2.1: one byte up to 251, else two.
    if at >= len(body) or (body[at] >= 252 and at + 1 >= len(body)):  # noqa: PLR2004
        raise DamagedAudioError("an Opus packet that ends in a frame's size")
    if body[at] < 252:  # noqa: PLR2004
        return body[at], at + 1
    return body[at] + 4 * body[at + 1], at + 2


def _cut(body: bytes, start: int, sizes: list[int]) -> list[bytes]:
    if not all(0 <= size <= _MAX_FRAME for size in sizes):
        raise DamagedAudioError("an Opus frame of impossible size")
    ends = list(accumulate(sizes, initial=start))
    return [body[a:b] for a, b in pairwise(ends)]


def uniform(stream: OpusStream) -> tuple[OpusStream, int]:
    """
    Return *stream* with packets of one length, and that length.

    Apple's players take no file whose packets differ in length. Packets of several
    20 ms frames are split, and a short last packet is filled with empty frames.
    Packets after the last valid sample are left out.

    Returns:
        The stream, and the length of each packet in samples at 48 kHz.

    Raises:
        DamagedAudioError: A packet is none that Opus allows.

        UnsupportedAudioError: The length changes inside the stream.
    """
    packets, length = _equal(stream.packets)
    valid = min(stream.valid, length * len(packets) - stream.pre_skip)
    if valid <= 0:
        raise DamagedAudioError("it holds no audible samples")
    needed = -(-(stream.pre_skip + valid) // length)
    if needed < len(packets):
        packets = packets.keep(needed)
    return attrs.evolve(stream, packets=packets, valid=valid), length


def objection(stream: OpusStream) -> str:
    """Return why the packets of *stream* are no voice note as they are, or nothing."""
    if stream.channels != 1:
        return f"it has {stream.channels} channels"
    if stream.gain:
        return "it has an output gain"
    try:
        uniform(stream)
    except AudioError as error:
        return str(error)
    return ""


def _equal(packets: Packets) -> tuple[Packets, int]:
    first = {packets.data[offset] for offset in packets.offsets()}
    if all(_FRAMES[toc >> 3] == _TWENTY_MS for toc in first):
        return (_split(packets) if any(toc & 3 for toc in first) else packets), 960
    lengths = packets.lengths()
    common = max(set(lengths), key=lengths.count)
    if any(length != common for length in lengths[:-1]):
        raise UnsupportedAudioError("its packets change their length")
    if lengths[-1] != common:
        *others, last = packets
        packets = Packets([*others, _filled(last, common)])
    return packets, common


def _split(packets: Packets) -> Packets:
    # The lower two bits of the first byte cleared: one frame (RFC 6716, 3.2.2).
    split = Packets()
    for packet in packets:
        toc = bytes((packet[0] & 252,))
        for frame in frames_in(packet):
            split.append(toc + frame)
    return split


def _filled(packet: bytes, length: int) -> bytes:
    # RFC 6716, 3.2.1: a frame of no bytes is a lost one, which a decoder conceals.
    frames = frames_in(packet)
    empty, rest = divmod(length - samples_in(packet), _FRAMES[packet[0] >> 3])
    if rest or empty < 0:
        raise UnsupportedAudioError("its last packet has a length of its own")
    head = bytearray((packet[0] | 3, 128 | len(frames) + empty))
    for size in map(len, frames):
        low = size if size < 252 else 252 + (size & 3)  # noqa: PLR2004
        head += bytes((low,)) if low == size else bytes((low, (size - low) // 4))
    return bytes(head) + bytes(empty - 1) + b"".join(frames)
