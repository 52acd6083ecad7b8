"""
The contract has teeth: each provider that is broken on purpose is caught.
"""

import os
import subprocess
import sys

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.contract.broken import BROKEN


BROKEN_PY = Path(__file__).with_name("broken.py")


def contract_run(folder, *arguments):
    """Return what a stranger's pytest says: by class, the failed checks' messages."""
    # Without plugins: the kit needs nothing but pytest.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    (folder / "test_strangers.py").write_bytes(BROKEN_PY.read_bytes())
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


def test_a_right_provider_passes(caught):
    """Nothing is wrong with a provider as it should be."""
    assert {} == caught["TestAcme"]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda cls: cls.__name__)
def test_a_broken_provider_is_caught(caught, broken):
    """The check that is made for the defect fails, and says first what to fix."""
    told = caught[f"Test{broken.__name__}"]

    assert broken.caught_by in told
    assert told[broken.caught_by].startswith(broken.fix)


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_it_runs_under_any_import_mode(tmp_path, mode):
    """A stranger's pytest needs no configuration of ours."""
    caught = contract_run(tmp_path, f"--import-mode={mode}", "-k", "TestAcme")

    assert {"TestAcme": {}} == caught


def test_at_least_twelve_ways_to_be_broken_are_known():
    """The catalogue is one, and no two entries are alike."""
    assert len(BROKEN) >= 12
    assert len(BROKEN) == len({cls.__doc__ for cls in BROKEN})
