"""
What a file says of itself, or its frames do: nothing is decoded here.
"""

import struct

from collections.abc import Callable, Iterator

import attrs

from .._errors import AudioError, UnrecognizedAudioError, UnsupportedAudioError
from ._caf import read_caf_opus
from ._frames import Measured, measure_adts, measure_amr, measure_mp3
from ._mp4 import read_track
from ._ogg import read_ogg_opus
from ._opus import RATE, OpusStream, objection
from ._sniff import HEAD, audio_start, sniff, sniff_source
from ._source import Source
from ._spec import Format


MIN_RATE, MAX_RATE = 4_000, 384_000
MAX_CHANNELS = 16
_MAX_CHUNKS = 1_000  # a real file has ten; a hostile one takes hours

# mmreg.h: WAVE_FORMAT_*. Of these, bytes tell seconds.
_WAV_CODECS = {1: "pcm", 3: "pcm float", 6: "a-law", 7: "mu-law", 0xFFFE: "pcm"}
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)  # as streaming text-to-speech services write


@attrs.frozen
class AudioInfo:
    """
    What a piece of audio is.

    Attributes:
        format: The kind of file.

        size: Bytes.

        codec: The name of its coding, for example ``opus``; empty if not known.

        rate: Hertz, or None if not known.

        channels: How many, or None if not known.

        duration: Seconds, or None if not known.

        peaks: The loudness of equal stretches, each from 0 to 1; empty if nobody
            asked, or if there is nothing to decode with.

        doubts: What does not fit together, each as a sentence's part.
    """

    format: Format
    size: int
    codec: str = ""
    rate: int | None = None
    channels: int | None = None
    duration: float | None = None
    peaks: tuple[float, ...] = ()
    doubts: tuple[str, ...] = ()


@attrs.frozen
class Examined:
    """
    A source, and what could be known of it without decoding.

    Attributes:
        source: Where to read it.

        info: What it is.

        stream: Its Opus packets, if it holds Opus that may be wrapped anew.

        objection: Why its Opus may not be, or empty.
    """

    source: Source
    info: AudioInfo
    stream: OpusStream | None = None
    objection: str = ""


def examine(source: Source) -> Examined:
    """
    Return what *source* is, by its bytes.

    Raises:
        AudioError: It is no audio that we know, or none that can be used.
    """
    found = sniff_source(source)
    if found in _OPUS:
        return _examine_opus(source, found)
    info = _READERS.get(found, _nothing)(source, AudioInfo(found, source.size))
    _check(info, source.label)
    return Examined(source, info)


def _check(info: AudioInfo, label: str) -> None:
    if info.rate is not None and not MIN_RATE <= info.rate <= MAX_RATE:
        raise UnsupportedAudioError(
            f"{label} has a rate of {info.rate} Hz; "
            f"from {MIN_RATE} to {MAX_RATE} Hz can be used"
        )
    if (info.channels or 1) > MAX_CHANNELS:
        raise UnsupportedAudioError(
            f"{label} has {info.channels} channels; up to {MAX_CHANNELS} can be used"
        )


def _examine_opus(source: Source, found: Format) -> Examined:
    info = AudioInfo(found, source.size, "opus", RATE)
    try:
        stream = _OPUS[found](source.read())
    except AudioError as error:
        doubt = str(error)
        return Examined(source, attrs.evolve(info, doubts=(doubt,)), None, doubt)
    if found is Format.CAF_OPUS:  # the other containers count at 48 kHz
        (rate,) = struct.unpack(">d", source.read(8, at=20))
        info = attrs.evolve(info, rate=int(rate))
    info = attrs.evolve(info, channels=stream.channels, duration=stream.seconds)
    return Examined(source, info, stream, objection(stream))


def _nothing(source: Source, info: AudioInfo) -> AudioInfo:  # noqa: ARG001
    return info


def _read_pcm(source: Source, info: AudioInfo) -> AudioInfo:
    pcm = source.pcm
    assert pcm is not None  # noqa: S101 -- this is what makes the format PCM
    seconds = source.size // (2 * pcm.channels) / pcm.rate
    return attrs.evolve(
        info,
        codec="pcm",
        rate=pcm.rate,
        channels=pcm.channels,
        duration=seconds,
        doubts=_doubt_pcm(source),
    )


def _doubt_pcm(source: Source) -> tuple[str, ...]:
    try:
        found = sniff(source.read(HEAD))
    except UnrecognizedAudioError:
        return ()
    return (f"pcm= says that it is raw samples, but it begins as {found} does",)


def _read_wav(source: Source, info: AudioInfo) -> AudioInfo:
    # RIFF chunks, from the end of "WAVE" on.
    at, layout = 12, b""
    for kind, start, size in _wav_chunks(source, at):
        if kind == b"fmt ":
            layout = source.read(min(size, 40), at=start)
        if kind == b"data" and len(layout) >= 16:  # noqa: PLR2004
            return _measure_wav(info, layout, size, source.size - start)
    return attrs.evolve(info, doubts=("it has no sound in it, or no header",))


def _wav_chunks(source: Source, at: int) -> Iterator[tuple[bytes, int, int]]:
    for _ in range(_MAX_CHUNKS):
        if at + 8 > source.size:
            return
        kind, size = struct.unpack("<4sI", source.read(8, at=at))
        yield kind, at + 8, size
        at += 8 + size + (size & 1)


def _measure_wav(info: AudioInfo, layout: bytes, size: int, there: int) -> AudioInfo:
    tag, channels, rate, _, block, _ = struct.unpack_from("<HHIIHH", layout)
    codec = _WAV_CODECS.get(tag, "")
    info = attrs.evolve(info, codec=codec, rate=rate, channels=channels)
    if not codec or not block or not rate:
        return info
    promised = there if size in _UNKNOWN_SIZES else size
    doubts = _doubt(promised // block / rate, there // block / rate)
    seconds = min(promised, there) // block / rate
    return attrs.evolve(info, duration=seconds, doubts=doubts)


def _doubt(declared: float, found: float) -> tuple[str, ...]:
    if declared <= found:
        return ()
    return (f"its header promises {declared:.2f} s, but it holds {found:.2f} s",)


def _read_aiff(source: Source, info: AudioInfo) -> AudioInfo:
    # AIFF 1.3, Common Chunk; the rate is an 80-bit float.
    head = source.read(4096)
    at = head.find(b"COMM")
    if at < 0 or at + 26 > len(head):
        return info
    channels, frames, _, exponent, mantissa = struct.unpack_from(">HIHHQ", head, at + 8)
    # The exponent is bounded so that a hostile one makes no number of 5,000 digits.
    shift = min(max(16383 + 63 - exponent, 0), 64)
    rate = mantissa >> shift
    seconds = frames / rate if rate and frames else None
    codec = "pcm" if head[8:12] == b"AIFF" else ""  # AIFC has others, too
    return attrs.evolve(
        info, codec=codec, rate=rate, channels=channels, duration=seconds
    )


def _read_flac(source: Source, info: AudioInfo) -> AudioInfo:
    # RFC 9639, 8.2: rate 20 bits, channels 3, depth 5, samples 36.
    packed = int.from_bytes(source.read(8, at=audio_start(source) + 18), "big")
    rate, channels = packed >> 44, (packed >> 41 & 7) + 1
    samples = packed & (1 << 36) - 1
    seconds = samples / rate if rate and samples else None
    return attrs.evolve(
        info, codec="flac", rate=rate, channels=channels, duration=seconds
    )


def _read_mp4(source: Source, info: AudioInfo) -> AudioInfo:
    track = read_track(source)
    doubts = () if track.is_whole else ("it is cut off before its end",)
    return attrs.evolve(
        info,
        codec=track.codec,
        rate=track.rate,
        channels=track.channels,
        duration=track.seconds,
        doubts=doubts,
    )


def _read_mp3(source: Source, info: AudioInfo) -> AudioInfo:
    return _measured(info, "mp3", measure_mp3(source, audio_start(source)))


def _read_adts(source: Source, info: AudioInfo) -> AudioInfo:
    return _measured(info, "aac", measure_adts(source, audio_start(source)))


def _read_amr(source: Source, info: AudioInfo) -> AudioInfo:
    return _measured(info, "amr", measure_amr(source))


def _measured(info: AudioInfo, codec: str, found: Measured | None) -> AudioInfo:
    info = attrs.evolve(info, codec=codec)
    if found is None:
        return info
    return attrs.evolve(
        info,
        rate=found.frame.rate,
        channels=found.frame.channels,
        duration=found.seconds,
    )


_OPUS: dict[Format, Callable[[bytes], OpusStream]] = {
    Format.CAF_OPUS: read_caf_opus,
    Format.OGG_OPUS: read_ogg_opus,
}

_READERS: dict[Format, Callable[[Source, AudioInfo], AudioInfo]] = {
    Format.AAC: _read_adts,
    Format.AIFF: _read_aiff,
    Format.AMR: _read_amr,
    Format.FLAC: _read_flac,
    Format.M4A: _read_mp4,
    Format.MP3: _read_mp3,
    Format.MP4: _read_mp4,
    Format.PCM: _read_pcm,
    Format.THREE_GP: _read_mp4,
    Format.WAV: _read_wav,
}
