"""
What has to happen to a piece of audio, and doing it.
"""

from collections.abc import Callable, Iterator
from enum import Enum

import attrs

from .._errors import AudioError, AudioTooLargeError
from .._models import Audio
from . import _ffmpeg
from ._caf import write_caf_opus
from ._decode import demux_opus
from ._encode import encode
from ._headers import AudioInfo, Examined, examine
from ._limits import check_seconds, missing
from ._ogg import write_ogg_opus
from ._opus import OpusStream, objection
from ._source import Source, is_used_up, opened
from ._spec import DEFAULTS, AudioSettings, AudioSpec, Format, Progress
from ._transcode import is_installed
from ._wav import write_wav


_WRITERS: dict[Format, Callable[[OpusStream], bytes]] = {
    Format.CAF_OPUS: write_caf_opus,
    Format.OGG_OPUS: write_ogg_opus,
}
_TARGETS = (*_WRITERS, Format.M4A, Format.MP3, Format.WAV)
_NO_LIMIT = 1 << 62


class Action(Enum):
    """What happens to audio on its way to a provider."""

    PASS = "pass"  # noqa: S105 -- it passes
    REWRAP = "rewrap"
    ENCODE = "encode"


@attrs.frozen
class Outline:
    """
    What `prepare` would do.

    Attributes:
        action: Whether the audio passes untouched, gets another container around the
            same packets, or is encoded.

        source: What it is now, as far as its bytes tell without decoding.

        format: What it becomes.

        size: Bytes that it will have, estimated unless it passes; None if unknown.

        duration: Seconds, or None if only decoding would tell.

        doubts: What may go wrong, each as a sentence's part.
    """

    action: Action
    source: AudioInfo
    format: Format
    size: int | None
    duration: float | None
    doubts: tuple[str, ...] = ()


@attrs.frozen
class _Way:
    """One way to make what a provider takes."""

    action: Action
    target: Format
    make: Callable[[Progress], tuple[bytes, float | None]]
    size: int | None


def prepare(
    audio: Audio,
    spec: AudioSpec,
    settings: AudioSettings = DEFAULTS,
    progress: Progress | None = None,
) -> Audio:
    """
    Return *audio* as *spec* asks for it. Blocks; meant for a worker thread.

    Args:
        audio: Bytes, a path or an open binary file; no URL.

        spec: What the provider takes.

        settings: Limits and the encoder's settings.

        progress: Called now and then with the seconds that are encoded. What it
            raises ends the work, and comes through unchanged.

    Returns:
        Audio whose source is `bytes`, with a MIME type, a name, and its duration if
        it is known.

    Raises:
        AudioError: It cannot be read, or cannot become what the provider takes.
    """
    with opened(audio, settings) as source:
        way = _choose(_examined(source, spec, settings), spec, settings)
        data, seconds = way.make(progress or _ignore)
    if len(data) > spec.max_bytes:
        raise AudioTooLargeError(
            f"{audio.label} has {len(data):,} bytes as {way.target}, and "
            f"{spec.max_bytes:,} are taken; shorten it, or lower "
            "AudioSettings.bit_rate"
        )
    return Audio(
        data,
        content_type=way.target.content_type,
        filename=f"voice_note{way.target.suffix}",
        duration=seconds,
    )


def convert(
    audio: Audio,
    format: Format,  # noqa: A002 -- what a user types
    settings: AudioSettings = DEFAULTS,
    progress: Progress | None = None,
) -> Audio:
    """
    Return *audio* as *format*: ``caf-opus``, ``ogg-opus``, ``m4a``, ``mp3`` or ``wav``.

    Opus in CAF or Ogg becomes the other one without a decoder.

    Raises:
        AudioError: It cannot be read, or cannot be converted.
    """
    spec = AudioSpec(frozenset((format,)), (format,), max_bytes=_NO_LIMIT)
    return prepare(audio, spec, settings, progress)


def outline(
    audio: Audio, spec: AudioSpec, settings: AudioSettings = DEFAULTS
) -> Outline:
    """
    Return what `prepare` would do, without encoding anything.

    Raises:
        AudioError: What `prepare` would raise, as far as the bytes show it without
            being decoded; or *audio* is an open file that can be read only once.
    """
    if is_used_up(audio):
        raise AudioError(
            f"{audio.label} can be read only once; read it, and give the bytes"
        )
    with opened(audio, settings) as source:
        found = _examined(source, spec, settings)
        way = _choose(found, spec, settings)
    doubts = found.info.doubts
    if way.size is not None and way.size > spec.max_bytes:
        doubts += (f"it may exceed the {spec.max_bytes:,} bytes that are taken",)
    return Outline(
        way.action, found.info, way.target, way.size, found.info.duration, doubts
    )


def _ignore(seconds: float) -> None:
    pass


def _examined(source: Source, spec: AudioSpec, settings: AudioSettings) -> Examined:
    found = examine(source)
    check_seconds(source.label, found.info.duration or 0, _limit(spec, settings))
    if found.info.format not in (Format.WEBM, Format.MATROSKA) or not is_installed():
        return found
    try:
        stream = demux_opus(source, found.info.format)
    except AudioError:
        return found  # decoding it will tell what is wrong
    if stream is None:
        return found
    check_seconds(source.label, stream.seconds, _limit(spec, settings))
    info = attrs.evolve(found.info, codec="opus", duration=stream.seconds)
    return Examined(source, info, stream, objection(stream))


def _limit(spec: AudioSpec, settings: AudioSettings) -> float:
    return min(settings.max_seconds, spec.max_seconds or settings.max_seconds)


def _choose(found: Examined, spec: AudioSpec, settings: AudioSettings) -> _Way:
    settings = attrs.evolve(settings, max_seconds=_limit(spec, settings))
    way = next(_ways(found, spec, settings), None)
    if way is None:
        why = found.objection or f"it is {found.info.format}"
        raise missing(found.source.label, why)
    return way


def _ways(found: Examined, spec: AudioSpec, settings: AudioSettings) -> Iterator[_Way]:
    if _may_pass(found, spec):
        yield _passed(found)
    for target in spec.targets:
        if target not in _TARGETS:
            raise AudioError(
                f"{target} cannot be made; choose one of {', '.join(_TARGETS)}"
            )
        if way := _rewrapped(found, target, spec.max_bytes):
            yield way
        if way := _encoded(found, target, settings):
            yield way


def _may_pass(found: Examined, spec: AudioSpec) -> bool:
    info = found.info
    if info.format is Format.CAF_OPUS and spec.targets == (Format.CAF_OPUS,):
        return False  # wrapped anew, so that cookie, priming and packets are right
    is_broken = info.format in _WRITERS and found.stream is None
    return info.format in spec.takes and info.size <= spec.max_bytes and not is_broken


def _passed(found: Examined) -> _Way:
    info, source = found.info, found.source
    return _Way(
        Action.PASS,
        info.format,
        lambda _: (source.read(), info.duration),
        info.size,
    )


def _rewrapped(found: Examined, target: Format, max_bytes: int) -> _Way | None:
    stream, write = found.stream, _WRITERS.get(target)
    if stream is None or write is None or found.objection:
        return None
    size = len(stream.packets.data) + 2 * len(stream.packets) + 200
    if size > max_bytes:
        return None
    return _Way(Action.REWRAP, target, lambda _: (write(stream), stream.seconds), size)


def _encoded(found: Examined, target: Format, settings: AudioSettings) -> _Way | None:
    source, info = found.source, found.info
    if source.pcm and target is Format.WAV:
        pcm, size = source.pcm, info.size + 44
        return _Way(
            Action.ENCODE,
            target,
            lambda _: (write_wav(source.read(), pcm), info.duration),
            size,
        )
    work = encode if is_installed() else _ffmpeg.encode if _ffmpeg.find() else None
    if work is None:
        return None
    return _Way(
        Action.ENCODE,
        target,
        lambda progress: work(source, info.format, target, settings, progress),
        _estimated(info, target, settings),
    )


def _estimated(info: AudioInfo, target: Format, settings: AudioSettings) -> int | None:
    if info.duration is None:
        return None
    bits = {
        Format.M4A: settings.bit_rate * 3 // 2,
        Format.MP3: settings.bit_rate * 2,
        Format.WAV: 24_000 * 16,
    }.get(target, settings.bit_rate)
    return round(info.duration * bits / 8) + 200
