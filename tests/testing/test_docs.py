"""
What docs/testing.md shows is true: its files make a project whose tests pass.
"""

import re

from pathlib import Path

import pytest

import voicenote.testing


pytest_plugins = ["pytester"]

TEXT = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
FILES = dict(
    re.findall(r"^```python\n# (\S+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
)


def test_every_block_is_a_file():
    """No program of the page is left out."""
    assert TEXT.count("```python\n") == len(FILES)


def test_the_files_are_a_project_that_passes(pytester, monkeypatch):
    """As they stand, in a folder of their own, with our plugin and no configuration."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name, program in FILES.items():
        pytester.path.joinpath(name).write_text(program, encoding="utf-8")

    ran = pytester.runpytest_subprocess(
        "-p", "voicenote.testing._plugin", "-W", "error"
    )

    outcomes = ran.parseoutcomes()
    assert {"passed"} == set(outcomes), ran.stdout.str()


@pytest.mark.parametrize("name", voicenote.testing.__all__)
def test_every_public_name_is_there(name):
    """What is listed can be had, the contracts too, which are imported on demand."""
    assert getattr(voicenote.testing, name).__doc__


def test_a_name_that_is_not_there():
    """The module says so like any other."""
    with pytest.raises(AttributeError, match="has no attribute 'Nobody'"):
        voicenote.testing.Nobody  # noqa: B018


def test_the_public_names_are_sorted():
    """Where a name belongs is no question."""
    assert sorted(voicenote.testing.__all__) == voicenote.testing.__all__


def test_the_contracts_are_in_the_table():
    """Every contract is documented with its fixtures."""
    contracts = [one for one in voicenote.testing.__all__ if one.endswith("Contract")]

    rows = re.findall(r"^\| `(\w+Contract)` \|", TEXT, re.MULTILINE)

    assert sorted(contracts) == sorted(rows)
