"""What a phone makes of a file."""

from pathlib import Path

import pytest

from voicenote.sandbox import Format, Sound, listen


SAMPLES = Path(__file__).parents[1] / "audio" / "samples"


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        pytest.param("voice_24k.caf", Format.CAF_OPUS, id="opus in caf"),
        pytest.param("pcm.caf", Format.CAF, id="pcm in caf"),
        pytest.param("speech.m4a", Format.M4A, id="m4a"),
        pytest.param("cover_art.mp3", Format.MP3, id="mp3 behind a picture"),
        pytest.param("text.mp3", None, id="a text"),
    ],
)
def test_the_format_is_in_the_bytes(name, format_):
    """A file's name does not matter, nor what is before the audio."""
    assert format_ == listen((SAMPLES / name).read_bytes()).format


def test_how_long_it_plays():
    """The time that a file plays is read from its frames, in seconds."""
    sound = listen((SAMPLES / "voice_24k.caf").read_bytes())

    assert 1 < sound.seconds < 60


def test_a_file_that_breaks_off():
    """A damaged file has its format, and no time."""
    data = (SAMPLES / "voice_24k.caf").read_bytes()[:60]

    assert Sound(Format.CAF_OPUS, None, 60) == listen(data)


def test_nothing():
    """No bytes are no audio."""
    assert Sound(None, None, 0) == listen(b"")
