"""
The nouns check themselves.
"""

import io

from pathlib import Path

import pytest

import voicenote

from voicenote import PCM, Audio, AudioError, RecipientError, VoiceNote


def test_one_recipient_may_be_a_text():
    """A single address needs no list."""
    assert ("+12025550123",) == VoiceNote(b"x", "+12025550123").to


def test_several_recipients_are_a_group():
    """Two addresses in one note are one conversation."""
    assert VoiceNote(b"x", ["+12025550123", "+12025550124"]).is_group


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "nobody to send to"),
        ({"to": []}, "nobody to send to"),
        ({"to": "+12025550123", "chat": "c1"}, "both to= and chat="),
        ({"to": ["+12025550123", "+12025550123"]}, "given twice"),
        ({"to": ["A@b.example", "a@B.example"]}, "given twice"),
        ({"to": "202"}, "E.164"),
        ({"to": "+12025550123", "sender": "me"}, "E.164"),
    ],
    ids=["nobody", "empty", "both", "twice", "mail twice", "malformed", "sender"],
)
def test_a_note_without_clear_recipients_is_refused(fields, said):
    """Nothing goes out before it is clear to whom."""
    with pytest.raises(RecipientError, match=said):
        VoiceNote(b"x", **fields)


def test_every_note_has_a_key_of_its_own():
    """Two notes are two sends, unless they are given one key."""
    assert VoiceNote(b"x", chat="c").key != VoiceNote(b"x", chat="c").key


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("memo.mp3", Path("memo.mp3")),
        (Path("memo.mp3"), Path("memo.mp3")),
        ("https://example.com/a.caf", "https://example.com/a.caf"),
        ("http://example.com/a.caf", "http://example.com/a.caf"),
        (b"x", b"x"),
        (bytearray(b"x"), b"x"),
        (memoryview(b"x"), b"x"),
    ],
    ids=["path", "Path", "https", "http", "bytes", "bytearray", "memoryview"],
)
def test_audio_is_a_path_a_url_or_bytes(given, expected):
    """A text is a URL if it starts like one, and else a path."""
    assert expected == Audio(given).source


def test_audio_may_be_an_open_file():
    """A binary file is kept until the note is sent."""
    file = io.BytesIO(b"x")

    assert file is Audio(file).source


@pytest.mark.parametrize("nonsense", [None, 5, ["memo.mp3"]])
def test_other_things_are_no_audio(nonsense):
    """The error says what may be given instead."""
    with pytest.raises(AudioError, match="give a path"):
        VoiceNote(nonsense, "+12025550123")


def test_audio_that_is_elsewhere_has_no_bytes():
    """Asking a path for its bytes is an error, not an empty result."""
    with pytest.raises(AudioError, match="not in memory"):
        _ = Audio("memo.mp3").data


def test_a_repr_shows_no_audio_and_no_signed_url():
    """A repr is fit for a log."""
    shown = repr(Audio("https://cdn.example/a.caf?sig=s3cret")) + repr(Audio(b"s3cret"))

    assert "s3cret" not in shown


@pytest.mark.parametrize("fields", [{"rate": 0}, {"rate": 8000, "channels": 3}])
def test_raw_samples_need_sane_numbers(fields):
    """A rate is positive, and there are one or two channels."""
    with pytest.raises(ValueError, match="must be"):
        PCM(**fields)


def test_errors_say_who_and_why():
    """A failure reads as its code and its reason."""
    assert "4001: delivery failed" == str(voicenote.Failure("4001", "delivery failed"))
