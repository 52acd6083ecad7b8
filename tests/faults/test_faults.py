"""
What the product is for: whatever goes wrong, one note at most, and a true word about it.
"""

import pytest

from tests.faults.cases import CASES, VENDORS
from tests.faults.matrix import ANN, DRIVERS, SDK, Outcome, matrix
from tests.faults.report import committed, table
from voicenote import Receipt, RecipientError, UnavailableError, UnconfirmedError


CELLS = [
    pytest.param(case, vendor, driver, id=f"{case.name}-{vendor}-{driver}")
    for case in CASES
    for vendor in case.vendors
    for driver in DRIVERS
]


@pytest.fixture(scope="module")
def run():
    """The table, whose rows run when they are asked for."""
    with matrix() as running:
        yield running


def _named(name):
    (case,) = [case for case in CASES if case.name == name]
    return case


@pytest.mark.parametrize(("case", "vendor", "driver"), CELLS)
def test_a_note_is_heard_once_or_not_at_all(run, case, vendor, driver):
    """Nothing that goes wrong makes anybody hear a note twice."""
    outcome = run.row(case)[vendor, driver]

    assert len(outcome.heard) <= 1


@pytest.mark.parametrize(("case", "vendor", "driver"), CELLS)
def test_the_caller_is_told_the_truth(run, case, vendor, driver):
    """A receipt is of a note that is heard, a no of none, and doubt of what is unknowable."""
    outcome = run.row(case)[vendor, driver]

    assert outcome.is_right(is_knowable=vendor not in case.unknowable), outcome.told


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("driver", DRIVERS)
def test_a_long_wait_is_the_caller_s(run, vendor, driver):
    """A vendor's wait beyond the caller's time comes back with the error."""
    case = _named("429, Retry-After 600 seconds")

    told = run.row(case)[vendor, driver].told

    assert (UnavailableError, case.wait) == (type(told), told.retry_after)


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("driver", DRIVERS)
def test_doubt_says_where_to_look(run, vendor, driver):
    """Where nobody could look, the error has what a person needs to."""
    case = _named("connection broken after accepting, and nobody can look")

    told = run.row(case)[vendor, driver].told

    assert (UnconfirmedError, vendor, (ANN,)) == (
        type(told),
        told.receipt.provider,
        told.receipt.to,
    )
    assert told.receipt.media


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("driver", DRIVERS)
def test_the_caller_s_time_is_kept(run, vendor, driver):
    """An answer that trickles for three seconds takes no more than the caller has."""
    case = _named("answer trickles after accepting, longer than the caller waits")

    seconds = run.row(case)[vendor, driver].seconds

    assert seconds < 2.5  # with what a busy machine adds to 0.8


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_sdk_repeats_what_was_accepted(run, vendor):
    """The vendors' own SDKs send three times what the vendor took at the first."""
    case = _named("500 after accepting")

    assert 3 == len(run.row(case)[vendor, SDK].heard)


def test_the_page_is_of_this_run(run):
    """What docs/reliability.md shows is what happens; --write makes it so again."""
    assert table(run) == committed()


RECEIPT = Receipt("linq", "m1", "queued")


class _Heard:
    def __init__(self, message):
        self.message = message


@pytest.mark.parametrize(
    ("heard", "told", "is_knowable", "expected"),
    [
        pytest.param(["m1"], RECEIPT, True, True, id="a receipt of what is heard"),
        pytest.param([], RECEIPT, True, False, id="a receipt of nothing"),
        pytest.param(["m2"], RECEIPT, True, False, id="a receipt of another note"),
        pytest.param(["m1", "m2"], RECEIPT, False, False, id="heard twice"),
        pytest.param([], RecipientError("no"), True, True, id="a true no"),
        pytest.param(["m1"], RecipientError("no"), True, False, id="a false no"),
        pytest.param([], UnconfirmedError("?"), True, False, id="doubt too soon"),
        pytest.param(["m1"], UnconfirmedError("?"), False, True, id="true doubt"),
        pytest.param([], ValueError("?"), True, True, id="an error and nothing"),
    ],
)
def test_what_right_means(heard, told, is_knowable, expected):
    """The judge of the table is judged."""
    outcome = Outcome([_Heard(one) for one in heard], told)

    assert expected == outcome.is_right(is_knowable=is_knowable)
