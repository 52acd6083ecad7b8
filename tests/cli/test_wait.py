"""Waiting in a shell, for a vendor that is played behind a real socket."""

import json

import attrs
import pytest

from voicenote import (
    Client,
    ConfigError,
    JournalError,
    Receipt,
    RejectedError,
    Status,
    UnexpectedResponseError,
)
from voicenote_linq import Linq


ANN = "+12025550123"


@pytest.fixture
def sent(configured, shell, memo):
    """Return the id of a note that was sent to somebody."""

    def send(to):
        result = shell("send", memo, "--to", to, "--via", "linq", "--json")
        return json.loads(result.stdout)["id"]

    return send


def test_a_note_is_waited_for(sent, shell):
    """The command ends when nothing more is expected, and says how it ended."""
    result = shell("wait", sent(ANN), "--via", "linq")

    assert 0 == result.exit_code
    assert result.stdout.startswith(("delivered", "read"))


def test_a_failed_note_has_its_status(sent, shell):
    """A note that the vendor gave up on ends with 3."""
    result = shell("wait", sent("+12025550160"), "--via", "linq", "--json")

    assert (3, "failed") == (result.exit_code, json.loads(result.stdout)["status"])


def test_impatience_has_its_status(sent, shell):
    """A note that is not at its end in time ends with 4, and shows what is known."""
    words = ("--via", "linq", "--timeout", "0.1")

    result = shell("wait", sent(ANN), *words, "--until", "read")

    assert (4, "queued") == (result.exit_code, result.stdout.split()[0])


def test_sending_may_wait(configured, shell, memo):
    """With --wait, the receipt is the one after delivery."""
    result = shell("send", memo, "--to", ANN, "--wait", "--json")

    assert json.loads(result.stdout)["status"] in ("delivered", "read")


FAULTS = {
    "refused": RejectedError("GET linq was answered 403", provider="linq"),
    "unreadable": UnexpectedResponseError("no JSON"),
    "no status": ConfigError("linq cannot look up what became of a note"),
    "journal": JournalError("the disk is full"),
    "another note": ValueError("linq '' is not linq 'a'"),
    "a mistake of ours": ZeroDivisionError("division by zero"),
}


@pytest.fixture
def after_acceptance(configured, monkeypatch):
    """What is raised by the waiting, once the note has got as far as *status*."""

    def fail(error):
        def wait(self, receipt, *, told, **_):
            told(attrs.evolve(receipt, status=Status.SENT))
            raise error

        monkeypatch.setattr(Client, "wait", wait)

    return fail


@pytest.mark.parametrize("fault", FAULTS)
def test_after_acceptance_nothing_says_otherwise(
    fault, after_acceptance, heard, shell, memo
):
    """A note whose status cannot be followed was sent: the receipt, and 0."""
    after_acceptance(FAULTS[fault])

    result = shell("send", memo, "--to", ANN, "--wait", "--json")

    assert (0, [(ANN, "linq")]) == (result.exit_code, heard())
    assert Status.SENT is Receipt.from_dict(json.loads(result.stdout)).status
    assert "accepted the note" in result.stderr
    assert "status cannot be followed" in result.stderr


def test_a_person_reads_the_receipt_too(after_acceptance, shell, memo):
    """Without --json, the same: the receipt on stdout, the trouble on stderr."""
    after_acceptance(FAULTS["refused"])

    result = shell("send", memo, "--to", ANN, "--wait")

    assert (0, "sent") == (result.exit_code, result.stdout.split()[0])
    assert "refused" not in result.stdout + result.stderr


def test_ctrl_c_after_acceptance_shows_the_receipt(after_acceptance, shell, memo):
    """Who does not want to wait any longer gets what is known, and 130."""
    after_acceptance(KeyboardInterrupt())

    result = shell("send", memo, "--to", ANN, "--wait", "--json")

    assert 130 == result.exit_code
    assert Status.SENT is Receipt.from_dict(json.loads(result.stdout)).status


def test_an_answer_without_an_id_is_no_traceback(configured, shell, memo, monkeypatch):
    """What was asked for by its id is believed to be about it."""
    asked = Linq.status

    def nameless(self, message_id):
        return attrs.evolve((yield from asked(self, message_id)), id="")

    monkeypatch.setattr(Linq, "status", nameless)

    result = shell("send", memo, "--to", ANN, "--wait", "--json")

    assert 0 == result.exit_code
    assert json.loads(result.stdout)["id"]


def test_a_note_without_a_name_cannot_be_followed(configured, shell, memo):
    """It was accepted all the same, and standard error says why nobody waits."""
    result = shell("send", memo, "--to", "+12025550185", "--via", "linq", "--wait")

    assert (0, True) == (result.exit_code, "cannot be followed" in result.stderr)
