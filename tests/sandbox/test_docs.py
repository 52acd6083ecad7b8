"""What docs/sandbox.md says is so."""

import re

from pathlib import Path

from voicenote.sandbox import PEOPLE, Sandbox


ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_the_table_has_everybody():
    """Everybody in the default world is in the table, in the same order."""
    rows = re.findall(r"^\| `([^`]+@[^`]+|\+1202555\d{4})` \|", TEXT, re.MULTILINE)

    assert [person.address for person in PEOPLE] == rows


def test_the_examples_run(tmp_path, monkeypatch, capsys):
    """The examples run, one after the other, as they are printed."""
    sample = ROOT / "tests" / "audio" / "samples" / "speech.m4a"
    (tmp_path / "hello.m4a").write_bytes(sample.read_bytes())
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for example in re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL):
        exec(example, names)  # noqa: S102

    assert isinstance(names["sandbox"], Sandbox)
    assert capsys.readouterr().out.startswith("+12025550123 voice_note m4a")
