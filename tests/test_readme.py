"""
What the README shows is true: its programs run, and its commands are those of CI.
"""

import re
import shutil
import tomllib

from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from voicenote import VoiceNote, _client
from voicenote.sandbox import Sandbox


ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a memo and the README's file, in front of a sandbox."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(SAMPLES / "speech.mp3", "memo.mp3")
    (toml,) = re.findall(r"```toml\n# voicenote\.toml\n(.*?)```", README, re.DOTALL)
    Path("voicenote.toml").write_text(toml)
    with Sandbox() as sandbox:
        for name in ("linq", "sendblue"):
            for setting, value in sandbox.settings(name).items():
                monkeypatch.setenv(f"VOICENOTE_{name}_{setting}".upper(), value)
        yield sandbox


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_every_program_runs(desk, program):
    """Each of the README's programs runs as it stands."""
    namespace = {}

    exec(compile(program, "README.md", "exec"), namespace)  # noqa: S102

    client = namespace.get("client")
    if isinstance(client, _client.Client):
        client.close()
    assert namespace


def test_the_first_program_is_heard(desk):
    """Three lines put a note on somebody's phone."""
    exec(compile(PROGRAMS[0], "README.md", "exec"), {})  # noqa: S102

    assert ["+12025550123"] == [heard.person for heard in desk.heard]


def test_a_key_sends_once(desk):
    """The program with the journal sends twice, and is heard once."""
    (program,) = (one for one in PROGRAMS if "Journal(" in one)
    namespace = {}

    exec(compile(program, "README.md", "exec"), namespace)  # noqa: S102

    assert ["+12025550123"] == [heard.person for heard in desk.heard]
    assert namespace["again"].id == namespace["receipt"].id


def test_a_webhook_is_read(desk, capsys):
    """The README's handler takes what the vendor posts about a note."""
    (program,) = (one for one in PROGRAMS if "client.receive(" in one)
    namespace = {}
    exec(compile(program, "README.md", "exec"), namespace)  # noqa: S102

    with namespace["client"] as client:
        receipt = client.send(VoiceNote("memo.mp3", to="+12025550123"), via="linq")
        for posting in desk.events("linq"):
            namespace["hook"](posting.headers, posting.body)

    assert receipt.id in capsys.readouterr().out


def test_the_commands_are_those_of_ci():
    """The two commands at the top are what .ci/run runs, but for the folder."""
    ci = (ROOT / ".ci" / "run").read_text()

    assert ".venv/bin/pip install '.[all]' && .venv/bin/voicenote demo" in README
    assert ".venv/bin/pip install -e '.[test]' && .venv/bin/pytest" in README
    assert "'.[all]'" in ci
    assert "-e '.[test]'" in ci


def test_the_dependencies_are_the_four_and_one():
    """What the owner has chosen, and anyio, which httpx brings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    names = [re.split(r"[<>=]", one)[0] for one in project["dependencies"]]

    assert ["anyio", "attrs", "cattrs", "httpx", "pluggy"] == names


def test_every_page_is_there():
    """No link of the README leads nowhere."""
    pages = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)

    assert [] == [page for page in pages if not (ROOT / page).exists()]
