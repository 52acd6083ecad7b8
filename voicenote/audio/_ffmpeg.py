"""
Encoding by an ``ffmpeg`` that is installed, where PyAV is not: the only subprocess.

Rule: FFmpeg is asked for Ogg, and never for a CAF; it gets a real file, because an MP4
from a pipe gives an empty result and no error.
"""

import io
import os
import shutil

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Timer
from typing import IO, TYPE_CHECKING

from .._errors import DamagedAudioError, MissingAudioSupportError, NoAudioError
from ._caf import write_caf_opus
from ._demuxers import DEMUXERS
from ._headers import examine
from ._limits import check_seconds
from ._ogg import read_ogg_opus, write_ogg_opus
from ._source import Source
from ._spec import AudioSettings, Format, Progress


if TYPE_CHECKING:
    from subprocess import Popen


_START_UP = 30.0  # seconds on top of one for each second of sound

_OPUS_WRITERS = {Format.CAF_OPUS: write_caf_opus, Format.OGG_OPUS: write_ogg_opus}


def find() -> str | None:
    """Return where ``ffmpeg`` is, or None."""
    return shutil.which("ffmpeg")


def encode(
    source: Source,
    form: Format,
    target: Format,
    settings: AudioSettings,
    progress: Progress,
) -> tuple[bytes, float]:
    """
    Return *source*, whose format is *form*, as *target*.

    Returns:
        The bytes of a file, and its seconds.

    Raises:
        DamagedAudioError: It cannot be decoded, or not in time.

        NoAudioError: It has no sound.

        MissingAudioSupportError: This FFmpeg lacks what it takes.
    """
    with TemporaryDirectory(prefix="voicenote-") as folder:
        made = Path(folder, "out")
        path = source.path or _stored(source, Path(folder, "in"))
        words = [*_input(source, form, path), *_output(target, settings), str(made)]
        complaint = _run(words, settings.max_seconds + _START_UP, progress)
        data = made.read_bytes() if made.exists() else b""
    if not data:
        raise _explained(source.label, complaint)
    if target in _OPUS_WRITERS:
        data = _OPUS_WRITERS[target](read_ogg_opus(data))
    info = examine(Source(io.BytesIO(data), len(data), source.label)).info
    if not info.duration:
        raise _explained(source.label, complaint)
    check_seconds(source.label, info.duration, settings.max_seconds)
    return data, info.duration


def _stored(source: Source, path: Path) -> Path:
    path.write_bytes(source.read())
    return path


def _input(source: Source, form: Format, path: Path) -> Iterator[str]:
    yield from ("-hide_banner", "-nostdin", "-v", "error", "-progress", "pipe:1")
    yield from ("-protocol_whitelist", "file,pipe")
    if source.pcm:
        rate, channels = str(source.pcm.rate), str(source.pcm.channels)
        yield from ("-f", "s16le", "-ar", rate, "-ac", channels)
    else:
        yield from ("-f", DEMUXERS[form])
    # Without "file:", a path such as "concat:a" would be a protocol.
    yield from ("-i", f"file:{path.absolute()}")


def _output(target: Format, settings: AudioSettings) -> Iterator[str]:
    yield from ("-map", "0:a:0", "-map_metadata", "-1", "-ac", "1", "-ar", "24000")
    # One second more than is allowed shows that there is too much.
    yield from ("-t", str(settings.max_seconds + 1))
    match target:
        case Format.M4A:
            rate = str(settings.bit_rate * 3 // 2)
            yield from ("-c:a", "aac", "-b:a", rate)
            yield from ("-movflags", "+faststart", "-f", "ipod")
        case Format.MP3:
            rate = str(settings.bit_rate * 2)
            yield from ("-c:a", "libmp3lame", "-b:a", rate, "-f", "mp3")
        case Format.WAV:
            yield from ("-c:a", "pcm_s16le", "-bitexact", "-f", "wav")
        case _:
            yield from ("-c:a", "libopus", "-b:a", str(settings.bit_rate))
            yield from ("-compression_level", str(settings.complexity))
            yield from ("-application", "voip", "-f", "ogg")


def _run(words: list[str], seconds: float, progress: Progress) -> str:
    # Errors go to a file: through a pipe that nobody reads, many would block it.
    with TemporaryFile() as errors:
        with _started(words, seconds, errors) as process:
            for line in process.stdout or ():
                name, _, value = line.strip().partition("=")
                if name == "out_time_us" and value.isdigit():
                    progress(int(value) / 1e6)
            process.wait()
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - 4096))
        return errors.read().decode(errors="replace")


@contextmanager
def _started(
    words: list[str], seconds: float, errors: IO[bytes]
) -> "Iterator[Popen[str]]":
    import subprocess  # noqa: PLC0415 -- for those who have no PyAV

    program = find()
    if program is None:
        raise MissingAudioSupportError("ffmpeg is not on the PATH any more")
    with subprocess.Popen(  # noqa: S603 -- no shell, and a program that we found
        [program, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        errors="replace",
    ) as process:
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()  # it has ended, or somebody wants it to


def _explained(label: str, complaint: str) -> Exception:
    if "matches no streams" in complaint:
        return NoAudioError(f"{label} has no sound in it")
    if "Unknown encoder" in complaint:
        return MissingAudioSupportError(
            "this ffmpeg was built without the encoder that is needed; "
            "pip install 'voicenote[audio]'"
        )
    lines = complaint.strip().splitlines() or ["it gave no reason, or took too long"]
    return DamagedAudioError(f"{label} cannot be decoded: {lines[-1]}")
