"""
What can convert audio here.
"""

from importlib.metadata import version

from . import _ffmpeg, _transcode


def support() -> str | None:
    """
    Return what converts audio here, for example ``PyAV 18.1.0``.

    None: nothing does. Opus in Ogg and in CAF can still be re-wrapped.
    """
    if _transcode.is_installed():
        return f"PyAV {version('av')}"
    return _ffmpeg.find()
