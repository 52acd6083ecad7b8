"""
What a piece of audio really is: decoded, measured, and compared with what it says.
"""

import sys

from array import array
from contextlib import closing

import attrs

from .._models import Audio
from ._decode import Decoding
from ._headers import AudioInfo, examine
from ._limits import check_seconds
from ._source import Source, opened
from ._spec import DEFAULTS, AudioSettings, Format
from ._transcode import is_installed


_FULL = 32_768
_OPUS = (Format.CAF_OPUS, Format.OGG_OPUS)


def inspect(
    audio: Audio, settings: AudioSettings = DEFAULTS, *, peaks: int = 0
) -> AudioInfo:
    """
    Return what *audio* is.

    With PyAV all of it is decoded, and the duration is what came out. Without, the
    duration is what the file's frames or its header say, and there are no peaks.

    Args:
        audio: Bytes, a path or an open binary file; no URL.

        settings: Limits for what comes in.

        peaks: How many peaks to return, for a picture of the sound; 0 for none.

    Raises:
        AudioError: It cannot be read, or is no audio that can be used.
    """
    with opened(audio, settings) as source:
        info = examine(source).info
        check_seconds(source.label, info.duration or 0, settings.max_seconds)
        return _measured(source, info, settings, peaks) if is_installed() else info


def _measured(
    source: Source, info: AudioInfo, settings: AudioSettings, peaks: int
) -> AudioInfo:
    decoding = Decoding(source, info.format, settings.max_seconds)
    with closing(decoding.frames()) as frames:
        loudest = [_peak(bytes(one.planes[0])[: 2 * one.samples]) for one in frames]
    # FFmpeg takes a CAF's 24 kHz priming for 48 kHz: 10 ms too many. `pakt` is right.
    is_exact = info.format in _OPUS and info.duration is not None
    return attrs.evolve(
        info,
        codec=info.codec or decoding.codec,
        rate=info.rate or decoding.rate,
        channels=info.channels or decoding.channels,
        duration=info.duration if is_exact else decoding.seconds,
        peaks=_reduced(loudest, peaks),
        doubts=info.doubts + _doubts(info, decoding),
    )


def _peak(samples: bytes) -> float:
    values = array("h", samples)
    if sys.byteorder == "big":
        values.byteswap()
    low, high = min(values, default=0), max(values, default=0)
    return max(high, -low) / _FULL


def _reduced(loudest: list[float], count: int) -> tuple[float, ...]:
    if not count:
        return ()
    # Stretches of equal length; a sound shorter than *count* frames repeats some.
    starts = [at * len(loudest) // count for at in range(count)]
    ends = [*starts[1:], len(loudest)]
    return tuple(
        max(loudest[start : max(end, start + 1)])
        for start, end in zip(starts, ends, strict=True)
    )


def _doubts(info: AudioInfo, decoding: Decoding) -> tuple[str, ...]:
    doubts = []
    declared, found = info.duration or 0.0, decoding.seconds
    if declared - found > max(0.1, declared / 100):
        doubts.append(f"declared {declared:.2f} s but only {found:.2f} s decode")
    if decoding.damaged:
        doubts.append(f"damaged packets were left out: {decoding.damaged}")
    return tuple(doubts)
