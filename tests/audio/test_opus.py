"""Opus packets: lengths, frames, and making them equally long."""

import pytest

from hypothesis import given
from hypothesis import strategies as st

from voicenote._errors import AudioError, DamagedAudioError, UnsupportedAudioError
from voicenote.audio._opus import (
    OpusStream,
    Packets,
    frames_in,
    samples_in,
    uniform,
)


SILK_20 = 1 << 3  # RFC 6716, 3.1: configuration 1, 20 ms
SILK_60 = 3 << 3
CELT_2_5 = 16 << 3


def stream(*packets: bytes) -> OpusStream:
    """Return a stream of *packets* that is valid to its end."""
    made = Packets(packets)
    return OpusStream(made, sum(made.lengths()) - 312)


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (bytes([SILK_20]), 960),
        (bytes([SILK_20 | 1, 0, 0]), 1920),
        (bytes([SILK_20 | 2, 1, 0, 0]), 1920),
        (bytes([SILK_20 | 3, 3]), 2880),
        (bytes([SILK_60]), 2880),
        (bytes([CELT_2_5]), 120),
    ],
    ids=["code 0", "code 1", "code 2", "code 3", "60 ms frame", "2.5 ms frame"],
)
def test_length_of_a_packet(packet: bytes, samples: int) -> None:
    """A packet's length is its frame length times its count of frames."""
    assert samples == samples_in(packet)


@pytest.mark.parametrize(
    ("packet", "frames"),
    [
        (b"\x08abc", [b"abc"]),
        (b"\x09abcd", [b"ab", b"cd"]),
        (b"\x0a\1abcd", [b"a", b"bcd"]),
        (b"\x0b\x02abcd", [b"ab", b"cd"]),
        (b"\x0b\x82\1abcd", [b"a", b"bcd"]),
        (b"\x0b\x42\2abcd\0\0", [b"ab", b"cd"]),
        (b"\x0a\xfc\1" + bytes(256) + b"z", [bytes(256), b"z"]),
    ],
    ids=["one", "two even", "two", "cbr", "vbr", "padding", "long size"],
)
def test_frames_in_a_packet(packet: bytes, frames: list[bytes]) -> None:
    """Each of the four packings of RFC 6716, 3.2 gives its frames."""
    assert frames == frames_in(packet)


@pytest.mark.parametrize(
    "packet",
    [
        b"\x09abc",
        b"\x0b",
        b"\x0b\0",
        b"\x0a",
        b"\x0a\xff",
        b"\x0a\x09abc",
        b"\x0b\x03abcd",
        b"\x0b\x42\xff\xff",
        b"\x0b\x42\x09ab",
        b"\x1b\x03",
        b"\x08" + bytes(1276),
    ],
    ids=lambda packet: packet[:4].hex(),
)
def test_impossible_packets(packet: bytes) -> None:
    """A packet that RFC 6716, 3.4 forbids is damage."""
    with pytest.raises(DamagedAudioError):
        frames_in(packet)


def test_packets_of_several_frames_are_split() -> None:
    """Three 20 ms frames in a packet become three packets."""
    whole = stream(b"\x0b\x03aabbcc", b"\x0b\x02ddee")

    made, length = uniform(whole)

    assert [b"\x08aa", b"\x08bb", b"\x08cc", b"\x08dd", b"\x08ee"] == [*made.packets]
    assert 960 == length


def test_short_last_packet_is_filled() -> None:
    """A last packet of 10 ms after ones of 20 ms gets an empty frame."""
    ten = 16 + 2 << 3
    whole = stream(bytes([ten | 1, 1, 2]), bytes([ten, 9]))

    made, length = uniform(whole)

    assert [bytes([ten | 1, 1, 2]), bytes([ten | 3, 130, 1, 9])] == [*made.packets]
    assert (960, [960, 960]) == (length, made.packets.lengths())


def test_equal_packets_of_another_length_stay() -> None:
    """60 ms frames cannot be split, and need not be."""
    whole = stream(bytes([SILK_60, 1]), bytes([SILK_60, 2]))

    made, length = uniform(whole)

    assert ([*whole.packets], 2880) == ([*made.packets], length)


def test_changing_lengths_are_refused() -> None:
    """A stream whose packets change their length has to be encoded."""
    whole = stream(b"\x18a", b"\x08b", b"\x18c")

    with pytest.raises(UnsupportedAudioError, match="change their length"):
        uniform(whole)


def test_packets_after_the_end_are_left_out() -> None:
    """What lies behind the last valid sample is not kept."""
    whole = OpusStream(Packets([b"\x08a", b"\x08b", b"\x08c"]), 600)

    made, _ = uniform(whole)

    assert [b"\x08a"] == [*made.packets]


@given(st.lists(st.binary(min_size=1, max_size=2000), max_size=20))
def test_packets_keep_their_order_and_bytes(packets: list[bytes]) -> None:
    """One buffer gives back what was put into it."""
    made = Packets(packets)

    assert packets == [*made]
    assert len(packets) == len(made)


@given(
    st.lists(st.lists(st.binary(max_size=300), min_size=1, max_size=3), min_size=1),
    st.randoms(use_true_random=False),
)
def test_splitting_keeps_every_frame(groups: list[list[bytes]], _: object) -> None:
    """However frames are grouped into packets, splitting gives the same frames."""
    packets = [vbr(group) for group in groups]

    made, _length = uniform(stream(*packets))

    assert [b"\x08" + frame for group in groups for frame in group] == [*made.packets]


def vbr(frames: list[bytes]) -> bytes:
    """Return *frames* as one code-3 packet of 20 ms frames."""
    head = bytearray((SILK_20 | 3, 128 | len(frames)))
    for frame in frames[:-1]:
        size = len(frame)
        low = size if size < 252 else 252 + (size & 3)
        head += bytes((low,)) if low == size else bytes((low, (size - low) // 4))
    return bytes(head) + b"".join(frames)


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=10))
def test_any_packets_are_made_equal_or_refused(packets: list[bytes]) -> None:
    """No packets make it fail in another way, and the result has one length."""
    try:
        made, length = uniform(OpusStream(Packets(packets), 10**6))
    except AudioError:
        return

    assert {length} == set(made.packets.lengths())
