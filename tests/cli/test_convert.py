"""Converting a file on this machine."""

import pytest

from voicenote import Audio
from voicenote.audio import Format, inspect


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Audio Message.caf", Format.CAF_OPUS),
        ("memo.ogg", Format.OGG_OPUS),
        ("memo.opus", Format.OGG_OPUS),
        ("memo.m4a", Format.M4A),
        ("memo.MP3", Format.MP3),
        ("memo.wav", Format.WAV),
    ],
)
def test_the_ending_says_to_what(name, form, clean, shell, samples):
    """The new file's name decides its format."""
    result = shell("convert", samples / "speech.wav", name)

    assert (0, form) == (result.exit_code, inspect(Audio(clean / name)).format)


def test_there_and_back(clean, shell, memo):
    """What was converted converts again, and keeps its duration."""
    shell("convert", memo, "memo.caf")
    shell("convert", "memo.caf", "memo.wav")

    assert pytest.approx(2.2, abs=0.02) == inspect(Audio(clean / "memo.wav")).duration


def test_nothing_on_stdout(clean, shell, memo):
    """The result is the file; what was made is told on stderr."""
    result = shell("convert", memo, "memo.caf")

    assert ("", True) == (result.stdout, "memo.caf: caf-opus" in result.stderr)


def test_a_file_is_not_replaced(clean, shell, memo):
    """What is there already stays, unless --force is given."""
    (clean / "memo.caf").write_bytes(b"precious")

    result = shell("convert", memo, "memo.caf")

    assert (2, True, b"precious") == (
        result.exit_code,
        "--force" in result.stderr,
        (clean / "memo.caf").read_bytes(),
    )


def test_a_file_is_replaced_by_force(clean, shell, memo):
    """With --force, what is there is replaced."""
    (clean / "memo.caf").write_bytes(b"not so precious")

    result = shell("convert", memo, "memo.caf", "--force")

    assert (0, b"caff") == (result.exit_code, (clean / "memo.caf").read_bytes()[:4])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("text.mp3", "no audio"),
        ("truncated.m4a", "truncated.m4a"),
        ("nope.mp3", "there is no file"),
    ],
)
def test_nothing_half_written(name, told, clean, shell, samples):
    """What cannot be converted leaves nothing behind."""
    result = shell("convert", samples / name, "memo.caf")

    assert (2, True, []) == (
        result.exit_code,
        told in result.stderr,
        list(clean.iterdir()),
    )


def test_a_disk_that_is_full(clean, shell, memo, monkeypatch):
    """A write that fails is told by the file's name, and leaves nothing behind."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)

    result = shell("convert", memo, "memo.caf")

    assert (2, "error: memo.caf: No space left on device\n", []) == (
        result.exit_code,
        result.stderr,
        list(clean.iterdir()),
    )


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("memo.doc", "no format for the ending '.doc'"),
        ("memo", "no format for the ending ''"),
        ("nowhere/memo.caf", "nowhere/memo.caf: No such file or directory"),
        ("folder.caf", "folder.caf is a folder"),
    ],
    ids=["unknown ending", "no ending", "no folder", "a folder"],
)
def test_no_place_for_it(out, told, clean, shell, memo):
    """An impossible name is told, and nothing is written."""
    (clean / "folder.caf").mkdir()

    result = shell("convert", memo, out)

    assert (2, True) == (result.exit_code, told in result.stderr)
