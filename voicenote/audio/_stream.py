"""
A voice note that is made while its sound still arrives.
"""

from .._errors import AudioError, NoAudioError
from .._models import PCM, Audio
from ._caf import write_caf_opus
from ._encode import OpusSink
from ._limits import check_seconds, missing
from ._spec import DEFAULTS, AudioSettings, Format
from ._transcode import Resampler, blamed, is_installed, pcm_frame


_LABEL = "the stream"


class VoiceNoteStream:
    """
    Raw samples become a voice note as they arrive.

    The result is the same, byte for byte, as if all samples were converted at once, and
    it is there half a millisecond after the last of them. Needs PyAV.

    Args:
        pcm: What the samples are: 16 bits, little-endian.

        settings: Limits and the encoder's settings.

    Raises:
        MissingAudioSupportError: PyAV is not installed.
    """

    def __init__(self, pcm: PCM, settings: AudioSettings = DEFAULTS) -> None:
        if not is_installed():
            raise missing("raw samples", "a stream of them needs PyAV")
        self._pcm, self._settings = pcm, settings
        with blamed(_LABEL):
            self._sink = OpusSink(settings, write_caf_opus)
        self._resampler = Resampler()
        self._rest, self._samples, self._is_over = b"", 0, False

    @property
    def seconds(self) -> float:
        """How much sound has arrived."""
        return self._samples / self._pcm.rate

    def feed(self, chunk: bytes) -> None:
        """
        Take *chunk*, of any size; a sample may be cut in two.

        Raises:
            AudioError: The stream is over.

            AudioTooLongError: There is more than `AudioSettings.max_seconds`.
        """
        self._check_open()
        block = 2 * self._pcm.channels
        samples = self._rest + chunk
        whole = len(samples) // block * block
        samples, self._rest = samples[:whole], samples[whole:]
        self._samples += whole // block
        check_seconds(_LABEL, self.seconds, self._settings.max_seconds)
        if samples:
            self._put(samples)

    def _check_open(self) -> None:
        if self._is_over:
            raise AudioError("this stream is over; make a new one for the next note")

    def _put(self, samples: bytes) -> None:
        with blamed(_LABEL):
            for frame in self._resampler.feed(pcm_frame(samples, self._pcm)):
                self._sink.put(frame)

    def finish(self) -> Audio:
        """
        Return the voice note: Opus in CAF. The stream is over then.

        Raises:
            AudioError: The stream is over already.

            NoAudioError: No samples have arrived.
        """
        self._check_open()
        self._is_over = True
        if not self._samples:
            raise NoAudioError("no samples were fed to the stream")
        with blamed(_LABEL):
            for frame in self._resampler.flush():
                self._sink.put(frame)
            data = self._sink.finish()
        form = Format.CAF_OPUS
        return Audio(
            data,
            content_type=form.content_type,
            filename=f"voice_note{form.suffix}",
            duration=self._sink.seconds,
        )
