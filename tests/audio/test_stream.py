"""A voice note that is made while its sound still arrives."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from hypothesis import given
from hypothesis import strategies as st

import voicenote as vn

from voicenote._errors import (
    AudioTooLongError,
    MissingAudioSupportError,
    NoAudioError,
)
from voicenote._models import PCM
from voicenote.audio import (
    AudioSettings,
    AudioSpec,
    Format,
    VoiceNoteStream,
    convert,
    prepare,
)


Sample = Callable[[str], Path]
SPEECH = (Path(__file__).parent / "samples" / "speech_pcm16_24k.raw").read_bytes()


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Yield *data* in pieces of *sizes* bytes, and then the rest."""
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


def streamed(chunks: Iterable[bytes], pcm: PCM) -> vn.Audio:
    """Return the note that a stream makes of *chunks*."""
    stream = VoiceNoteStream(pcm)
    for chunk in chunks:
        stream.feed(chunk)
    return stream.finish()


@given(
    st.lists(st.integers(0, 20_000), max_size=8),
    st.sampled_from([8_000, 22_050, 24_000, 44_100, 48_000]),
    st.sampled_from([1, 2]),
)
def test_stream_gives_what_a_batch_gives(
    sizes: list[int], rate: int, channels: int
) -> None:
    """However the samples are cut, the note is the same, byte for byte."""
    pcm = PCM(rate, channels)

    note = streamed(cut(SPEECH[:24_000], sizes), pcm)

    batch = convert(vn.Audio(SPEECH[:24_000], pcm=pcm), Format.CAF_OPUS)
    assert batch == note


def test_stream_is_ready_to_send() -> None:
    """A stream's note needs nothing but a new wrapper, which changes nothing."""
    note = streamed([SPEECH], PCM(24_000))

    assert note.data == prepare(note, AudioSpec.caf_opus()).data
    assert ("audio/x-caf", "voice_note.caf") == (note.content_type, note.filename)


def test_seconds_so_far() -> None:
    """A stream knows how much has arrived."""
    stream = VoiceNoteStream(PCM(24_000))

    stream.feed(bytes(24_001))

    assert 0.5 == stream.seconds


def test_too_long() -> None:
    """A stream ends at the limit, not at the end of memory."""
    stream = VoiceNoteStream(PCM(24_000), AudioSettings(max_seconds=1))
    stream.feed(bytes(48_000))

    with pytest.raises(AudioTooLongError, match="the limit is 1 s"):
        stream.feed(bytes(2))


def test_nothing() -> None:
    """A stream of no samples is no note."""
    with pytest.raises(NoAudioError, match="no samples"):
        VoiceNoteStream(PCM(24_000)).finish()


def test_finished_stream_takes_no_more() -> None:
    """A stream that is over says so."""
    stream = VoiceNoteStream(PCM(24_000))
    stream.feed(SPEECH)
    stream.finish()

    with pytest.raises(vn.AudioError, match="is over"):
        stream.feed(SPEECH)
    with pytest.raises(vn.AudioError, match="is over"):
        stream.finish()


def test_without_pyav(no_av: None) -> None:
    """A stream needs PyAV, and says so at its beginning."""
    with pytest.raises(MissingAudioSupportError, match="pip install"):
        VoiceNoteStream(PCM(24_000))
