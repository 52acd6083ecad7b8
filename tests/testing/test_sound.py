"""
A sound for tests, without an encoder.
"""

import pytest

from voicenote import AudioSpec, Format
from voicenote.audio import AudioInfo, inspect, sniff
from voicenote.testing import silence


@pytest.mark.parametrize("form", [Format.CAF_OPUS, Format.OGG_OPUS])
def test_silence_is_real_audio(form):
    """It is what it says, and as long."""
    audio = silence(1.5, form)

    info: AudioInfo = inspect(audio)

    assert form is sniff(audio.data)
    assert pytest.approx(1.5, abs=0.01) == info.duration
    assert (form.content_type, 1.5) == (audio.content_type, audio.duration)


def test_silence_is_always_the_same():
    """Two tests share one recording."""
    assert silence() == silence()


def test_what_needs_an_encoder_is_refused():
    """The message says what there is."""
    with pytest.raises(ValueError, match="caf-opus or ogg-opus, not as m4a"):
        silence(form=Format.M4A)


@pytest.mark.parametrize("form", [Format.CAF_OPUS, Format.OGG_OPUS, Format.M4A])
def test_a_provider_gets_what_it_asks_for(form):
    """The contract's note has the name and the type that the core would give it."""
    from voicenote.testing._sound import prepared_for

    audio = prepared_for(AudioSpec(frozenset({form}), (form,), 1_000_000))

    assert form.content_type == audio.content_type
    assert audio.filename.endswith(form.suffix)
