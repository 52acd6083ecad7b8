"""
What every keeper does, in memory and in a file.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journal.conftest import ANN, AT, attempt, receipt, trace
from voicenote import Receipt
from voicenote._journal import Entry, Standing


def test_a_new_key_is_unknown(keeper):
    """Nothing is known of a key that was never attempted."""
    assert keeper.recall("k") is None


def test_an_attempt_is_recalled(keeper):
    """It says where to look for the note, and when it was attempted."""
    assert keeper.attempt(trace(), AT)

    assert attempt() == keeper.recall("k")


def test_an_attempt_bars_another(keeper):
    """Who comes second is told, and changes nothing."""
    keeper.attempt(trace(), AT)

    assert not keeper.attempt(trace(provider="sendblue"), AT + 1)
    assert attempt() == keeper.recall("k")


def test_an_accepted_key_is_never_attempted_again(keeper):
    """Its receipt stands."""
    keeper.attempt(trace(), AT)
    keeper.accept(receipt())

    assert not keeper.attempt(trace(), AT + 1)
    assert Entry(Standing.ACCEPTED, receipt(), AT) == keeper.recall("k")


def test_a_refused_key_may_be_attempted_again(keeper):
    """The new attempt takes the old one's place."""
    keeper.attempt(trace(), AT)
    keeper.refuse(attempt())

    assert Standing.REFUSED is keeper.recall("k").standing
    assert keeper.attempt(trace(provider="sendblue"), AT + 1)
    assert "sendblue" == keeper.recall("k").receipt.provider


def test_only_the_attempt_that_stands_is_refused(keeper):
    """Who gives up an old attempt does not open the way past a newer one."""
    keeper.attempt(trace(), AT)
    keeper.refuse(attempt())
    keeper.attempt(trace(), AT + 1)

    keeper.refuse(attempt(at=AT))

    assert attempt(at=AT + 1) == keeper.recall("k")


def test_what_was_accepted_is_not_refused(keeper):
    """A refusal that comes late changes nothing."""
    keeper.attempt(trace(), AT)
    keeper.accept(receipt())
    keeper.refuse(attempt())

    assert Standing.ACCEPTED is keeper.recall("k").standing


def test_refusing_what_was_never_attempted_does_nothing(keeper):
    """No entry comes into being."""
    keeper.refuse(attempt())

    assert keeper.recall("k") is None


def test_acceptance_wins_over_refusal(keeper):
    """A provider that has taken the note is right, whatever was concluded before."""
    keeper.attempt(trace(), AT)
    keeper.refuse(attempt())
    keeper.accept(receipt())

    assert Entry(Standing.ACCEPTED, receipt(), AT) == keeper.recall("k")


def test_an_acceptance_without_an_attempt_is_kept(keeper):
    """A provider whose send may repeat is not noted before."""
    keeper.accept(receipt())

    entry = keeper.recall("k")
    assert (Standing.ACCEPTED, receipt()) == (entry.standing, entry.receipt)


def test_a_second_acceptance_does_not_go_backwards(keeper):
    """What was found to be delivered stays so, though the send's own answer is late."""
    keeper.accept(receipt("delivered"))
    keeper.accept(receipt("queued", trace_id="t"))

    assert receipt("delivered", trace_id="t") == keeper.recall("k").receipt


def test_the_first_note_of_a_key_stays(keeper):
    """Another note's receipt does not hide it."""
    keeper.accept(receipt(id="n1"))
    keeper.accept(receipt(id="n2"))

    assert "n1" == keeper.recall("k").receipt.id


def test_a_report_is_merged(keeper):
    """It finds the note by its provider and id, and what is known together comes back."""
    keeper.accept(receipt("queued", to=(ANN,)))

    known = keeper.update(Receipt("linq", "n1", "delivered"))

    assert receipt("delivered", to=(ANN,)) == known == keeper.recall("k").receipt


@pytest.mark.parametrize(
    "report",
    [
        Receipt("linq", "n2", "delivered"),
        Receipt("sendblue", "n1", "delivered"),
        Receipt("linq", "", "delivered"),
    ],
    ids=["another note", "another provider", "no id"],
)
def test_a_report_on_something_else_changes_nothing(keeper, report):
    """It comes back as it is; without an id it is not taken for an attempt's."""
    keeper.attempt(trace("other"), AT)
    keeper.accept(receipt())

    assert report == keeper.update(report)
    assert (attempt("other"), receipt()) == (
        keeper.recall("other"),
        keeper.recall("k").receipt,
    )


def test_one_of_many_threads_is_first(keeper):
    """Of threads that attempt one key at a time, one may send."""
    with ThreadPoolExecutor(8) as threads:
        won = list(
            threads.map(
                lambda number: keeper.attempt(trace(f"k{number % 25}"), AT), range(200)
            )
        )

    assert 25 == sum(won)
