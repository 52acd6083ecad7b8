"""
A journal that fails: before a note leaves it stops it, afterwards it hides nothing.
"""

import attrs
import pytest

from tests.conftest import CAF
from tests.journal.conftest import ANN, OPTED_OUT
from voicenote import Client, JournalError, RecipientError, VoiceNote
from voicenote._journal import Memory


@attrs.define
class Failing(Memory):
    """A keeper whose methods named in *broken* raise, as on a disk that is full."""

    broken: tuple[str, ...] = ()

    def __getattribute__(self, name):
        if name in object.__getattribute__(self, "broken"):
            raise JournalError("the disk is full")
        return super().__getattribute__(name)


@pytest.mark.parametrize("broken", ["recall", "attempt"])
def test_what_cannot_be_written_down_is_not_sent(provider, sends, broken):
    """The error comes before anything that can be heard."""
    with (
        Client([provider], journal=Failing(broken=(broken,))) as client,
        pytest.raises(JournalError, match="the disk is full"),
    ):
        client.send(VoiceNote(CAF, ANN))

    assert 0 == sends()


def test_a_sent_note_s_receipt_comes_back_all_the_same(provider, sends, caplog):
    """The journal's trouble is logged; the key stays in doubt and is looked for."""
    keeper = Failing(broken=("accept",))
    note = VoiceNote(CAF, ANN, key=f"untold by {provider.name}")
    with Client([provider], journal=keeper, looks=(0.01,)) as client:
        first = client.send(note)
        again = client.send(note)

    assert (first.id, 1) == (again.id, sends())
    assert "could not be told that 'untold by" in caplog.text


def test_a_refusal_is_told_all_the_same(provider, caplog):
    """What the provider said is raised, not what the journal said."""
    with (
        Client([provider], journal=Failing(broken=("refuse",))) as client,
        pytest.raises(RecipientError),
    ):
        client.send(VoiceNote(CAF, OPTED_OUT, key="k"))

    assert "could not be told that 'k' was not sent" in caplog.text


def test_a_status_is_told_all_the_same(provider, caplog):
    """A report that cannot be merged comes back as it is."""
    keeper = Failing(broken=("update",))
    with Client([provider], journal=keeper) as client:
        receipt = client.send(VoiceNote(CAF, ANN))

        assert receipt.id == client.status(receipt).id
    assert "could not be told that" in caplog.text
