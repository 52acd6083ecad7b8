"""
The errors that more than one module of this package raises, in one wording.
"""

from .._errors import AudioTooLongError, MissingAudioSupportError


def check_seconds(label: str, seconds: float, most: float) -> None:
    """
    Raise if *label* has more *seconds* than *most*.

    Raises:
        AudioTooLongError: It has.
    """
    if seconds > most:
        raise AudioTooLongError(
            f"{label} has {seconds:.1f} s or more; the limit is {most:g} s "
            "(AudioSettings.max_seconds, or the provider's own)"
        )


def missing(label: str, why: str) -> MissingAudioSupportError:
    """Return the error about *label*, which has to be converted because of *why*."""
    return MissingAudioSupportError(
        f"{label} has to be converted ({why}), and nothing here can do it; "
        "pip install 'voicenote[audio]', or install ffmpeg. Ogg-Opus with one channel "
        "would need neither: many text-to-speech services offer it"
    )
