"""
``voicenote convert``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO
from uuid import uuid4

import typer

from .._errors import AudioError
from ..audio import Format, convert
from ._options import GENEROUS, File, PcmChannels, PcmRate, audio
from ._progress import Progress
from ._screen import length, show_aside, size


_FORMATS = {
    ".caf": Format.CAF_OPUS,
    ".ogg": Format.OGG_OPUS,
    ".opus": Format.OGG_OPUS,
    ".m4a": Format.M4A,
    ".mp3": Format.MP3,
    ".wav": Format.WAV,
}


def convert_file(
    file: File,
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help=f"The new file: {' '.join(_FORMATS)}."),
    ],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace OUT if it is there already.")
    ] = False,
    pcm_rate: PcmRate = None,
    pcm_channels: PcmChannels = 1,
) -> None:
    """
    Convert FILE to OUT; the ending of OUT says to what. A .caf is Opus in CAF.

    Example: voicenote convert memo.mp3 "Audio Message.caf"
    """
    form = _format(out)
    _check_free(out, is_forced=force)
    progress = Progress("converting")
    with progress.shown():
        sound = audio(file, pcm_rate, pcm_channels)
        made = convert(sound, form, GENEROUS, progress)
    with _written(out) as part:
        part.write(made.data)
        _check_free(out, is_forced=force)
    described = (form, size(len(made.data)), length(made.duration))
    show_aside(f"{out}: {', '.join(filter(None, described))}")


def _format(out: Path) -> Format:
    try:
        return _FORMATS[out.suffix.lower()]
    except KeyError:
        raise AudioError(
            f"{out}: no format for the ending {out.suffix!r}; "
            f"use one of {' '.join(_FORMATS)}"
        ) from None


def _check_free(out: Path, *, is_forced: bool) -> None:
    if out.is_dir():
        raise AudioError(f"{out} is a folder; name a file in it")
    if out.exists() and not is_forced:
        raise AudioError(f"{out} is there already; --force replaces it")


@contextmanager
def _written(out: Path) -> Iterator[BinaryIO]:
    """Open a file that becomes *out* at the end of the ``with`` statement, or never."""
    part = out.with_name(f".{out.name}.{uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(out)
    except OSError as error:
        # Named by what was asked for: nobody knows the part.
        raise OSError(error.errno, error.strerror, str(out)) from error
    finally:
        part.unlink(missing_ok=True)
