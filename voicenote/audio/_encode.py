"""
Frames become a file: Opus in our own CAF or Ogg, AAC, MP3, or plain samples.
"""

import io
import struct

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from .._models import PCM
from ._caf import write_caf_opus
from ._decode import Decoding
from ._ogg import write_ogg_opus
from ._opus import RATE as OPUS_RATE
from ._opus import OpusStream, Packets
from ._source import Source
from ._spec import AudioSettings, Format, Progress
from ._transcode import RATE, blamed, muxer, opus_encoder
from ._wav import write_wav


if TYPE_CHECKING:
    from av import AudioFrame  # noqa: TID251 -- a type


_FRAMES_PER_CALL = 50  # a second of sound


class Sink(Protocol):
    """What frames go into."""

    def put(self, frame: "AudioFrame") -> None:
        """Take *frame*: mono, 24 kHz."""

    def finish(self) -> bytes:
        """Return the file."""


class OpusSink:
    """Opus, in whatever *write* makes of it."""

    def __init__(
        self, settings: AudioSettings, write: Callable[[OpusStream], bytes]
    ) -> None:
        self._encoder, self._write = opus_encoder(settings), write
        self._packets, self._samples = Packets(), 0

    @property
    def seconds(self) -> float:
        """How much it has taken."""
        return self._samples / RATE

    def put(self, frame: "AudioFrame") -> None:
        """Take *frame*: mono, 24 kHz."""
        self._samples += frame.samples
        self._encode(frame)

    def finish(self) -> bytes:
        """Return the file."""
        self._encode(None)
        # RFC 7845, 5.1: what libopus has looked ahead is in its header.
        (pre_skip,) = struct.unpack_from("<H", self._encoder.extradata or b"", 10)
        valid = self._samples * (OPUS_RATE // RATE)
        return self._write(OpusStream(self._packets, valid, pre_skip))

    def _encode(self, frame: "AudioFrame | None") -> None:
        if frame is not None:
            frame.pts = None
        for packet in self._encoder.encode(frame):
            self._packets.append(bytes(packet))


class WavSink:
    """16-bit samples."""

    def __init__(self) -> None:
        self._samples = bytearray()

    def put(self, frame: "AudioFrame") -> None:
        """Take *frame*: mono, 24 kHz."""
        self._samples += bytes(frame.planes[0])[: 2 * frame.samples]

    def finish(self) -> bytes:
        """Return the file."""
        return write_wav(bytes(self._samples), PCM(RATE))


class FileSink:
    """What one of FFmpeg's muxers writes; never a CAF."""

    def __init__(self, name: str, codec: str, bit_rate: int) -> None:
        self._file, self._samples = io.BytesIO(), 0
        self._container, self._stream = muxer(self._file, name, codec, bit_rate)

    def put(self, frame: "AudioFrame") -> None:
        """Take *frame*: mono, 24 kHz."""
        frame.pts = self._samples
        self._samples += frame.samples
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> bytes:
        """Return the file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._file.getvalue()


# AAC-LC needs half as much again as Opus to sound alike, and MP3 twice as much.
_SINKS: dict[Format, Callable[[AudioSettings], Sink]] = {
    Format.CAF_OPUS: lambda settings: OpusSink(settings, write_caf_opus),
    Format.OGG_OPUS: lambda settings: OpusSink(settings, write_ogg_opus),
    Format.M4A: lambda settings: FileSink("ipod", "aac", settings.bit_rate * 3 // 2),
    Format.MP3: lambda settings: FileSink("mp3", "libmp3lame", settings.bit_rate * 2),
    Format.WAV: lambda _: WavSink(),
}


def encode(
    source: Source,
    form: Format,
    target: Format,
    settings: AudioSettings,
    progress: Progress,
) -> tuple[bytes, float]:
    """
    Return *source*, whose format is *form*, as *target*.

    Returns:
        The bytes of a file, and its seconds.

    Raises:
        AudioError: There is no sound, too much, or it is damaged.
    """
    decoding = Decoding(source, form, settings.max_seconds)
    with blamed(source.label):
        sink = _SINKS[target](settings)
    with closing(decoding.frames()) as frames:
        for number, frame in enumerate(frames):
            with blamed(source.label):
                sink.put(frame)
            if number % _FRAMES_PER_CALL == 0:
                progress(decoding.seconds)
    with blamed(source.label):
        return sink.finish(), decoding.seconds
