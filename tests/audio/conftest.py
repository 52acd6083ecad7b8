import sys

from collections.abc import Callable
from pathlib import Path

import pytest


SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Path]:
    """Return the path of a sample by its name."""
    return SAMPLES.joinpath


@pytest.fixture
def no_av(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make PyAV impossible to import."""
    monkeypatch.setitem(sys.modules, "av", None)


@pytest.fixture
def no_ffmpeg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave no ffmpeg on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def no_decoder(no_av: None, no_ffmpeg: None) -> None:
    """Leave nothing to decode with."""
