"""
The contract has teeth: each provider that is broken on purpose is caught.
"""

import os
import subprocess
import sys

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.contract import broken, broken_rest


BROKEN = [*broken.BROKEN, *broken_rest.BROKEN]
FILES = ("broken.py", "broken_rest.py", "odd.py")
RIGHT = [
    "TestAcme",
    "TestBot",
    "TestPlain",
    *(f"Test{one.__name__}" for one in broken_rest.RIGHT),
]


def contract_run(folder, *arguments):
    """Return what a stranger's pytest says: by class, the failed checks' messages."""
    # Without plugins: the kit needs nothing but pytest.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for file in FILES:
        program = Path(__file__).with_name(file).read_bytes()
        (folder / f"test_{file}").write_bytes(program)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--junitxml=report.xml", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    report = ET.parse(folder / "report.xml")  # noqa: S314 -- our own pytest's
    caught: dict[str, dict[str, str]] = {}
    for case in report.iter("testcase"):
        told = caught.setdefault(case.attrib["classname"].rpartition(".")[2], {})
        for failure in (*case.iter("failure"), *case.iter("error")):
            said = failure.text or failure.attrib["message"]
            told[case.attrib["name"].partition("[")[0]] = said
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    return caught


@pytest.fixture(scope="module")
def caught(tmp_path_factory):
    """What the contract says about the whole catalogue."""
    return contract_run(tmp_path_factory.mktemp("strangers"), "-W", "error")


@pytest.mark.parametrize("right", RIGHT)
def test_what_is_right_passes(caught, right):
    """Nothing is wrong with a provider and a player as they should be."""
    assert {} == caught[right]


@pytest.mark.parametrize("cls", BROKEN, ids=lambda cls: cls.__name__)
def test_what_is_broken_is_caught(caught, cls):
    """The check that is made for the defect fails, and says first what to fix."""
    told = caught[f"Test{cls.__name__}"]

    assert cls.caught_by in told
    assert told[cls.caught_by].startswith(cls.fix)


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_it_runs_under_any_import_mode(tmp_path, mode):
    """A stranger's pytest needs no configuration of ours."""
    caught = contract_run(
        tmp_path, f"--import-mode={mode}", "-k", "TestAcme or TestLooking"
    )

    assert {"TestAcme": {}, "TestLooking": {}} == caught


def test_at_least_twelve_ways_to_be_broken_are_known():
    """The catalogue is one, and no two entries are alike."""
    assert len(BROKEN) >= 12
    assert len(BROKEN) == len({cls.__doc__ for cls in BROKEN})
