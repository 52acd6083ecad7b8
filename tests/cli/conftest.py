"""
A shell with the command in it, in a folder of its own, configured for a sandbox.
"""

import os
import sys

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from typer.testing import CliRunner, Result

from voicenote.cli import app
from voicenote.config import variable
from voicenote.sandbox import Sandbox


Shell = Callable[..., Result]


@pytest.fixture
def samples() -> Path:
    """Return the folder of small audio files."""
    return Path(__file__).parents[1] / "audio" / "samples"


@pytest.fixture
def memo(samples: Path) -> Path:
    """Return a spoken mp3 of 2.2 seconds."""
    return samples / "speech.mp3"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return every installed vendor, played behind a real socket."""
    with Sandbox() as playing:
        yield playing


@pytest.fixture
def heard(sandbox: Sandbox) -> Callable[[], list[tuple[str, str]]]:
    """Return what tells who has heard something, and by whom it was brought."""
    return lambda: [(one.person, one.provider) for one in sandbox.heard]


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty working directory, in an environment that configures nothing."""
    for name in list(os.environ):
        if name.startswith(("VOICENOTE_", "LINQ_", "SENDBLUE_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def configured(clean: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working directory, in an environment that sends through the sandbox."""
    monkeypatch.setenv("VOICENOTE_PROVIDERS", "linq,sendblue")
    for name in ("linq", "sendblue"):
        for key, value in sandbox.settings(name).items():
            monkeypatch.setenv(variable(name, key), value)
    return clean


@pytest.fixture
def shell() -> Shell:
    """Return what runs ``voicenote`` with some words, in this process."""

    def run(*words: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=stdin)

    return run


@pytest.fixture
def console() -> str:
    """Return the console script that the wheel installs."""
    return str(Path(sys.executable).with_name("voicenote"))
