"""
What is found has to be the note, and what is not found has to be looked for.
"""

import contextlib

import httpx
import pytest

from tests.conftest import CAF, play
from tests.faults.couriers import (
    ADA,
    BOB,
    FINDER,
    listed,
    sent,
)
from voicenote import (
    Client,
    UnconfirmedError,
    VoiceNote,
)
from voicenote._deliver import deliver
from voicenote._doubt import reconcile
from voicenote._journal import Memory
from voicenote.sandbox import (
    Disconnected,
    Fault,
    Response,
    SandboxTransport,
    World,
    afterwards,
    instead,
)
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


URL = "https://cdn.example/a.caf"


def _doubt(policy, to=ADA, key="k"):
    """Leave a note of a URL in doubt."""
    note = VoiceNote(URL, to, key=key)
    with pytest.raises(UnconfirmedError):
        play(
            deliver(note, {"one": FINDER}, policy),
            [httpx.ReadTimeout("slow"), listed()],
            policy.clock,
        )
    return policy.journal.recall(key).receipt


def test_somebody_else_s_note_is_not_this_one(policy, clock):
    """One URL for many people: what Bob has got says nothing about Ada's."""
    trace = _doubt(policy)
    bobs = listed({"id": "bob's", "to": [BOB]})

    with pytest.raises(UnconfirmedError):
        play(reconcile(trace, FINDER, policy), [bobs], clock)


def test_another_note_to_the_same_person_is_not_this_one(policy, clock):
    """One URL twice to one person: what has another key's receipt is that key's."""
    trace = _doubt(policy)
    play(
        deliver(VoiceNote(URL, ADA, key="later"), {"one": FINDER}, policy),
        [sent("later's")],
    )
    answer = listed({"id": "later's", "to": [ADA]})

    with pytest.raises(UnconfirmedError):
        play(reconcile(trace, FINDER, policy), [answer], clock)


def test_finding_another_note_proves_no_absence(policy, clock):
    """It may hide the one that is looked for: the key is not sent anew."""
    _doubt(policy)
    clock.now += 1000.0
    bobs = listed({"id": "bob's", "to": [BOB]})

    with pytest.raises(UnconfirmedError):
        play(
            deliver(VoiceNote(URL, ADA, key="k"), {"one": FINDER}, policy),
            [bobs],
            clock,
        )


@pytest.mark.parametrize("cls", [Linq, Sendblue], ids=["linq", "sendblue"])
def test_what_many_messages_have_hidden_is_not_absent(cls):
    """A lost note that lies behind sixty later ones has arrived all the same."""
    now = [1_800_000_000.0]
    transport = SandboxTransport(World(clock=lambda: now[0]))
    provider, journal = cls(**transport.settings(cls.name)), Memory()
    note = VoiceNote(CAF, ADA, key="lost")
    terms = {"journal": journal, "looks": (0.001,), "certain_after": 0.0}

    with Client([provider], transport=transport, pacing=False, **terms) as client:
        _lose(client, transport, note)
        for _ in range(60):
            now[0] += 1.0
            client.send(VoiceNote(CAF, ADA))
        heard = len(transport.world.heard)
        with contextlib.suppress(UnconfirmedError):
            client.send(note)

    assert heard == len(transport.world.heard)


def _lose(client, transport, note):
    """Have *note* accepted, with an answer that is lost, while nobody can look."""
    transport.faults.add(
        Fault(afterwards(Disconnected()), method="POST", path="*/voicememo"),
        Fault(afterwards(Disconnected()), method="POST", path="*/send-message"),
        Fault(instead(Response(404)), method="GET", path="*/messages"),
    )
    with pytest.raises(UnconfirmedError):
        client.send(note)
    transport.faults.clear()
