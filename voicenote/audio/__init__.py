"""
Bytes in, the right bytes out: what audio is, and making of it what a provider takes.
"""

from ._headers import AudioInfo
from ._inspect import inspect
from ._prepare import Action, Outline, convert, outline, prepare
from ._sniff import sniff
from ._source import load
from ._spec import DEFAULTS, AudioSettings, AudioSpec, Format, Progress, UrlSpec
from ._stream import VoiceNoteStream
from ._support import support


__all__ = [
    "DEFAULTS",
    "Action",
    "AudioInfo",
    "AudioSettings",
    "AudioSpec",
    "Format",
    "Outline",
    "Progress",
    "UrlSpec",
    "VoiceNoteStream",
    "convert",
    "inspect",
    "load",
    "outline",
    "prepare",
    "sniff",
    "support",
]
