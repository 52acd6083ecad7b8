"""The manual's examples run."""

import re

from collections.abc import Callable
from pathlib import Path

import pytest


PAGE = Path(__file__).parents[2] / "docs" / "audio.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_example_runs(
    sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    """What the manual shows can be copied and run."""
    monkeypatch.chdir(sample("."))

    names: dict[str, object] = {}
    exec(example, names)  # noqa: S102 -- our own page

    assert len(names) > 1
