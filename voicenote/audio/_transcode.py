"""
PyAV, as far as we use it: the only place that imports it.

Rule: FFmpeg never chooses a demuxer, never opens a second file, and never writes a CAF.
With free probing, a text that is called ``.mp3`` makes it read other local files, ask
web servers, or wait on UDP ports.
"""

import importlib.util
import io

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from .._errors import (
    AudioError,
    DamagedAudioError,
    MissingAudioSupportError,
    NoAudioError,
    UnsupportedAudioError,
)
from .._models import PCM
from ._demuxers import DEMUXERS
from ._headers import MAX_CHANNELS, MAX_RATE, MIN_RATE
from ._source import Source
from ._spec import AudioSettings, Format


if TYPE_CHECKING:
    import av

    from av import AudioCodecContext, AudioFrame
    from av.container import InputContainer, OutputContainer


RATE = 24_000
"""Hertz of what is encoded: what Messages records."""

_FRAME = RATE // 50
_PROTECTED = ("drms", "enca", "aavd")


def is_installed() -> bool:
    """Return whether PyAV is there, without the 70 ms that importing it takes."""
    return importlib.util.find_spec("av") is not None


class _Bytes:
    """A file without its name, which some demuxers trust."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def _refuse(*_: object) -> Any:
    raise UnsupportedAudioError("this file makes its decoder open other files")


@contextmanager
def blamed(label: str) -> Iterator[None]:
    """Turn what PyAV raises inside a ``with`` statement into errors about *label*."""
    try:
        import av  # noqa: PLC0415 -- 70 ms, for those who convert
    except ImportError as error:  # it is there, and its libraries are not
        raise MissingAudioSupportError(
            f"PyAV is installed, and cannot be imported: {error}; install it again: "
            "pip install --force-reinstall av"
        ) from error
    try:
        yield
    except av.FFmpegError as error:
        raise DamagedAudioError(f"{label} cannot be decoded: {error}") from error
    except OSError as error:
        raise AudioError(f"{label} cannot be read: {error}") from error
    except ValueError as error:  # PyAV's own, for example about a strange layout
        raise DamagedAudioError(f"{label} cannot be decoded: {error}") from error


def _lenient(version: str) -> dict[str, str]:
    """Return how PyAV is asked not to mind tags that are no UTF-8."""
    # PyAV 19 never minds, and no longer takes the argument.
    is_asked = int(version.partition(".")[0]) < 19  # noqa: PLR2004
    return {"metadata_errors": "replace"} if is_asked else {}


@contextmanager
def sound_of(source: Source, form: Format) -> "Iterator[tuple[InputContainer, Any]]":
    """
    Open *source* with the demuxer of *form* for the length of a ``with`` statement.

    Returns:
        The container, and its first sound stream.

    Raises:
        NoAudioError: It has none.

        UnsupportedAudioError: It is protected, or its coding is unknown.
    """
    import av  # noqa: PLC0415

    demuxer = DEMUXERS[form]
    opened: Any = av.open  # its arguments differ from version to version
    with opened(
        _Bytes(source.file),
        "r",
        format=demuxer,
        options={"format_whitelist": demuxer},
        **_lenient(av.__version__),
        io_open=_refuse,
    ) as container:
        yield container, _sound(container, source.label)


def _sound(container: "InputContainer", label: str) -> Any:
    for stream in container.streams:
        if stream.type == "audio":
            context = stream.codec_context
            if context is None or context.codec_tag in _PROTECTED:
                raise UnsupportedAudioError(
                    f"{label} is protected, or of a coding that nothing here knows"
                )
            return stream
    raise NoAudioError(f"{label} has no sound in it")


class Resampler:
    """Frames of any shape become mono frames of 20 ms at 24 kHz."""

    def __init__(self) -> None:
        self._inner: av.AudioResampler | None = None
        self._shape: tuple[int, str, str] | None = None

    def feed(self, frame: "AudioFrame") -> "list[AudioFrame]":
        """
        Return the frames that are complete with *frame*.

        Raises:
            UnsupportedAudioError: Its rate or its number of channels is absurd.
        """
        shape = (frame.sample_rate, frame.format.name, frame.layout.name)
        done = []
        if shape != self._shape:  # the first, or the file changed its mind
            done = self.flush()
            self._inner, self._shape = self._made(frame), shape
        assert self._inner is not None  # noqa: S101 -- for the type checker
        frame.pts = None
        return done + self._inner.resample(frame)

    def flush(self) -> "list[AudioFrame]":
        """Return what is left."""
        return self._inner.resample(None) if self._inner else []

    def _made(self, frame: "AudioFrame") -> "av.AudioResampler":
        import av  # noqa: PLC0415

        rate, channels = frame.sample_rate, len(frame.layout.channels)
        if not MIN_RATE <= rate <= MAX_RATE or channels > MAX_CHANNELS:
            raise UnsupportedAudioError(
                f"sound of {rate} Hz and {channels} channels; from {MIN_RATE} to "
                f"{MAX_RATE} Hz and up to {MAX_CHANNELS} channels can be used"
            )
        return av.AudioResampler(
            format="s16", layout="mono", rate=RATE, frame_size=_FRAME
        )


def pcm_frame(samples: bytes, pcm: PCM) -> "AudioFrame":
    """Return *samples*, whole ones, as a frame."""
    import av  # noqa: PLC0415

    layout = "mono" if pcm.channels == 1 else "stereo"
    frame = av.AudioFrame("s16", layout, len(samples) // (2 * pcm.channels))
    frame.sample_rate = pcm.rate
    plane = frame.planes[0]
    plane.update(samples + bytes(plane.buffer_size - len(samples)))
    return frame


def decode(packet: Any) -> "list[AudioFrame] | None":
    """Return the frames in *packet*, or None if it is damaged."""
    import av  # noqa: PLC0415

    try:
        frames: list[AudioFrame] = packet.decode()
    except (av.error.InvalidDataError, av.error.PatchWelcomeError):
        return None
    return frames


def opus_encoder(settings: AudioSettings) -> "AudioCodecContext":
    """
    Return an encoder of 20 ms packets.

    Raises:
        MissingAudioSupportError: This PyAV was built without libopus.
    """
    import av  # noqa: PLC0415

    try:
        encoder = av.CodecContext.create("libopus", "w")
    except ValueError as error:
        raise MissingAudioSupportError(
            "this PyAV was built without libopus; install its wheel: "
            "pip install --only-binary av 'voicenote[audio]'"
        ) from error
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", "s16"
    encoder.bit_rate = settings.bit_rate
    encoder.options = {
        "application": "voip",
        "compression_level": str(settings.complexity),
    }
    return encoder


class _View:
    """The muxer's own file, read from another place while it is written."""

    def __init__(self, file: io.BytesIO) -> None:
        self._file, self._at = file, 0

    def read(self, size: int = -1) -> bytes:
        here = self._file.tell()
        self._file.seek(self._at)
        found = self._file.read(size)
        self._at += len(found)
        self._file.seek(here)
        return found

    def seek(self, offset: int, whence: int = 0) -> int:
        end = self._file.getbuffer().nbytes
        self._at = offset + (0, self._at, end)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        """Leave the file open: it is the muxer's."""


def muxer(
    file: io.BytesIO, name: str, codec: str, bit_rate: int
) -> "tuple[OutputContainer, Any]":
    """
    Return a container that writes *file*, and its only stream: mono, 24 kHz.

    Raises:
        MissingAudioSupportError: This PyAV was built without that codec.
    """
    import av  # noqa: PLC0415

    # faststart moves the index to the front, for which the muxer reads what it wrote.
    container = av.open(
        file,
        "w",
        format=name,
        options={"movflags": "+faststart"} if name == "ipod" else {},
        io_open=lambda *_: _View(file),
    )
    try:
        stream: Any = container.add_stream(codec, rate=RATE)
    except ValueError as error:
        raise MissingAudioSupportError(
            f"this PyAV was built without {codec}; install its wheel: "
            "pip install --only-binary av 'voicenote[audio]'"
        ) from error
    stream.codec_context.layout = "mono"
    stream.codec_context.bit_rate = bit_rate
    return container, stream
