"""
Receipts, and what several of them say together.
"""

import json

from datetime import UTC, datetime
from functools import reduce

import attrs
import pytest

from hypothesis import given
from hypothesis import strategies as st

from voicenote import Attempt, Failure, Receipt, Rendering, Service, Status
from voicenote._receipts import moment


_MOMENTS = st.none() | st.datetimes(
    datetime(2026, 1, 1),
    datetime(2026, 1, 2),
    timezones=st.just(UTC),
)
_WORDS = st.none() | st.sampled_from(["a", "b"])

REPORTS = st.builds(
    Receipt,
    st.just("linq"),
    st.just("m1"),
    st.sampled_from(Status),
    to=st.sampled_from([(), ("+12025550123",)]),
    chat=_WORDS,
    service=st.none() | st.sampled_from(Service),
    rendering=st.none() | st.sampled_from(Rendering),
    downgraded=st.sampled_from([None, True, False]),
    failure=st.none() | st.builds(Failure, st.sampled_from(["1", "2"])),
    trace_id=_WORDS,
    created_at=_MOMENTS,
    delivered_at=_MOMENTS,
    failed_at=_MOMENTS,
    raw=st.fixed_dictionaries({"n": st.integers(0, 3)}),
)


def _receipt(status, **fields):
    return Receipt("linq", "m1", status, **fields)


@given(st.lists(REPORTS, min_size=1, max_size=5), st.randoms())
def test_the_order_of_reports_does_not_matter(reports, random):
    """Any order, and any repetition, of a set of reports gives the same receipt."""
    shuffled = reports + random.choices(reports, k=len(reports))
    random.shuffle(shuffled)

    assert reduce(Receipt.updated, reports) == reduce(Receipt.updated, shuffled)


@given(st.lists(REPORTS, min_size=3, max_size=5), st.integers(1, 2))
def test_reports_may_be_merged_in_groups(reports, cut):
    """Merging what was merged elsewhere is the same as merging one by one."""
    here, there = reports[:cut], reports[cut:]

    merged = reduce(Receipt.updated, here).updated(reduce(Receipt.updated, there))

    assert reduce(Receipt.updated, reports) == merged


@given(REPORTS, REPORTS)
def test_nothing_moves_backwards(one, other):
    """A report never lowers the status."""
    order = list(Status)

    assert order.index(one.updated(other).status) >= order.index(one.status)


def test_delivery_after_failure_is_delivery():
    """FAILED loses to a later DELIVERED; the reason stays as history."""
    failure = Failure("4001")
    failed, delivered = _receipt("failed", failure=failure), _receipt("delivered")

    assert _receipt("delivered", failure=failure) == failed.updated(delivered)
    assert failed.updated(delivered) == delivered.updated(failed)


def test_receipts_of_two_notes_do_not_mix():
    """Merging the receipts of two notes is a mistake in the program."""
    with pytest.raises(ValueError, match="is not"):
        _receipt(Status.SENT).updated(Receipt("linq", "m2", Status.SENT))


@pytest.mark.parametrize(
    ("status", "service", "expected"),
    [
        (Status.QUEUED, None, False),
        (Status.SENT, Service.IMESSAGE, False),
        (Status.SENT, Service.SMS, True),
        (Status.DELIVERED, Service.IMESSAGE, True),
        (Status.READ, None, True),
        (Status.FAILED, None, True),
        (Status.UNKNOWN, None, False),
    ],
)
def test_sent_is_the_last_word_on_sms(status, service, expected):
    """SMS never reports a delivery, so nothing comes after SENT."""
    assert expected is _receipt(status, service=service).is_final


@given(REPORTS)
def test_a_receipt_survives_json(receipt):
    """What `to_dict` writes, `from_dict` reads back, through real JSON."""
    written = json.loads(json.dumps(receipt.to_dict()))

    assert receipt == Receipt.from_dict(written)
    assert receipt.raw == Receipt.from_dict(written).raw


def test_attempts_survive_json():
    """What was tried before is part of what is stored."""
    receipt = _receipt(Status.SENT, attempts=[Attempt("linq", "down")])

    assert receipt == Receipt.from_dict(receipt.to_dict())


def test_a_later_version_s_fields_are_ignored():
    """A receipt stored by a newer release can be read by an older one."""
    written = {**_receipt(Status.SENT).to_dict(), "new": 1, "status": "sent"}

    assert Status.SENT is Receipt.from_dict(written).status


def test_a_word_nobody_knows_is_unknown():
    """A status that we have never heard of is no exception."""
    assert Status.UNKNOWN is _receipt("teleported").status


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T12:00:00.123456789Z", "2026-03-01T12:00:00.123456+00:00"),
        ("2026-03-01T07:00:00-05:00", "2026-03-01T12:00:00+00:00"),
        ("2026-03-01T12:00:00", "2026-03-01T12:00:00+00:00"),
    ],
    ids=["nanoseconds", "offset", "naive"],
)
def test_times_are_utc(text, expected):
    """Every time becomes an aware UTC datetime."""
    assert expected == moment(text).isoformat()


@pytest.mark.parametrize("text", ["", None, "yesterday"])
def test_a_time_that_cannot_be_read_is_none(text):
    """A provider's clock is no reason to lose its receipt."""
    assert moment(text) is None


def test_a_repr_shows_no_media_url():
    """Whoever has the URL can hear the note, so a repr leaves it out."""
    receipt = _receipt(Status.SENT, media="https://cdn.example/a.caf")

    assert "cdn.example" not in repr(receipt)


def test_every_field_that_varies_is_joined():
    """A field that is added later must say how it is merged."""
    from voicenote._receipts import _JOINS

    names = {field.name for field in attrs.fields(Receipt)}

    assert names == {*_JOINS, "provider", "id", "status", "raw"}
