"""
Files and disks that cannot be used: one kind of error, which says what to do.
"""

import os
import sqlite3
import subprocess
import sys

import attrs
import pytest

from tests.journal.conftest import AT, trace
from voicenote import Journal, JournalError


def _raw(path, statements):
    connection = sqlite3.connect(path)
    connection.executescript(statements)
    connection.close()


def _noise(path):
    path.write_text("This is a text, and as long as the beginning of a database." * 9)


def _damage(path):
    """Overwrite every page but the first."""
    with Journal(path) as journal:
        for number in range(100):
            journal.attempt(trace(f"key {number}"), AT)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def _unreadable(path):
    with Journal(path) as journal:
        journal.attempt(trace(), AT)
    _raw(path, "UPDATE sends SET receipt = '{'")


def _newer(path):
    with Journal(path) as journal:
        journal.recall("k")
    _raw(path, "PRAGMA user_version = 99")


def _cut(path):
    _damage(path)
    os.truncate(path, 6000)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_noise, "no SQLite database"),
        (_damage, "the file is damaged"),
        (_cut, "the file is damaged"),
        (_unreadable, "an entry that cannot be read"),
        (_newer, "has schema 99, .* upgrade this one"),
        (lambda path: _raw(path, "CREATE TABLE cats (name)"), "of something else"),
        (lambda path: path.mkdir(), "Is a directory"),
    ],
    ids=["text", "damaged", "cut off", "entry", "newer", "foreign", "folder"],
)
def test_a_file_that_cannot_be_used(journal, path, spoil, said):
    """The error says what is wrong with it, and what to do."""
    spoil(path)

    with pytest.raises(JournalError, match=said):
        journal.recall("k")


def test_somebody_else_s_database_is_left_alone(journal, path):
    """Not a byte of it changes, not even its mode."""
    _raw(path, "CREATE TABLE cats (name)")
    before = path.read_bytes()

    with pytest.raises(JournalError):
        journal.attempt(trace(), AT)

    assert before == path.read_bytes()


def test_a_missing_folder_is_named(tmp_path):
    """It is not made: it is most likely misspelled."""
    with (
        Journal(tmp_path / "misspelled" / "notes.db") as journal,
        pytest.raises(JournalError, match="misspelled.*No such file.*folder"),
    ):
        journal.recall("k")


def test_a_lock_is_waited_for_and_then_told(journal, path):
    """Another process that never lets go is named as the cause."""
    journal.recall("k")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(JournalError, match="another process has kept it locked"):
        journal.attempt(trace(), AT)

    other.close()
    assert journal.attempt(trace(), AT)


def test_a_full_disk_is_told(journal):
    """What does not fit is not attempted, and room makes it work again."""
    connection = journal._opened()
    connection.execute("PRAGMA max_page_count = 5")
    wide = attrs.evolve(trace(), media="x" * 50_000)

    with pytest.raises(JournalError, match="the disk is full; free some space"):
        journal.attempt(wide, AT)

    connection.execute("PRAGMA max_page_count = 1000")
    assert journal.attempt(wide, AT)


_LIMITED = """
import resource, signal, sys, voicenote
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = voicenote.Journal(sys.argv[1])
journal.recall("k")
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    journal.attempt(voicenote.Receipt("linq", "", "unknown", key="k"), 1.0)
except voicenote.JournalError as error:
    print(error)
"""


def test_a_disk_that_takes_no_more_is_told(path):
    """The operating system's refusal to write becomes the same kind of error."""
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, path],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "the journal" in done.stdout
    assert "disk" in done.stdout


def test_a_file_that_is_read_only_is_told(journal):
    """Permissions are named as the cause."""
    journal._opened().execute("PRAGMA query_only = ON")

    with pytest.raises(JournalError, match="cannot be written to.*permissions"):
        journal.attempt(trace(), AT)


def test_a_file_that_the_system_refuses_is_told(journal, monkeypatch):
    """So are those that keep it from being opened."""

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("voicenote._sqlite_file.os.open", refuse)

    with pytest.raises(JournalError, match="Permission denied.*writable"):
        journal.recall("k")
