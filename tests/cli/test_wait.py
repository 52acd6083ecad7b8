"""Waiting in a shell, for a vendor that is played behind a real socket."""

import json

import pytest


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
