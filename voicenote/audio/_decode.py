"""
Sound of any kind becomes mono frames of 20 ms at 24 kHz.
"""

import struct

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import attrs

from .._errors import DamagedAudioError, NoAudioError
from ._limits import check_seconds
from ._opus import OpusStream, Packets
from ._source import Source
from ._spec import Format
from ._transcode import RATE, Resampler, blamed, decode, pcm_frame, sound_of


if TYPE_CHECKING:
    from av import AudioFrame  # noqa: TID251 -- a type


_PCM_BYTES = 1 << 16


@attrs.define
class Decoding:
    """
    One pass over the sound of a source.

    Attributes:
        source: What to decode.

        form: Its format.

        max_seconds: How much of it there may be.

        samples: How many at 24 kHz there were so far.

        damaged: How many packets could not be decoded so far.
    """

    source: Source
    form: Format
    max_seconds: float
    samples: int = 0
    damaged: int = 0
    codec: str = ""
    rate: int | None = None
    channels: int | None = None
    _good: int = 0

    @property
    def seconds(self) -> float:
        """How much there was so far."""
        return self.samples / RATE

    def frames(self) -> "Generator[AudioFrame]":
        """
        Yield mono frames of 16 bits, 20 ms and 24 kHz.

        Raises:
            AudioError: There is no sound, too much, or it is damaged.
        """
        resampler = Resampler()
        with blamed(self.source.label):
            for frame in self._pcm() if self.source.pcm else self._file():
                yield from self._counted(resampler.feed(frame))
            yield from self._counted(resampler.flush())
        if not self.samples and not self.damaged:
            raise NoAudioError(
                f"{self.source.label} has no sound in it: a header, and no samples"
            )
        if not self.samples or self.damaged > self._good:
            raise DamagedAudioError(
                f"{self.source.label} is damaged: of its packets {self._good} "
                f"can be decoded, and {self.damaged} cannot"
            )

    def _counted(self, frames: "list[AudioFrame]") -> "Iterator[AudioFrame]":
        for frame in frames:
            self.samples += frame.samples
            check_seconds(self.source.label, self.seconds, self.max_seconds)
            yield frame

    def _pcm(self) -> "Iterator[AudioFrame]":
        pcm = self.source.pcm
        assert pcm is not None  # noqa: S101 -- for the type checker
        block = 2 * pcm.channels
        for at in range(0, self.source.size, _PCM_BYTES):
            samples = self.source.read(_PCM_BYTES, at=at)
            if whole := len(samples) // block * block:
                yield pcm_frame(samples[:whole], pcm)

    def _file(self) -> "Iterator[AudioFrame]":
        with sound_of(self.source, self.form) as (container, stream):
            context = stream.codec_context
            self.codec, self.rate = context.name, context.sample_rate
            self.channels = len(context.layout.channels)
            for packet in container.demux(stream):
                frames = decode(packet)
                if frames is None:
                    self.damaged += 1
                    continue
                self._good += len(frames)
                yield from frames


def demux_opus(source: Source, form: Format) -> OpusStream | None:
    """
    Return the Opus packets of *source*, or None if it is not Opus.

    A WebM's last packet may be shorter than it says, which PyAV does not show; the
    result is up to 20 ms too long then.

    Raises:
        AudioError: There is no sound, or it is damaged.
    """
    packets = Packets()
    with blamed(source.label), sound_of(source, form) as (container, stream):
        head = stream.codec_context.extradata or b""
        if stream.codec_context.name not in ("opus", "libopus") or len(head) < 19:  # noqa: PLR2004 -- RFC 7845, 5.1
            return None
        for packet in container.demux(stream):
            if packet.size:
                packets.append(bytes(packet))
    channels, pre_skip, _, gain, family = struct.unpack_from("<BHIhB", head, 9)
    if family or channels not in (1, 2):
        return None
    return OpusStream(
        packets, sum(packets.lengths()) - pre_skip, pre_skip, channels, gain
    )
