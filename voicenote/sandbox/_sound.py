"""
What a phone makes of a file: the one place that listens.
"""

from .. import audio
from .._errors import AudioError
from .._models import Audio
from ..audio._spec import Format
from ._messages import Sound


_MAGIC = {
    b"caff": Format.CAF,
    b"ID3": Format.MP3,
    b"RIFF": Format.WAV,
    b"OggS": Format.OGG_OPUS,
    b"fLaC": Format.FLAC,
}


def listen(data: bytes) -> Sound:
    """Return what *data* sounds like; bytes that are no audio have no format."""
    if not hasattr(audio, "inspect"):
        return _guess(data)
    try:
        info = audio.inspect(Audio(data))
    except AudioError:
        return Sound(None, None, len(data))
    return Sound(info.format, info.duration, len(data))


def _guess(data: bytes) -> Sound:
    found = next((f for m, f in _MAGIC.items() if data.startswith(m)), None)
    if data[4:8] == b"ftyp":
        found = Format.M4A
    if found is Format.CAF and data[28:32] == b"opus":
        found = Format.CAF_OPUS
    return Sound(found, None, len(data))
