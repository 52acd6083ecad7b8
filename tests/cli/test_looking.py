"""Looking around: what is installed, configured, working, and in a file."""

import json

from importlib.metadata import version

import pytest

from voicenote import config
from voicenote._plugins import Plugin, Plugins
from voicenote.audio import _ffmpeg, _transcode
from voicenote.cli._inspect import waveform


@pytest.fixture
def broken(monkeypatch):
    """Install a plugin that cannot be imported, beside those that can."""
    error = ImportError("no module named 'acme_sdk'")
    plugin = Plugin("acme", "voicenote_acme", "voicenote-acme 1.2", error=error)
    found = (*config.installed().found, plugin)
    monkeypatch.setattr(config, "installed", lambda: Plugins(found))


def test_what_is_installed(clean, shell):
    """Every provider is listed with what it takes and what it can do."""
    seen = json.loads(shell("providers", "--json").stdout)

    assert [
        ("linq", f"voicenote {version('voicenote')}", 10_000_000),
        ("sendblue", f"voicenote {version('voicenote')}", 100_000_000),
    ] == [
        (one["name"], one["from"], one["accepts"]["max_bytes"])
        for one in seen["installed"]
    ]


def test_what_providers_can_do(clean, shell):
    """Abilities beyond sending are listed."""
    seen = json.loads(shell("providers", "--json").stdout)

    assert [["send", "status", "check"]] * 2 == [
        one["can"] for one in seen["installed"]
    ]


def test_what_is_configured(configured, shell):
    """Configured providers are listed in their order, with their lines."""
    seen = json.loads(shell("providers", "--json").stdout)

    assert [("linq", "+12025550101", None), ("sendblue", "+12025550102", None)] == [
        (one["name"], one["sender"], one["problem"]) for one in seen["configured"]
    ]


def test_nothing_configured_is_no_failure(clean, shell):
    """Without a configuration, what is installed is listed, with what it needs."""
    result = shell("providers")

    assert (0, True, True) == (
        result.exit_code,
        "linq needs 'api_key'" in result.stdout,
        "no provider is configured" in result.stdout,
    )


def test_a_broken_file_hides_nothing(clean, shell):
    """A configuration that is no TOML is told beside what is installed."""
    (clean / "voicenote.toml").write_text("providers = [")

    result = shell("providers")

    assert (0, True, True) == (
        result.exit_code,
        "sendblue  voicenote" in result.stdout,
        "voicenote.toml is not TOML" in result.stdout,
    )


def test_one_incomplete_provider(configured, shell, monkeypatch):
    """A provider that lacks a setting is told, and the others are still listed."""
    monkeypatch.delenv("VOICENOTE_LINQ_API_KEY")

    seen = json.loads(shell("providers", "--json").stdout)["configured"]

    assert [True, False] == ["api_key" in (one["problem"] or "") for one in seen]


def test_an_account_with_a_name_of_its_own(configured, shell, monkeypatch):
    """A second account is listed under its name, with whose it is."""
    (configured / "voicenote.toml").write_text(
        '[backup]\nuse = "linq"\nsender = "+12025550109"\napi_key = "x"\n'
    )
    monkeypatch.setenv("VOICENOTE_PROVIDERS", "backup")

    result = shell("providers")

    assert "1. backup  linq, sends from +12025550109" in result.stdout


@pytest.mark.usefixtures("broken")
def test_what_failed_to_load(clean, shell):
    """A broken plugin is listed with the distribution and the reason."""
    result = shell("providers")

    lines = [line.strip() for line in result.stdout.splitlines()]
    at = lines.index("acme  voicenote-acme 1.2")
    assert (
        "failed to load  ImportError(\"no module named 'acme_sdk'\")" == lines[at + 1]
    )


def test_all_is_well(configured, shell):
    """Working credentials and audio support end with 0."""
    result = shell("check", "--json")

    seen = json.loads(result.stdout)
    assert (0, True, ["configuration", "linq", "sendblue", "audio"]) == (
        result.exit_code,
        seen["ok"],
        [one["what"] for one in seen["findings"]],
    )


def test_checking_sends_nothing(configured, sandbox, shell):
    """Credentials are tried with requests that only read."""
    shell("check")

    assert {"GET"} == {exchange.method for exchange in sandbox.stage.log}


def test_a_wrong_key_is_found(configured, shell, monkeypatch):
    """A refused credential ends with 3; the others are still tried."""
    monkeypatch.setenv("VOICENOTE_LINQ_API_KEY", "hush-hush")

    result = shell("check")

    lines = result.stdout.splitlines()
    assert (3, ["✓", "✗", "✓", "✓"], False) == (
        result.exit_code,
        [line[0] for line in lines],
        "hush-hush" in result.output,
    )


def test_nobody_answers(configured, shell, monkeypatch):
    """A provider that cannot be reached ends with 4."""
    monkeypatch.setenv("VOICENOTE_PROVIDERS", "linq")
    monkeypatch.setenv("VOICENOTE_LINQ_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("VOICENOTE_TIMEOUT", "0.5")

    result = shell("check")

    assert 4 == result.exit_code


def test_checking_nothing(clean, shell):
    """Without a configuration, a check fails and says where it has looked."""
    result = shell("check")

    assert (2, True) == (result.exit_code, "VOICENOTE_PROVIDERS" in result.stdout)


def test_a_misspelled_setting_is_found(configured, shell):
    """A key that nothing reads is told with the one that may be meant."""
    (configured / "voicenote.toml").write_text('[linq]\nsendr = "+12025550101"\n')

    result = shell("check")

    assert (2, True) == (result.exit_code, "did you mean 'sender'" in result.stdout)


@pytest.mark.parametrize(
    ("ffmpeg", "status", "told"),
    [
        ("/usr/bin/ffmpeg", 0, "converted by /usr/bin/ffmpeg"),
        (None, 2, "pip install 'voicenote[audio]'"),
    ],
    ids=["FFmpeg", "nothing"],
)
def test_audio_support(ffmpeg, status, told, configured, shell, monkeypatch):
    """Without PyAV, FFmpeg will do; without both, all is not well."""
    monkeypatch.setattr(_transcode, "is_installed", lambda: False)
    monkeypatch.setattr(_ffmpeg, "find", lambda: ffmpeg)

    result = shell("check")

    assert (status, True) == (result.exit_code, told in result.stdout)


def test_a_file_is_described(clean, shell, memo):
    """Container, codec, rate, channels, duration and size are told."""
    seen = json.loads(shell("inspect", memo, "--json").stdout)

    assert ("mp3", 44_100, 1, 2.2, memo.stat().st_size) == (
        seen["format"],
        seen["rate"],
        seen["channels"],
        round(seen["duration"], 2),
        seen["size"],
    )


def test_a_sound_is_drawn(clean, shell, memo):
    """The waveform is drawn in blocks, over the whole width."""
    result = shell("inspect", memo)

    drawn = [line for line in result.stdout.splitlines() if set(line) & set("▁▂▃▄▅▆▇█")]
    assert (4, 102) == (len(drawn), len(drawn[-1]))


def test_the_loudest_has_full_height():
    """Peaks are drawn relative to the loudest, in eighths of a row."""
    drawn = waveform([0.0, 0.125, 0.25, 0.5], rows=2)

    assert ["     █", "  ▁▄██"] == drawn.plain.strip("\n").splitlines()


def test_silence_is_a_line():
    """A sound without any loudness is drawn as a low line."""
    drawn = waveform([0.0, 0.0], rows=2)

    assert ["    ", "  ▁▁"] == drawn.plain.strip("\n").splitlines()


@pytest.mark.parametrize(
    ("name", "uses"),
    [
        ("speech.mp3", {"linq": "pass", "sendblue": "encode"}),
        ("speech.ogg", {"linq": "encode", "sendblue": "rewrap"}),
        ("voice_24k.caf", {"linq": "pass", "sendblue": "rewrap"}),
        ("long_silence.flac", {"linq": None, "sendblue": None}),
    ],
    ids=["mp3", "ogg", "caf", "too long"],
)
def test_what_providers_would_get(name, uses, clean, shell, samples):
    """For each installed provider, it is told what would become of the file."""
    seen = json.loads(shell("inspect", samples / name, "--json").stdout)["providers"]

    assert uses == {provider: use["action"] for provider, use in seen.items()}


def test_a_pipe_is_described(clean, shell, memo):
    """A dash describes standard input."""
    result = shell("inspect", "-", stdin=memo.read_bytes())

    assert "standard input" == result.stdout.splitlines()[0]


@pytest.mark.parametrize(
    "name", ["text.mp3", "empty.mp3", "video_silent.mp4", "truncated.m4a", "nope.mp3"]
)
def test_no_audio_to_describe(name, clean, shell, samples):
    """What cannot be used ends with 2, and the file's name."""
    result = shell("inspect", samples / name)

    assert (2, "", True) == (result.exit_code, result.stdout, name in result.stderr)
