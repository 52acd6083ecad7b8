"""
Where audio is read from: bytes, a path or an open file become one seekable thing.
"""

import errno
import io
import os
import stat

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import attrs

from .._errors import AudioError, AudioTooLargeError, UnrecognizedAudioError
from .._models import PCM, Audio
from ._spec import DEFAULTS, AudioSettings


_READ = 1 << 20


@attrs.frozen
class Source:
    """
    Audio that is open.

    Attributes:
        file: Its bytes; seekable.

        size: How many there are.

        label: What to call it in a message to a person.

        path: Where it is, if it is a file on this machine.

        pcm: For raw samples, what they are.
    """

    file: BinaryIO
    size: int
    label: str
    path: Path | None = None
    pcm: PCM | None = None

    def read(self, size: int = -1, *, at: int = 0) -> bytes:
        """
        Return up to *size* bytes from offset *at*, by default all of them.

        Raises:
            AudioError: They cannot be read.
        """
        try:
            self.file.seek(at)
            return self.file.read(size)
        except OSError as error:
            raise AudioError(f"{self.label} cannot be read: {error}") from error


@contextmanager
def opened(audio: Audio, settings: AudioSettings) -> Iterator[Source]:
    """
    Open *audio* for the length of a ``with`` statement.

    A path is not read here. An open file is, whole, and is put back to where it was
    if it can seek, so that it may be used twice.

    Raises:
        AudioError: It cannot be read, or is a URL.

        AudioTooLargeError: It has more bytes than `AudioSettings.max_bytes`.

        UnrecognizedAudioError: It is empty.
    """
    with _file(audio, settings.max_bytes) as file:
        size = file.seek(0, os.SEEK_END)
        if size > settings.max_bytes:
            raise _too_large(audio.label, f"{size:,}", settings.max_bytes)
        if not size:
            raise UnrecognizedAudioError(
                f"{audio.label} is empty: it has 0 bytes; give a recording"
            )
        path = audio.source if isinstance(file, io.BufferedReader) else None
        found = path if isinstance(path, Path) else None
        yield Source(file, size, audio.label, found, audio.pcm)


def load(audio: Audio, settings: AudioSettings = DEFAULTS) -> Audio:
    """
    Return *audio* with its bytes, if it is an open file; everything else as it is.

    The file is put back to where it was if it can seek, so that it may be used twice.

    Raises:
        AudioError: It cannot be read, or is open in text mode.

        AudioTooLargeError: It has more bytes than `AudioSettings.max_bytes`.
    """
    if isinstance(audio.source, bytes | str | Path):
        return audio
    data = _drain(audio.source, audio.label, settings.max_bytes)
    return attrs.evolve(audio, source=data)


def is_used_up(audio: Audio) -> bool:
    """Return whether *audio* is an open file that can be read only once."""
    source = audio.source
    if isinstance(source, bytes | str | Path):
        return False
    return not _may_seek(source)


def _file(audio: Audio, limit: int) -> AbstractContextManager[BinaryIO]:
    match audio.source:
        case bytes() as data:
            return nullcontext(io.BytesIO(data))
        case str():
            raise AudioError(f"{audio.label} is a URL; its bytes have to be fetched")
        case Path() as path:
            return _open(path, limit)
    return nullcontext(io.BytesIO(_drain(audio.source, audio.label, limit)))


def _open(path: Path, limit: int) -> BinaryIO:
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:
        raise AudioError(_why_not(path, error)) from error
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    with file:  # a pipe, for example /dev/stdin
        return io.BytesIO(_drain(file, str(path), limit))


def _why_not(path: Path, error: OSError | ValueError) -> str:
    match getattr(error, "errno", None):
        case errno.ENOENT:
            where = "" if path.is_absolute() else f" in {Path.cwd()}"
            return f"there is no file {path}{where}; check the path"
        case errno.EISDIR:
            return f"{path} is a folder; name a file in it"
        case errno.EACCES | errno.EPERM:
            return f"{path} may not be read: permission denied; check its permissions"
    return f"{path} cannot be read: {error}"


def _drain(file: BinaryIO, label: str, limit: int) -> bytes:
    if isinstance(file, io.TextIOBase):
        raise AudioError(f"{label} is open in text mode; open it with mode 'rb'")
    try:
        start = file.tell() if _may_seek(file) else None
        data = _read(file, label, limit)
        if start is not None:
            file.seek(start)
    except (OSError, ValueError) as error:
        raise AudioError(f"{label} cannot be read: {error}") from error
    return data


def _read(file: BinaryIO, label: str, limit: int) -> bytes:
    data = bytearray()
    while chunk := file.read(min(_READ, limit + 1 - len(data))):
        if not isinstance(chunk, bytes | bytearray | memoryview):
            raise AudioError(f"{label} gives text; open it with mode 'rb'")
        data += chunk
        if len(data) > limit:
            raise _too_large(label, f"more than {limit:,}", limit)
    return bytes(data)


def _may_seek(file: BinaryIO) -> bool:
    seekable = getattr(file, "seekable", None)
    return bool(seekable and seekable())


def _too_large(label: str, size: str, limit: int) -> AudioTooLargeError:
    return AudioTooLargeError(
        f"{label} has {size} bytes; the limit is {limit:,} (AudioSettings.max_bytes)"
    )
