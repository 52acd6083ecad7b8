"""What people get wrong: each is told, and nobody is asked anything."""

import pathlib

import pytest


ANN = "+12025550123"
TO_ANN = ("--to", ANN)


@pytest.fixture
def files(configured, samples):
    """Return a working directory with all kinds of files that are no voice notes."""
    for name in ("speech.mp3", "text.mp3", "empty.mp3", "video_silent.mp4"):
        (configured / name).write_bytes((samples / name).read_bytes())
    (configured / "long.flac").write_bytes((samples / "long_silence.flac").read_bytes())
    (configured / "folder").mkdir()
    return configured


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("speech.mp3",), ["nobody to send to", "--to", "--chat"]),
        (
            ("speech.mp3", "--to", "12025550123"),
            ["'12025550123' is neither", "start with +"],
        ),
        (
            ("speech.mp3", "--to", "+1 (202) 555-0123"),
            ["did you mean +12025550123?"],
        ),
        (("speech.mp3", *TO_ANN, *TO_ANN), [ANN, "is given twice"]),
        (("speech.mp3", "--to", "+12025550101"), ["is the line that sends"]),
        (("speech.mp3", *TO_ANN, "--chat", "c1"), ["both --to and --chat"]),
        (("empty.mp3", *TO_ANN), ["empty.mp3", "0 bytes"]),
        (("text.mp3", *TO_ANN), ["text.mp3", "no audio"]),
        (("video_silent.mp4", *TO_ANN), ["video_silent.mp4", "sound"]),
        (("folder", *TO_ANN), ["folder is a folder"]),
        (("nope.mp3", *TO_ANN), ["there is no file nope.mp3"]),
        (("long.flac", *TO_ANN), ["long.flac", "600", "max_seconds"]),
        (("http://example.com/a.caf", *TO_ANN), ["is not https"]),
        (("https://10.0.0.1/a.caf", *TO_ANN), ["not public"]),
        (("https://localhost/a.caf", *TO_ANN), ["not public"]),
        (
            ("speech.mp3", *TO_ANN, "--via", "sendblu"),
            ["no provider 'sendblu'", "did you mean 'sendblue'"],
        ),
        (("speech.mp3", *TO_ANN, "--sender", "me"), ["'me' is neither"]),
        (("speech.mp3", *TO_ANN, "--config", "no.toml"), ["no.toml cannot be read"]),
        (("speech.mp3", *TO_ANN, "--timeout", "0"), ["0.1"]),
        (("speech.mp3", *TO_ANN, "--pcm-rate", "-1"), ["--pcm-rate"]),
    ],
    ids=[
        "no recipient",
        "malformed number",
        "spaced number",
        "duplicate number",
        "own line",
        "both to and chat",
        "0 bytes",
        "text renamed mp3",
        "silent video",
        "directory",
        "missing file",
        "over the length limit",
        "http URL",
        "private URL",
        "local URL",
        "unknown provider",
        "malformed sender",
        "missing configuration",
        "no time",
        "negative rate",
    ],
)
def test_nothing_is_sent(words, told, files, sandbox, shell):
    """The message says what is wrong, the status that nothing was sent."""
    result = shell("send", *words)

    untold = [word for word in told if word not in result.stderr]
    assert (2, [], []) == (result.exit_code, untold, sandbox.stage.log)


def test_over_the_size_limit(files, sandbox, shell):
    """A file over the configured limit is told with the limit and its setting."""
    (files / "voicenote.toml").write_text("[audio]\nmax_bytes = 1000\n")

    result = shell("send", "speech.mp3", *TO_ANN)

    untold = {"1,000", "max_bytes"} - set(result.stderr.replace("(", " ").split())
    assert (2, set(), []) == (result.exit_code, untold, sandbox.stage.log)


def test_standard_input_over_the_size_limit(files, shell):
    """A pipe is not read any further than the limit."""
    (files / "voicenote.toml").write_text("[audio]\nmax_bytes = 1000\n")

    result = shell("send", "-", *TO_ANN, stdin=b"x" * 5000)

    assert (2, True) == (result.exit_code, "1,001 bytes" in result.stderr)


def test_an_unreadable_file(files, sandbox, shell, monkeypatch):
    """A file that may not be read is told with its name."""
    usual = pathlib.Path.open

    def forbidden(path, *args, **options):
        if path.name == "speech.mp3":
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path, *args, **options)

    monkeypatch.setattr(pathlib.Path, "open", forbidden)

    result = shell("send", "speech.mp3", *TO_ANN)

    is_told = "speech.mp3 may not be read: permission denied" in result.stderr
    assert (2, True, []) == (result.exit_code, is_told, sandbox.stage.log)


def test_an_unset_key(files, sandbox, shell, monkeypatch):
    """A missing credential is told with every place that was looked in."""
    monkeypatch.delenv("VOICENOTE_LINQ_API_KEY")

    result = shell("send", "speech.mp3", *TO_ANN)

    told = ["VOICENOTE_LINQ_API_KEY", "[linq]", "LINQ_API_KEY"]
    untold = [word for word in told if word not in result.stderr]
    assert (2, [], []) == (result.exit_code, untold, sandbox.stage.log)


def test_a_misspelled_provider_in_the_environment(files, shell, monkeypatch):
    """A provider that is not installed is told with the one that may be meant."""
    monkeypatch.setenv("VOICENOTE_PROVIDERS", "linc")

    result = shell("send", "speech.mp3", *TO_ANN)

    assert (2, True) == (result.exit_code, "did you mean 'linq'" in result.stderr)


def test_escapes_are_not_obeyed(files, shell):
    """A name with a terminal's escapes in it is shown, not obeyed."""
    result = shell("send", "\x1b[2Jx.mp3", *TO_ANN)

    assert (2, False) == (result.exit_code, "\x1b" in result.stderr)


def test_brackets_are_no_markup(files, shell):
    """A name in brackets is shown as it is."""
    result = shell("send", "[red]x.mp3", *TO_ANN)

    assert "[red]x.mp3" in result.stderr
