"""
What only the journal in a file does: it outlives, is shared, and is private.
"""

import os
import stat
import subprocess
import sys

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tests.journal.conftest import ANN, AT, attempt, receipt, trace
from voicenote import Failure, Journal, Receipt, _sqlite_file
from voicenote._journal import Entry, Standing


MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


def test_another_process_sees_it(path):
    """What one journal has noted, another one of the same file knows, in full."""
    taken = receipt("failed", to=(ANN,), failure=Failure("1", "x"))
    with Journal(path) as one:
        one.attempt(trace(), AT)
        one.accept(taken)

    with Journal(str(path)) as other:
        assert Entry(Standing.ACCEPTED, taken, AT) == other.recall("k")


_RACE = """
import sys, voicenote
with voicenote.Journal(sys.argv[1]) as journal:
    print("ready", flush=True)
    sys.stdin.readline()
    print(*(
        number for number in range(40)
        if journal.attempt(voicenote.Receipt("linq", "", "unknown", key=str(number)), 1.0)
    ))
"""


@pytest.mark.parametrize("is_new", [True, False], ids=["new file", "known file"])
def test_one_of_many_processes_is_first(path, is_new):
    """Of processes that attempt the same keys at a time, one may send each of them."""
    if not is_new:
        with Journal(path) as journal:
            journal.recall("k")
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", _RACE, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for racer in racers:
        racer.stdout.readline()

    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    won = [
        word for racer in racers for word in racer.communicate(timeout=30)[0].split()
    ]

    assert [str(number) for number in range(40)] == sorted(won, key=int)


def test_reports_at_the_same_time_are_all_merged(path):
    """Nobody's look and write come between those of another connection."""
    words = ["sent", "delivered", "read", "failed"]
    with Journal(path) as journal:
        journal.accept(receipt())

    def report(word):
        with Journal(path) as own:
            for _ in range(25):
                own.update(Receipt("linq", "n1", word, **{f"{word}_at": MOMENT}))

    with ThreadPoolExecutor(len(words)) as threads:
        list(threads.map(report, words))

    with Journal(path) as journal:
        known = journal.recall("k").receipt
    assert {MOMENT} == {getattr(known, f"{word}_at") for word in words}


_FORK = """
import os, sys, voicenote
journal = voicenote.Journal(sys.argv[1])
trace = lambda key: voicenote.Receipt("linq", "", "unknown", key=key)
journal.attempt(trace("parent"), 1.0)
carried = journal._connection
if os.fork() == 0:
    journal.attempt(trace("child"), 2.0)
    is_own = journal._connection is not carried
    journal.close()
    os._exit(not is_own)
print(os.wait()[1], *(entry.key for entry in journal.entries()))
journal.close()
"""


def test_a_fork_has_a_connection_of_its_own(path):
    """A connection that was carried across a fork would damage the file."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FORK, path],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "0 child parent" == done.stdout.strip()


def test_the_latest_attempts_are_listed_first(journal):
    """However many there are, the newest of them come back."""
    for number in range(5):
        journal.attempt(trace(str(number)), AT + number)

    assert ["4", "3"] == [entry.key for entry in journal.entries(2)]
    assert 5 == len(journal.entries())


def test_nothing_is_opened_before_it_is_used(path):
    """Whoever configures a journal and sends nothing leaves no file."""
    Journal(path).close()

    assert not path.exists()


def test_a_closed_journal_opens_again(journal):
    """What it knew, it knows."""
    journal.attempt(trace(), AT)
    journal.close()
    journal.close()

    assert attempt() == journal.recall("k")


def test_the_files_are_private(journal, path):
    """Numbers are nobody else's business, whatever the umask."""
    before = os.umask(0)
    try:
        journal.attempt(trace(), AT)
    finally:
        os.umask(before)

    made = list(path.parent.iterdir())
    assert {"notes.db", "notes.db-wal", "notes.db-shm"} == {one.name for one in made}
    assert {0o600} == {stat.S_IMODE(one.stat().st_mode) for one in made}


def test_an_attempt_is_synced_and_an_outcome_is_not(journal):
    """The one must survive a power cut; the other one's loss is only doubt."""
    said = []
    connection = journal._opened()
    connection.set_trace_callback(said.append)

    journal.attempt(trace(), AT)
    journal.accept(receipt())

    connection.set_trace_callback(None)
    words = [one.split() for one in said]
    assert ["FULL", "INSERT", "NORMAL", "BEGIN", "SELECT", "INSERT", "COMMIT"] == [
        one[-1] if "synchronous" in one else one[0] for one in words
    ]


def test_an_older_schema_is_brought_up_to_date(path, monkeypatch):
    """A file of an earlier version keeps what it knows."""
    with Journal(path) as journal:
        journal.attempt(trace(), AT)
    added = "ALTER TABLE sends ADD COLUMN mood TEXT DEFAULT 'good'"
    monkeypatch.setattr(_sqlite_file, "_STEPS", (*_sqlite_file._STEPS, added))

    with Journal(path) as journal:
        mood = journal._opened().execute("SELECT mood FROM sends").fetchone()
        version = journal._opened().execute("PRAGMA user_version").fetchone()

    assert ("good", 2) == (*mood, *version)
