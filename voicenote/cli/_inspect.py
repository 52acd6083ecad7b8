"""
``voicenote inspect``.
"""

from collections.abc import Sequence
from math import log10
from typing import Any

import attrs

from rich.text import Text

from .._errors import AudioError
from .._models import Audio
from .._plugins import Plugins
from ..audio import AudioInfo, AudioSpec, inspect, outline
from ..config import installed
from ._options import GENEROUS, File, Json, PcmChannels, PcmRate, audio
from ._outcome import message
from ._progress import Progress
from ._screen import facts, heading, length, show, show_json, size, stdout
from ._survey import accepts


_BLOCKS = " ▁▂▃▄▅▆▇█"
_ROWS = 4
_WIDEST = 100  # more columns than that say no more about a sound


def inspect_file(
    file: File,
    *,
    pcm_rate: PcmRate = None,
    pcm_channels: PcmChannels = 1,
    json: Json = False,
) -> None:
    """
    Show what FILE is, how it sounds, and what each provider would get.

    Example: voicenote inspect memo.mp3
    """
    width = _WIDEST if json else min(stdout().width - 2, _WIDEST)
    with Progress("decoding").shown():
        sound = audio(file, pcm_rate, pcm_channels)
        info = inspect(sound, GENEROUS, peaks=width)
        uses = _uses(sound, installed())
    if json:
        show_json({"file": file, **attrs.asdict(info), "providers": uses})
        return
    show(heading(sound.label))
    show(facts(_facts(info)))
    show(waveform(info.peaks) if info.peaks else "")
    show(heading("what a provider would get"))
    show(facts({name: _sentence(use) for name, use in uses.items()}))


def waveform(peaks: Sequence[float], rows: int = _ROWS) -> Text:
    """Return *peaks*, each from 0 to 1, drawn so that the loudest has full height."""
    loudest = max(peaks) or 1.0
    eighths = [round(peak / loudest * rows * 8) or 1 for peak in peaks]
    lines = (
        "  " + "".join(_BLOCKS[max(0, min(8, level - 8 * row))] for level in eighths)
        for row in reversed(range(rows))
    )
    return Text("\n" + "\n".join(lines) + "\n", style="green", no_wrap=True)


def _facts(info: AudioInfo) -> dict[str, object]:
    return {
        "format": info.format,
        "codec": info.codec,
        "rate": info.rate and f"{info.rate:,} Hz",
        "channels": info.channels,
        "duration": length(info.duration),
        "size": size(info.size),
        "loudest": _loudness(info.peaks),
        "doubtful": "\n".join(info.doubts),
    }


def _loudness(peaks: Sequence[float]) -> str:
    if not peaks:
        return "unknown; to hear it: pip install 'voicenote[audio]'"
    if not any(peaks):
        return "nothing: silence"
    return f"{abs(20 * log10(max(peaks))):.1f} dB below full scale"


def _uses(sound: Audio, plugins: Plugins) -> dict[str, dict[str, Any]]:
    """Return by name what each installed provider would get, or why nothing."""
    specs = {name: accepts(cls) for name, cls in plugins.providers.items()}
    return {name: _use(sound, spec) for name, spec in specs.items() if spec}


def _use(sound: Audio, spec: AudioSpec) -> dict[str, Any]:
    try:
        seen = outline(sound, spec)
    except AudioError as error:
        return {"action": None, "problem": message(error)}
    return {
        "action": seen.action.value,
        "format": seen.format,
        "size": seen.size,
        "doubts": list(seen.doubts),
    }


def _sentence(use: dict[str, Any]) -> str:
    match use["action"]:
        case None:
            return f"nothing: {use['problem']}"
        case "pass":
            return f"this file as it is ({use['format']}, {size(use['size'])})"
        case "rewrap":
            what = "the same sound in another wrapping"
        case _:
            what = "encoded anew"
    about = f", about {size(use['size'])}" if use["size"] else ""
    return f"{what} ({use['format']}{about})"
