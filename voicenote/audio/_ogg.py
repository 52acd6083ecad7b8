"""
Opus in Ogg (RFC 3533, RFC 7845), read and written.
"""

import struct
import zlib

from collections.abc import Iterator

import attrs

from .._errors import DamagedAudioError, UnsupportedAudioError
from ._opus import OpusStream, Packets, samples_in, uniform


_CONTINUED, _FIRST, _LAST = 1, 2, 4  # RFC 3533, 6: header_type_flag
_HEADER = 27
_MAX_SEGMENTS = 255
_PACKETS_PER_PAGE = 50  # a second; RFC 7845, 6 asks for no more
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def checksum(page: bytes) -> int:
    """
    Return the checksum of *page*, whose own checksum is 0 (RFC 3533, 6).

    Ogg's is zlib's with every byte's bits reversed: in C, 100 times faster.
    """
    crc = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)


@attrs.frozen
class _Page:
    flags: int
    granule: int
    serial: int
    lacing: bytes
    body: bytes


def _pages(data: bytes) -> Iterator[_Page]:
    at = 0
    while at + _HEADER <= len(data):
        if data[at : at + 5] != b"OggS\0":
            raise DamagedAudioError("an Ogg page does not begin where it should")
        flags, granule, serial = struct.unpack_from("<BqI", data, at + 5)
        start = at + _HEADER + data[at + 26]
        lacing = data[at + _HEADER : start]
        end = start + sum(lacing)
        if end > len(data):
            return  # cut off in its last page: what came before is good
        bare = data[at : at + 22] + bytes(4) + data[at + 26 : end]
        if checksum(bare) != int.from_bytes(data[at + 22 : at + 26], "little"):
            raise DamagedAudioError("an Ogg page fails its checksum")
        yield _Page(flags, granule, serial, lacing, data[start:end])
        at = end


@attrs.define
class _Reader:
    """The one Opus stream of a file, while its pages arrive."""

    head: bytes = b""
    packets: Packets = attrs.field(factory=Packets)
    _serial: int | None = None
    _part: bytes = b""
    _seen: int = 0
    _samples: int = 0
    _start: int | None = None
    _granule: int = -1
    _is_over: bool = False

    def add(self, page: _Page) -> None:
        if page.flags & _FIRST:
            self._begin(page)
        if page.serial != self._serial:
            return
        if not page.flags & _CONTINUED:
            self._part = b""
        before = len(self.packets)
        at = size = 0
        for lace in page.lacing:
            size += lace
            if lace < _MAX_SEGMENTS:
                self._packet(self._part + page.body[at : at + size])
                self._part, at, size = b"", at + size, 0
        self._part += page.body[at:]
        if len(self.packets) > before and page.granule >= 0:
            self._place(page)
        self._is_over = self._is_over or bool(page.flags & _LAST)

    def _begin(self, page: _Page) -> None:
        if self._serial is None and page.body.startswith(b"OpusHead"):
            self._serial = page.serial
        elif self._is_over:  # RFC 3533, 4: chained
            raise UnsupportedAudioError("it is several Ogg streams in a row")

    def _packet(self, packet: bytes) -> None:
        self._seen += 1
        if self._seen == 1:
            self.head = packet
        elif self._seen == 2:  # noqa: PLR2004 -- RFC 7845, 3: the comments
            if not packet.startswith(b"OpusTags"):
                raise DamagedAudioError("its Opus stream has no OpusTags")
        elif packet:
            self.packets.append(packet)
            self._samples += samples_in(packet)

    def _place(self, page: _Page) -> None:
        if self._start is None:
            # RFC 7845, 4.3: a live capture does not begin at 0; 4.4: but a page
            # that is first and last may be shorter than its packets.
            is_last = page.flags & _LAST
            self._start = 0 if is_last else max(0, page.granule - self._samples)
        self._granule = page.granule

    def valid(self, pre_skip: int) -> int:
        samples = self._samples
        if self._granule >= 0:  # RFC 7845, 4.4: end trimming
            samples = min(samples, self._granule - (self._start or 0))
        return samples - pre_skip


def read_ogg_opus(data: bytes) -> OpusStream:
    """
    Return the Opus stream in *data*, an Ogg file.

    Raises:
        DamagedAudioError: It is broken, or cut off before its audio.

        UnsupportedAudioError: It is chained, or has more than two channels.
    """
    reader = _Reader()
    for page in _pages(data):
        reader.add(page)
    if len(reader.head) < 19 or reader.head[8] >> 4 or not reader.packets:  # noqa: PLR2004 -- RFC 7845, 5.1
        raise DamagedAudioError("it holds no Opus audio")
    channels, pre_skip, _, gain, family = struct.unpack_from("<BHIhB", reader.head, 9)
    if family or channels not in (1, 2):  # RFC 7845, 5.1.1
        raise UnsupportedAudioError(f"it has {channels} channels, mapped in a way")
    valid = reader.valid(pre_skip)
    if valid <= 0:
        raise DamagedAudioError("it holds no audible samples")
    return OpusStream(reader.packets, valid, pre_skip, channels, gain)


def write_ogg_opus(stream: OpusStream) -> bytes:
    """
    Return *stream* as an Ogg file.

    Raises:
        DamagedAudioError: A packet is none that Opus allows.

        UnsupportedAudioError: The length of its packets changes.
    """
    stream, length = uniform(stream)
    # RFC 7845, 5.1; the rate is for information, and 0 says that it is not known.
    head = struct.pack(
        "<8sBBHIhB", b"OpusHead", 1, stream.channels, stream.pre_skip, 0, stream.gain, 0
    )
    tags = struct.pack("<8sI9sI", b"OpusTags", 9, b"voicenote", 0)
    serial = zlib.crc32(stream.packets.data)
    pages = [
        _page(_FIRST, 0, serial, 0, [head]),
        _page(0, 0, serial, 1, [tags]),
    ]
    pages.extend(_audio_pages(stream, length, serial))
    return b"".join(pages)


def _audio_pages(stream: OpusStream, length: int, serial: int) -> Iterator[bytes]:
    groups = list(_groups(stream.packets))
    granule, end = 0, stream.pre_skip + stream.valid
    for number, group in enumerate(groups, 2):
        granule += length * len(group)
        is_last = number == len(groups) + 1
        flags = _LAST if is_last else 0
        # RFC 7845, 4.4: the last page ends where the sound does.
        yield _page(flags, end if is_last else granule, serial, number, group)


def _groups(packets: Packets) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    segments = 0
    for packet in packets:
        needed = len(packet) // 255 + 1
        if len(group) == _PACKETS_PER_PAGE or segments + needed > _MAX_SEGMENTS:
            yield group
            group, segments = [], 0
        if needed > _MAX_SEGMENTS:
            raise DamagedAudioError("an Opus packet larger than any")
        group.append(packet)
        segments += needed
    yield group


def _page(
    flags: int, granule: int, serial: int, number: int, packets: list[bytes]
) -> bytes:
    # RFC 3533, 5: a packet is as many 255s as fit, and one smaller number.
    lacing = b"".join(
        b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,))
        for packet in packets
    )
    head = struct.pack("<5sBqII", b"OggS\0", flags, granule, serial, number)
    tail = bytes((len(lacing),)) + lacing + b"".join(packets)
    crc = checksum(head + bytes(4) + tail)
    return head + crc.to_bytes(4, "little") + tail
