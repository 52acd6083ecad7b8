"""
Options and arguments that several commands have.
"""

import sys

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .._errors import AudioError
from .._models import PCM, Audio
from ..audio import AudioSettings


# What no provider takes may still be looked at, and converted.
GENEROUS = AudioSettings(max_seconds=6 * 3600.0, max_bytes=1_000_000_000)

Config: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Configuration to use, instead of voicenote.toml or pyproject.toml here.",
    ),
]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON document, for programs.")
]
File: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A path, or - for standard input."),
]
PcmRate: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="HZ", min=1, help="FILE is raw 16-bit samples, so many a second."
    ),
]
PcmChannels: TypeAlias = Annotated[
    int, typer.Option(metavar="N", min=1, max=2, help="Channels of raw samples.")
]


def audio(
    file: str,
    rate: int | None = None,
    channels: int = 1,
    *,
    max_bytes: int = GENEROUS.max_bytes,
) -> Audio:
    """
    Return the audio that a command was given.

    Args:
        rate: For raw samples, hertz.

        channels: For raw samples, 1 or 2.

        max_bytes: How much of standard input is read at most; one byte more is, so
            that the library sees that it is too much.

    Raises:
        AudioError: It is to be typed in.
    """
    pcm = PCM(rate, channels) if rate else None
    if file != "-":
        return Audio(file, pcm=pcm)
    if sys.stdin.isatty():
        raise AudioError(
            "standard input is a terminal; pipe audio into it, "
            "for example: cat memo.mp3 | voicenote send - --to +12025550123"
        )
    # Bytes, because several may want to look at it.
    sound = sys.stdin.buffer.read(max_bytes + 1)
    return Audio(sound, pcm=pcm, filename="standard input")
