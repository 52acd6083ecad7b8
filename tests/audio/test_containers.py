"""Opus in Ogg and in CAF, read and written; judged by decoders that are not ours."""

import io
import json
import shutil
import struct
import subprocess

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import pytest

from hypothesis import given
from hypothesis import strategies as st

import voicenote as vn

from voicenote._errors import (
    AudioError,
    DamagedAudioError,
    UnsupportedAudioError,
)
from voicenote._models import PCM
from voicenote.audio import Format, convert
from voicenote.audio._caf import read_caf_opus, write_caf_opus
from voicenote.audio._ogg import checksum, read_ogg_opus, write_ogg_opus
from voicenote.audio._opus import OpusStream, Packets


Sample = Callable[[str], Path]
SAMPLES = Path(__file__).parent / "samples"
OGG = SAMPLES.joinpath("speech.ogg").read_bytes()
CAF = SAMPLES.joinpath("voice_24k.caf").read_bytes()


def chunks(caf: bytes) -> dict[bytes, bytes]:
    """Return the chunks of *caf*, read strictly: they end where the file does."""
    found, at = {}, 8
    while at < len(caf):
        kind, size = struct.unpack_from(">4sq", caf, at)
        found[kind] = caf[at + 12 : at + 12 + size]
        assert size == len(found[kind])
        at += 12 + size
    return found


def pages(ogg: bytes) -> list[bytes]:
    """Return the pages of *ogg*."""
    starts = [at for at in range(len(ogg)) if ogg[at : at + 5] == b"OggS\0"]
    return [ogg[a:b] for a, b in pairwise([*starts, len(ogg)])]


def sealed(page: bytes) -> bytes:
    """Return *page* with a checksum that is right."""
    bare = page[:22] + bytes(4) + page[26:]
    return bare[:22] + checksum(bare).to_bytes(4, "little") + bare[26:]


def decoded(data: bytes, form: str) -> bytes:
    """Return the samples that FFmpeg's decoder makes of *data*."""
    with av.open(io.BytesIO(data), "r", format=form) as container:
        return b"".join(
            bytes(frame.planes[0])[: frame.samples * frame.format.bytes]
            for frame in container.decode(audio=0)
        )


def test_fifteen_seconds_have_apples_numbers() -> None:
    """15 s of 24 kHz samples give the packet table that Apple's encoder writes."""
    note = convert(vn.Audio(bytes(15 * 48_000), pcm=PCM(24_000)), Format.CAF_OPUS)
    found = chunks(note.data)

    assert (751, 360_000, 156, 324) == struct.unpack_from(">2q2i", found[b"pakt"])
    assert 751 * 480 == 360_000 + 156 + 324


def test_first_bytes() -> None:
    """A 24 kHz note begins with the header, `desc` and `kuki` that Apple writes."""
    golden = bytes.fromhex(
        "63616666 00010000"
        "64657363 0000000000000020 40d7700000000000 6f707573"
        "00000000 00000000 000001e0 00000001 00000000"
        "6b756b69 000000000000001c"
        "00000800 00005dc0 000001e0 fffffc18 00000001 00000000 00000000"
    )

    assert golden == write_caf_opus(read_ogg_opus(OGG))[:92]


def test_chunks_in_apples_order() -> None:
    """`data` comes last, behind the packet table, and `chan` says mono."""
    found = chunks(write_caf_opus(read_ogg_opus(OGG)))

    assert [b"desc", b"kuki", b"chan", b"pakt", b"data"] == list(found)
    assert struct.pack(">3I", 100 << 16 | 1, 0, 0) == found[b"chan"]


@pytest.mark.parametrize(
    ("source", "rate", "reference"),
    [
        ("speech.ogg", 48_000, "voice_remuxed_48k.caf"),
        ("voice_24k.caf", 24_000, "voice_24k.caf"),
    ],
    ids=["Ogg to CAF", "CAF to CAF"],
)
def test_reference_output(
    sample: Sample, source: str, rate: int, reference: str
) -> None:
    """The writer gives the reference files byte for byte."""
    data = sample(source).read_bytes()
    read = read_ogg_opus if source.endswith("ogg") else read_caf_opus

    assert sample(reference).read_bytes() == write_caf_opus(read(data), rate=rate)


@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_stereo_states_its_channels(sample: Sample, rate: int) -> None:
    """A stereo stream is written with two channels in `desc`, `kuki` and `chan`."""
    stream = read_ogg_opus(sample("stereo.ogg").read_bytes())

    found = chunks(write_caf_opus(stream, rate=rate))

    assert 2 == struct.unpack_from(">d4s5I", found[b"desc"])[5]
    assert 2 == struct.unpack(">7I", found[b"kuki"])[4]
    assert 101 << 16 | 2 == struct.unpack(">3I", found[b"chan"])[0]


def test_ogg_and_caf_hold_the_same() -> None:
    """From Ogg to CAF to Ogg, packets, priming and duration stay."""
    first = read_ogg_opus(OGG)

    second = read_caf_opus(write_caf_opus(first, rate=48_000))
    third = read_ogg_opus(write_ogg_opus(second))

    assert [*first.packets] == [*second.packets] == [*third.packets]
    assert (first.valid, first.pre_skip) == (second.valid, second.pre_skip)
    assert (first.valid, first.pre_skip) == (third.valid, third.pre_skip)


@pytest.mark.parametrize(
    "name", ["speech.ogg", "opus_60ms.opus", "opus_short_last_packet.ogg"]
)
def test_rewrapping_is_bit_exact(sample: Sample, name: str) -> None:
    """A decoder makes the same samples of the file before and after."""
    data = sample(name).read_bytes()

    again = write_ogg_opus(read_ogg_opus(data))

    assert decoded(data, "ogg") == decoded(again, "ogg")


@pytest.mark.parametrize("name", ["speech.ogg", "opus_60ms.opus"])
@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_pyav_agrees_on_the_duration(sample: Sample, name: str, rate: int) -> None:
    """PyAV decodes a CAF of ours to its duration, less FFmpeg's own 10 ms."""
    stream = read_ogg_opus(sample(name).read_bytes())
    caf = write_caf_opus(stream, rate=rate)

    with av.open(io.BytesIO(caf), "r", format="caf") as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))

    assert pytest.approx(stream.seconds, abs=0.021) == samples / 48_000


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
def test_ffprobe_agrees(tmp_path: Path) -> None:
    """FFmpeg's prober reads what we wrote; before 8.1 it counts the priming, too."""
    path = tmp_path / "note.caf"
    path.write_bytes(write_caf_opus(read_ogg_opus(OGG)))

    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", str(path)],
        capture_output=True,
        check=True,
    )
    (stream,) = json.loads(done.stdout)["streams"]

    assert ("opus", 1) == (stream["codec_name"], stream["channels"])
    assert pytest.approx(2.2, abs=0.021) == float(stream["duration"])


def test_old_ffmpeg_caf_gets_its_priming(sample: Sample) -> None:
    """A CAF that states no priming is read with libopus's own, for it has some."""
    stream = read_caf_opus(sample("ffmpeg51_no_kuki.caf").read_bytes())

    assert (312, 111) == (stream.pre_skip, len(stream.packets))
    assert 111 * 960 - 312 == stream.valid


def test_caf_whose_data_chunk_has_no_size() -> None:
    """A data chunk of size -1 reaches to the end of the file."""
    at = CAF.index(b"data")
    caf = CAF[: at + 4] + b"\xff" * 8 + CAF[at + 12 :]

    assert [*read_caf_opus(CAF).packets] == [*read_caf_opus(caf).packets]


def test_caf_of_constant_packets() -> None:
    """A CAF whose packets have one size needs no packet table."""
    desc = struct.pack(">4sqd4s5I", b"desc", 32, 24_000, b"opus", 0, 3, 480, 1, 0)
    data = struct.pack(">4sqI", b"data", 10, 0) + b"\x08ab\x08cd"

    stream = read_caf_opus(b"caff\0\1\0\0" + desc + data)

    assert [b"\x08ab", b"\x08cd"] == [*stream.packets]


def test_caf_whose_packets_state_their_frames() -> None:
    """A packet table with a length after each size is read."""
    desc = struct.pack(">4sqd4s5I", b"desc", 32, 24_000, b"opus", 0, 0, 0, 1, 0)
    table = struct.pack(">4sq2q2i", b"pakt", 30, 2, 804, 156, 0)
    table += b"\x03\x83\x60\x03\x83\x60"
    data = struct.pack(">4sqI", b"data", 10, 0) + b"\x08ab\x08cd"

    stream = read_caf_opus(b"caff\0\1\0\0" + desc + table + data)

    assert [b"\x08ab", b"\x08cd"] == [*stream.packets]
    assert 1608 == stream.valid


@pytest.mark.parametrize("name", [b"desc", b"pakt", b"data"])
def test_caf_without_a_chunk(name: bytes) -> None:
    """A CAF without what is needed is damaged."""
    caf = CAF.replace(name, b"free", 1)

    with pytest.raises(DamagedAudioError, match="its CAF file"):
        read_caf_opus(caf)


def test_checksum_is_checked() -> None:
    """One flipped bit in a page is noticed."""
    ogg = bytearray(OGG)
    ogg[2000] ^= 1

    with pytest.raises(DamagedAudioError, match="checksum"):
        read_ogg_opus(bytes(ogg))


def test_ogg_cut_in_its_last_page() -> None:
    """What came before the cut is kept."""
    stream = read_ogg_opus(OGG[:-100])

    assert 0 < len(stream.packets) < len(read_ogg_opus(OGG).packets)


def test_chained_ogg() -> None:
    """Two streams in a row have to be decoded."""
    with pytest.raises(UnsupportedAudioError, match="several Ogg streams"):
        read_ogg_opus(OGG + OGG)


def test_live_capture_starts_late() -> None:
    """A first page whose position is far on does not make the note longer."""
    head, tags, *audio = pages(OGG)
    moved = [
        sealed(p[:6] + struct.pack("<q", position(p) + 480_000) + p[14:]) for p in audio
    ]

    stream = read_ogg_opus(b"".join([head, tags, *moved]))

    assert 2.2 == stream.seconds


def position(page: bytes) -> int:
    """Return the granule position of *page*."""
    (granule,) = struct.unpack_from("<q", page, 6)
    return int(granule)


def test_other_streams_of_an_ogg_are_skipped() -> None:
    """Pages of another serial number are not Opus."""
    head, *others = pages(OGG)
    alien = sealed(head[:14] + b"ABCD" + head[18:28] + b"fishead\0" + head[36:])

    stream = read_ogg_opus(b"".join([head, alien, *others]))

    assert [*read_ogg_opus(OGG).packets] == [*stream.packets]


@pytest.mark.parametrize(
    ("offset", "value", "error"),
    [
        (8, 0x10, DamagedAudioError),
        (9, 6, UnsupportedAudioError),
        (18, 1, UnsupportedAudioError),
        (18, 255, UnsupportedAudioError),
    ],
    ids=["version 2", "six channels", "surround", "mapped"],
)
def test_odd_opus_heads(offset: int, value: int, error: type[AudioError]) -> None:
    """A header that we do not know is not guessed about."""
    head, *others = pages(OGG)
    odd = bytearray(head)
    odd[28 + offset] = value

    with pytest.raises(error):
        read_ogg_opus(sealed(bytes(odd)) + b"".join(others))


def test_packet_over_two_pages() -> None:
    """A packet that goes on in the next page is put together."""
    stream = OpusStream(Packets([b"\x08" + bytes(600), b"\x08b"]), 1608)
    head, tags, page = pages(write_ogg_opus(stream))
    # Lacing 255 255 91 2: cut after the first 510 bytes.
    body = page[27 + 4 :]
    first = sealed(
        page[:5]
        + b"\0"
        + struct.pack("<q", -1)
        + page[14:26]
        + b"\2\xff\xff"
        + body[:510]
    )
    second = sealed(page[:5] + b"\5" + page[6:26] + b"\2\x5b\2" + body[510:])

    again = read_ogg_opus(head + tags + first + second)

    assert [*stream.packets] == [*again.packets]


@given(
    st.lists(st.binary(max_size=400), min_size=1, max_size=120),
    st.sampled_from([24_000, 48_000]),
)
def test_writers_and_readers_agree(frames: list[bytes], rate: int) -> None:
    """What is written is read again, whatever the sizes and the number of packets."""
    packets = [b"\x08" + frame for frame in frames]
    stream = OpusStream(Packets(packets), 960 * len(packets) - 312)

    caf = read_caf_opus(write_caf_opus(stream, rate=rate))
    ogg = read_ogg_opus(write_ogg_opus(stream))

    assert packets == [*caf.packets] == [*ogg.packets]
    assert stream.valid == caf.valid == ogg.valid


edits = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)),
    min_size=1,
    max_size=8,
)


def mutated(data: bytes, changes: list[tuple[float, int]], cut: float) -> bytes:
    """Return *data* with some bytes changed, cut off at *cut* of its length."""
    made = bytearray(data)
    for where, value in changes:
        made[int(where**3 * len(made))] = value  # more at the beginning
    return bytes(made[: int(cut * len(made))])


@given(edits, st.one_of(st.just(1.0), st.floats(0, 1)), st.booleans())
def test_mutated_ogg(
    changes: list[tuple[float, int]], cut: float, is_sealed: bool
) -> None:
    """A broken Ogg file gives a note or an `AudioError`, nothing else."""
    data = mutated(OGG, changes, cut)
    if is_sealed:  # let the damage through to what lies behind the checksums
        data = b"".join(map(sealed, pages(data)))

    rewrap(read_ogg_opus, data)


@given(edits, st.one_of(st.just(1.0), st.floats(0, 1)))
def test_mutated_caf(changes: list[tuple[float, int]], cut: float) -> None:
    """A broken CAF file gives a note or an `AudioError`, nothing else."""
    data = mutated(CAF, changes, cut)

    rewrap(read_caf_opus, data)


def rewrap(read: Callable[[bytes], OpusStream], data: bytes) -> None:
    """Check that *data* is wrapped anew as a strict CAF, or refused."""
    try:
        note = write_caf_opus(read(data))
    except AudioError:
        return
    assert b"data" in chunks(note)
