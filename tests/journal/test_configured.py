"""
The journal that a configuration names.
"""

import json

import pytest

from tests.conftest import CAF
from tests.journal.conftest import ANN
from voicenote import Client, ConfigError, Journal, VoiceNote
from voicenote_linq import Linq


def _configured(folder, stage):
    settings = "\n".join(
        f"{k} = {json.dumps(v)}" for k, v in stage.settings("linq").items()
    )
    file = folder / "voicenote.toml"
    file.write_text(f'journal = "notes.db"\n[linq]\n{settings}\n')
    return file


def test_the_file_names_a_journal_beside_it(tmp_path, stage, monkeypatch):
    """Its path is relative to the configuration, not to where somebody stands."""
    file = _configured(tmp_path, stage)
    monkeypatch.chdir("/")

    assert Journal(tmp_path / "notes.db") == Client.from_config(file, env={}).journal


def test_the_environment_names_a_journal(tmp_path, stage):
    """It wins over the file."""
    file = _configured(tmp_path, stage)

    client = Client.from_config(file, env={"VOICENOTE_JOURNAL": "/elsewhere.db"})

    assert Journal("/elsewhere.db") == client.journal


def test_a_journal_is_a_path(tmp_path, stage):
    """A number is a mistake."""
    file = _configured(tmp_path, stage)
    file.write_text(file.read_text().replace('"notes.db"', "7"))

    with pytest.raises(ConfigError, match="journal must be of type str"):
        Client.from_config(file, env={})


def test_a_configured_journal_is_closed_with_its_client(tmp_path, stage):
    """Nobody else could."""
    with Client.from_config(_configured(tmp_path, stage), env={}) as client:
        client.send(VoiceNote(CAF, ANN, key="closed"))
        assert client.journal._connection

    assert client.journal._connection is None


def test_a_journal_that_was_given_stays_open(path, stage):
    """Who made it may use it for another client."""
    with Journal(path) as journal:
        with Client([Linq(**stage.settings("linq"))], journal=journal) as client:
            client.send(VoiceNote(CAF, ANN, key="given"))

        assert journal._connection
