"""
What the journal's tests share: receipts of one note, keepers, and vendors on loopback.
"""

import pytest

from voicenote import Journal, Receipt
from voicenote._journal import Entry, Memory, Standing
from voicenote.sandbox import Sandbox
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


ANN = "+12025550123"
OPTED_OUT = "+12025550140"
ANSWERS_500 = "+12025550180"
LOSES = "+12025550183"

# 2026-01-02 03:04:05 in UTC.
AT = 1_767_323_045.0


def trace(key="k", provider="linq"):
    """Return what is known of a note before it leaves."""
    return Receipt(provider, "", "unknown", to=(ANN,), key=key, media="m")


def receipt(status="queued", key="k", **known):
    """Return what is known of a note that was taken."""
    return Receipt("linq", known.pop("id", "n1"), status, key=key, **known)


def attempt(key="k", at=AT):
    """Return the entry of a note before it leaves."""
    return Entry(Standing.ATTEMPTED, trace(key), at)


@pytest.fixture
def path(tmp_path):
    """Where a journal may be."""
    return tmp_path / "notes.db"


@pytest.fixture
def journal(path):
    """A journal in a file."""
    with Journal(path, timeout=0.2) as opened:
        yield opened


@pytest.fixture(params=["memory", "file"])
def keeper(request):
    """Everything that a client may remember with."""
    return Memory() if request.param == "memory" else request.getfixturevalue("journal")


@pytest.fixture(scope="module")
def stage():
    """One sandbox for the module."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(params=["linq", "sendblue"])
def provider(request, stage):
    """Either vendor."""
    made = {"linq": Linq, "sendblue": Sendblue}[request.param]
    return made(**stage.settings(request.param))


@pytest.fixture
def sends(stage):
    """Return what tells how many notes were handed to vendors since."""
    before = len(stage.stage.log)

    def counted():
        paths = [exchange.path for exchange in stage.stage.log[before:]]
        return sum(one.endswith(("/voicememo", "/send-message")) for one in paths)

    return counted
