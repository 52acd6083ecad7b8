"""The journal, listed in a shell."""

import json

import pytest

from voicenote import Journal, Receipt
from voicenote._journal import Entry, Standing


ANN = "+12025550123"

# 2026-01-02 03:04:05 in UTC.
NOON = 1_767_323_045.0


def _trace(key):
    return Receipt("linq", "", "unknown", to=(ANN,), key=key)


@pytest.fixture
def notes(clean):
    """Write a journal of three sends, an hour apart, and return its path."""
    path = clean / "notes.db"
    with Journal(path) as journal:
        for hour, key in enumerate(("lost", "taken", "not-taken")):
            journal.attempt(_trace(key), NOON + 3600 * hour)
        journal.accept(Receipt("linq", "m1", "delivered", to=(ANN,), key="taken"))
        attempt = Entry(Standing.ATTEMPTED, _trace("not-taken"), NOON + 7200)
        journal.refuse(attempt)
    return path


def test_the_latest_send_is_first(notes, shell):
    """Each line says when, which key, by whom, to whom, what is known, and its id."""
    result = shell("log", "--journal", notes)

    assert [
        "2026-01-02 05:04:05 not-taken linq +1…23 not sent",
        "2026-01-02 04:04:05 taken linq +1…23 delivered m1",
        "2026-01-02 03:04:05 lost linq +1…23 in doubt",
    ] == [" ".join(line.split()) for line in result.stdout.splitlines()[1:]]


def test_a_limit_keeps_the_latest(notes, shell):
    """Older sends than asked for are left out."""
    result = shell("log", "--journal", notes, "--limit", 1, "--json")

    assert ["not-taken"] == [one["receipt"]["key"] for one in json.loads(result.stdout)]


def test_programs_read_everything(notes, shell):
    """In JSON, the moment has its zone, and nothing is shortened."""
    (_, taken, _) = json.loads(shell("log", "--journal", notes, "--json").stdout)

    assert ("2026-01-02T04:04:05+00:00", "accepted", [ANN]) == (
        taken["attempted_at"],
        taken["standing"],
        taken["receipt"]["to"],
    )


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("c49cd6a4-7281-4d23-b5fd-c7c82ce7b210", "c49cd6a4-728…2ce7b210"),
        ("order-4711", "order-4711"),
    ],
    ids=["long", "short"],
)
def test_a_long_key_keeps_both_ends(clean, shell, key, shown):
    """A key of any length fits into its column, and can still be told from others."""
    with Journal("notes.db") as journal:
        journal.attempt(_trace(key), NOON)

    assert shown in shell("log", "--journal", "notes.db").stdout


def test_the_configured_journal_is_listed(notes, shell):
    """Without an option, it is the one that a send here would write to."""
    notes.with_name("voicenote.toml").write_text(f'journal = "{notes.name}"\n')

    assert "not-taken" in shell("log").stdout


def test_a_send_is_written_down(configured, shell, memo, monkeypatch):
    """What ``voicenote send`` has sent is in the log, and the same key sends nothing."""
    monkeypatch.setenv("VOICENOTE_JOURNAL", "notes.db")
    words = ("send", memo, "--to", ANN, "--key", "order-4711", "--json")

    ids = {json.loads(shell(*words).stdout)["id"] for _ in range(2)}

    (listed,) = json.loads(shell("log", "--json").stdout)
    assert ids == {listed["receipt"]["id"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("log",), "no journal is configured"),
        (("log", "--journal", "missing.db"), "there is no journal missing.db"),
        (("log", "--journal", "foreign.db"), "no SQLite database"),
    ],
    ids=["not configured", "missing", "foreign"],
)
def test_what_is_no_journal(clean, shell, words, said):
    """The exit status is 2, the message says what to do, and no file is made."""
    (clean / "foreign.db").write_text("not a database, though long enough to be one")

    result = shell(*words)

    assert (2, True) == (result.exit_code, said in result.stderr)
    assert ["foreign.db"] == [path.name for path in clean.iterdir()]
