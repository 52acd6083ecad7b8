"""
A key that is sent again, by a program that was started again, over real HTTP.
"""

from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from tests.conftest import CAF
from tests.journal.conftest import ANN, ANSWERS_500, LOSES, OPTED_OUT
from voicenote import (
    Client,
    Journal,
    Receipt,
    RecipientError,
    UnconfirmedError,
    VoiceNote,
)
from voicenote._journal import Standing
from voicenote_linq import Linq


@pytest.fixture
def send(provider, path):
    """Send through a client that lives for this one note, as a restarted program has."""

    def sent(to, key, **terms):
        terms = {"looks": (0.01,), **terms}
        with (
            Journal(path) as journal,
            Client([provider], journal=journal, **terms) as one,
        ):
            return one.send(VoiceNote(CAF, to, key=key))

    return sent


def test_a_sent_key_sends_nothing(send, stage, provider, request):
    """The receipt of the first time comes back, after a restart, without a request."""
    first = send(ANN, f"sent by {provider.name}")
    before = len(stage.stage.log)

    assert first == send(ANN, f"sent by {provider.name}")
    assert before == len(stage.stage.log)


def test_a_refused_key_is_sent_anew(send, sends, stage, provider):
    """A refusal is no send, whoever is written to the next time."""
    key = f"refused by {provider.name}"
    with pytest.raises(RecipientError):
        send(OPTED_OUT, key)

    assert send(ANN, key).id
    assert 2 == sends()


@pytest.fixture
def doubtful(send, path, provider):
    """Leave a key in doubt: its vendor took the note or not, and said nothing."""

    def left(to, key):
        with pytest.raises(UnconfirmedError):
            send(to, key, looks=())

    return left


def test_a_key_in_doubt_is_looked_for(send, doubtful, sends, provider):
    """What the vendor has taken is found, and not sent again."""
    key = f"found at {provider.name}"
    doubtful(ANSWERS_500, key)

    receipt = send(ANSWERS_500, key)

    assert (provider.name, key) == (receipt.provider, receipt.key)
    assert 1 == sends()


def test_a_young_doubt_stays(send, doubtful, sends, provider):
    """What is not there may still come, so nothing goes out."""
    key = f"young at {provider.name}"
    doubtful(LOSES, key)

    with pytest.raises(UnconfirmedError, match="nobody knows"):
        send(LOSES, key)

    assert 1 == sends()


def test_an_old_doubt_ends(send, doubtful, sends, stage, provider):
    """What is not there long after will not come: it is sent anew, once."""
    key = f"old at {provider.name}"
    doubtful(LOSES, key)

    receipt = send(ANN, key, certain_after=0.0)

    assert receipt == send(ANN, key, certain_after=0.0)
    assert 2 == sends()


def test_a_look_that_fails_proves_nothing(send, doubtful, sends, provider, path):
    """While the vendor cannot be sends, a doubt of any age stays one."""
    key = f"unreachable {provider.name}"
    doubtful(ANSWERS_500, key)
    away = attrs.evolve(provider, base_url="http://127.0.0.1:9")

    with (
        Journal(path) as journal,
        pytest.raises(UnconfirmedError),
        Client(
            [away], journal=journal, looks=(0.01,), certain_after=0.0, timeout=2
        ) as one,
    ):
        one.send(VoiceNote(CAF, ANSWERS_500, key=key))

    assert Standing.ATTEMPTED is journal.recall(key).standing
    journal.close()
    assert 1 == sends()


def test_a_doubt_that_was_not_looked_into_stays(send, doubtful, sends, provider):
    """Without a look there is no certainty, whatever its age."""
    key = f"not looked for at {provider.name}"
    doubtful(LOSES, key)

    with pytest.raises(UnconfirmedError):
        send(ANN, key, looks=(), certain_after=0.0)

    assert 1 == sends()


def test_a_status_is_written_down(provider, path):
    """The journal knows what was last heard of a note."""
    with Journal(path) as journal, Client([provider], journal=journal) as client:
        receipt = client.send(VoiceNote(CAF, ANN, key="followed"))
        followed = client.status(receipt)

        assert followed.status is journal.recall("followed").receipt.status


def test_two_senders_of_an_old_doubt_send_once(doubtful, send, sends, provider):
    """Both find nothing; the one whose attempt is first sends, the other looks for it."""
    key = f"twice at {provider.name}"
    doubtful(LOSES, key)

    def settled(_):
        try:
            return type(send(ANN, key, certain_after=0.0, looks=(0.3,)))
        except UnconfirmedError as error:
            return type(error)

    with ThreadPoolExecutor(2) as threads:
        ends = set(threads.map(settled, range(2)))

    assert Receipt in ends <= {Receipt, UnconfirmedError}
    assert 2 == sends()  # the one that was lost, and one more


def test_all_three_drivers_write_it_down(sender, stage, path):
    """Blocking, asyncio and trio share one journal, from whatever thread they do."""
    linq = Linq(**stage.settings("linq"))

    with Journal(path) as journal:
        receipt = sender([linq], VoiceNote(CAF, ANN, key="driven"), journal=journal)

        assert receipt == journal.recall("driven").receipt
