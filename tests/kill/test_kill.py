"""
A sender killed at any step, and started again, neither loses its note nor repeats it.

``benchmarks/kill.py`` does this 200 times, also at random moments and twice in a row.
"""

import pytest

from tests.kill.crashes import Death, crashes


def _request(name):
    return [f"before {name}", f"{name} has left", f"{name} was answered"]


def _call(name):
    return [f"before {name}", f"after {name}"]


STEPS = {
    "linq": [
        *_call("recall"),
        *_request("GET chats"),
        *_request("POST attachments"),
        *_request("PUT file"),
        *_call("attempt"),
        *_request("POST voicememo"),
        *_call("accept"),
    ],
    "sendblue": [
        *_call("recall"),
        *_request("POST upload-file"),
        *_call("attempt"),
        *_request("POST send-message"),
        *_call("accept"),
    ],
}

DEATHS = [
    pytest.param(vendor, number, id=f"{vendor}, {step}")
    for vendor, steps in STEPS.items()
    for number, step in enumerate(steps)
]


@pytest.fixture(scope="module")
def senders():
    """One vendor, and one program that is killed, for the module."""
    with crashes() as started:
        yield started


@pytest.fixture
def journal(tmp_path):
    """A journal of one note's own."""
    return tmp_path / "notes.db"


@pytest.mark.parametrize("vendor", STEPS)
def test_every_step_is_known(senders, journal, vendor):
    """A sender that lives comes to exactly the steps at which the others die."""
    end = senders.run(vendor, journal, f"alive through {vendor}")

    assert STEPS[vendor] == end.passed


@pytest.mark.parametrize(("vendor", "step"), DEATHS)
def test_a_killed_sender_sends_once(senders, journal, vendor, step):
    """Started again, it ends with a receipt, and the note is heard exactly once."""
    end = senders.run(vendor, journal, f"{vendor} {step}", [Death(at=step)])

    assert (1, 1, ["id"]) == (end.kills, end.heard, [*end.outcome])


@pytest.mark.parametrize("vendor", STEPS)
def test_killed_again_while_settling(senders, journal, vendor):
    """Dying in doubt, and again at each step of settling it, still sends once."""
    attempted = STEPS[vendor].index("after attempt")
    deaths = [Death(at=attempted), *(Death(at=step) for step in range(6))]

    end = senders.run(vendor, journal, f"{vendor} again and again", deaths)

    assert (7, 1, ["id"]) == (end.kills, end.heard, [*end.outcome])
