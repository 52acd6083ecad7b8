"""
What a phone makes of a file: the one place that listens.

Rule: nothing is decoded, so that a sandbox hears the same with PyAV and without.
"""

from io import BytesIO

from .._errors import AudioError
from ..audio import Format
from ..audio._headers import examine
from ..audio._sniff import sniff_source
from ..audio._source import Source
from ._messages import Sound


def listen(data: bytes) -> Sound:
    """
    Return what *data* sounds like.

    Bytes that are no audio have no format, and a file that is damaged plays for an
    unknown time.
    """
    source = Source(BytesIO(data), len(data), "this")
    return Sound(_format(source), _seconds(source), len(data))


def _format(source: Source) -> Format | None:
    try:
        return sniff_source(source)
    except AudioError:
        return None


def _seconds(source: Source) -> float | None:
    try:
        return examine(source).info.duration
    except AudioError:
        return None
