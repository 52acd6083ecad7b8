"""
Pacing and cooling down are arithmetic: no clock runs in this file.
"""

import attrs
import httpx
import pytest

from hypothesis import given
from hypothesis import strategies as st

import voicenote

from tests.conftest import CAF, Clock, Courier, play
from voicenote import By, Client, Pace, UnavailableError, VoiceNote
from voicenote._deliver import deliver
from voicenote._plans import Policy
from voicenote._retry import Retry
from voicenote._traffic import Traffic
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


LINE, OTHER = ("one", "+12025550101"), ("one", "+12025550102")
ADA, BOB = "+12025550123", "+12025550124"

THREE_IN_TEN = Pace(3, 10.0, By.LINE)
TWO_A_MINUTE_EACH = Pace(2, 60.0, By.PAIR)


def _note(to=ADA, **more):
    return VoiceNote(CAF, to, **more)


def _turns(traffic, paces, notes, line=LINE, now=0.0):
    return [traffic.turn(line, paces, note, now) for note in notes]


def _most_in(seconds, moments):
    """Return how many of *moments* lie in one window, which is open at its end."""
    return max(
        sum(start <= moment < start + seconds for moment in moments)
        for start in moments
    )


def test_a_burst_goes_and_the_rest_waits():
    """As many as the vendor takes leave at once; later ones when their turn comes."""
    turns = _turns(Traffic(), [THREE_IN_TEN], [_note()] * 7)

    assert [0.0, 0.0, 0.0, 10.0, 10.0, 10.0, 20.0] == turns


@given(
    count=st.integers(1, 5),
    seconds=st.integers(1, 60),
    gaps=st.lists(st.integers(0, 30), min_size=1, max_size=40),
)
def test_a_burst_never_exceeds_the_vendor_s_count(count, seconds, gaps):
    """However notes come in, no window has more than the vendor takes."""
    traffic, now, leaving = Traffic(), 0.0, []
    for gap in gaps:
        now += gap
        turn = traffic.turn(LINE, [Pace(count, seconds, By.LINE)], _note(), now)
        leaving.append(now + turn)

    assert _most_in(seconds, leaving) <= count


@given(
    to=st.lists(st.sampled_from([ADA, BOB, "+12025550125"]), max_size=30),
    gaps=st.lists(st.integers(0, 20), min_size=30, max_size=30),
)
def test_several_limits_hold_together(to, gaps):
    """A vendor that counts lines and pairs gets no more of either."""
    traffic, now = Traffic(), 0.0
    leaving = {ADA: [], BOB: [], "+12025550125": []}
    for person, gap in zip(to, gaps, strict=False):
        now += gap
        paces = [THREE_IN_TEN, TWO_A_MINUTE_EACH]
        leaving[person].append(now + traffic.turn(LINE, paces, _note(person), now))

    for moments in leaving.values():
        assert not moments or _most_in(60, moments) <= 2
    everybody = [moment for moments in leaving.values() for moment in moments]
    assert not everybody or _most_in(10, everybody) <= 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param((LINE, _note()), (OTHER, _note()), id="lines"),
        pytest.param((LINE, _note()), (("two", LINE[1]), _note()), id="providers"),
        pytest.param((LINE, _note()), (LINE, _note(BOB)), id="people"),
        pytest.param((LINE, _note()), (LINE, _note([ADA, BOB])), id="groups"),
        pytest.param(
            (LINE, VoiceNote(CAF, chat="c1")),
            (LINE, VoiceNote(CAF, chat="c2")),
            id="chats",
        ),
    ],
)
def test_pairs_are_counted_apart(first, second):
    """One pair's burst makes nobody else wait."""
    traffic, pace = Traffic(), Pace(1, 60.0, By.PAIR)
    traffic.turn(first[0], [pace], first[1], 0.0)

    assert 0.0 == traffic.turn(second[0], [pace], second[1], 0.0)


def test_lines_are_counted_apart():
    """A line counts everybody that it writes to, and no other line."""
    traffic, pace = Traffic(), Pace(1, 10.0, By.LINE)
    traffic.turn(LINE, [pace], _note(), 0.0)

    assert (10.0, 0.0) == (
        traffic.turn(LINE, [pace], _note(BOB), 0.0),
        traffic.turn(OTHER, [pace], _note(BOB), 0.0),
    )


def test_the_order_of_people_makes_no_other_group():
    """A group is the same group in any order."""
    traffic, pace = Traffic(), Pace(1, 60.0, By.PAIR)
    traffic.turn(LINE, [pace], _note([ADA, BOB]), 0.0)

    assert 60.0 == traffic.turn(LINE, [pace], _note([BOB, ADA]), 0.0)


def test_a_turn_that_nobody_takes_is_not_reserved():
    """Who cannot wait takes nobody's turn, however often they ask."""
    traffic, pace = Traffic(), Pace(1, 10.0, By.LINE)
    traffic.turn(LINE, [pace], _note(), 0.0)
    for _ in range(50):
        traffic.turn(LINE, [pace], _note(), 0.0, within=5.0)

    assert 10.0 == traffic.turn(LINE, [pace], _note(), 0.0)


def test_who_sends_to_many_is_not_remembered_for_ever():
    """Pairs that bind nobody any more are forgotten."""
    traffic, pace = Traffic(), Pace(1, 1.0, By.PAIR)
    for number in range(3000):
        traffic.turn(LINE, [pace], _note(f"+1202555{number:04}"), float(number))

    assert len(traffic._turns) <= 1001


def test_without_pacing_nobody_waits():
    """Whoever paces elsewhere turns it off."""
    traffic = Traffic(is_paced=False)

    assert [0.0] * 9 == _turns(traffic, [THREE_IN_TEN], [_note()] * 9)


def test_a_client_is_told_whether_to_pace():
    """The client's setting reaches the plans."""
    assert not Client([Courier()], pacing=False)._policy.traffic.is_paced


def test_a_provider_cools_down():
    """It is asked last for as long as configured, counted from its failure."""
    traffic = Traffic(cool_down=30.0)
    traffic.failed("one", 100.0)

    assert [True, True, False] == [
        traffic.is_cooling("one", now) for now in (100.0, 129.9, 130.0)
    ]


def test_a_provider_that_works_is_warm_again():
    """A success ends the cool-down."""
    traffic = Traffic()
    traffic.failed("one", 100.0)
    traffic.worked("one")

    assert not traffic.is_cooling("one", 101.0)


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        # https://docs.linqapp.com, guide "Rate limits"
        pytest.param(Linq, {Pace(30, 60.0, By.PAIR)}, id="Linq"),
        # https://docs.sendblue.com/limits
        pytest.param(Sendblue, {Pace(10, 10.0, By.LINE)}, id="Sendblue"),
    ],
)
def test_the_vendors_limits(provider, expected):
    """What is kept is what the vendors document."""
    assert expected == set(provider.paces)


# Failover, cooling down and pacing, as plans


@attrs.frozen
class Paced(Courier):
    """A courier that takes one note in ten seconds."""

    paces: tuple[Pace, ...] = (Pace(1, 10.0, By.LINE),)


ONE, TWO = Courier("one"), Courier("two")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def policy(clock):
    return Policy(retry=Retry(attempts=1), clock=clock)


def _stored():
    return httpx.Response(201)


def _sent():
    return httpx.Response(200, json={"id": "n1", "status": "queued"})


def _asked(policy, clock, answers, providers=None, note=None):
    """Return whom a send asks, in order and once each."""
    providers = providers or {"one": ONE, "two": TWO}
    done = play(deliver(note or _note(), providers, policy), answers, clock)
    return list(dict.fromkeys(request.url.host for request in done.requests))


def test_a_provider_that_was_down_is_asked_last_for_a_while(policy, clock):
    """For its cool-down the next one sends; afterwards it is first again."""
    down = httpx.ConnectError("down")
    asked = [_asked(policy, clock, [down, _stored(), _sent()])]
    clock.now += 29.9
    asked.append(_asked(policy, clock, [_stored(), _sent()]))
    clock.now += 0.2
    asked.append(_asked(policy, clock, [_stored(), _sent()]))

    assert [
        ["one.example", "two.example"],
        ["two.example"],
        ["one.example"],
    ] == asked


def test_a_provider_that_cools_down_is_still_asked_in_need(policy, clock):
    """Last is not never: if the others are down, it has its chance."""
    policy.traffic.failed("one", clock())
    down = httpx.ConnectError("down")

    asked = _asked(policy, clock, [down, _stored(), _sent()])

    assert ["two.example", "one.example"] == asked


@pytest.mark.parametrize(
    "refusal",
    [httpx.Response(429, headers={"retry-after": "600"}), httpx.Response(404)],
    ids=["busy", "refused"],
)
def test_a_provider_that_answers_is_not_down(policy, clock, refusal):
    """A vendor that is busy, or that refuses, is not one that is broken."""
    with pytest.raises(voicenote.SendError):
        _asked(policy, clock, [_stored(), refusal], {"one": ONE})

    assert not policy.traffic.is_cooling("one", clock())


def test_doubt_is_never_failed_over(policy, clock):
    """Another provider could make it heard twice, and cooling down changes nothing."""
    with pytest.raises(voicenote.UnconfirmedError):
        _asked(policy, clock, [_stored(), httpx.ReadTimeout("slow")])

    assert not policy.traffic.is_cooling("one", clock())


def test_a_loop_over_notes_waits_for_its_turn(policy, clock):
    """The plan pauses until the vendor's limit lets the note pass."""
    began, one = clock(), {"one": Paced("one")}
    for _ in range(3):
        play(deliver(_note(), one, policy), [_stored(), _sent()], clock)

    assert 20.0 == clock() - began


def test_a_turn_beyond_the_caller_s_time_is_not_waited_for(policy, clock):
    """The error says after how many seconds, and nothing goes out."""
    one = {"one": Paced("one")}
    play(deliver(_note(), one, policy), [_stored(), _sent()], clock)

    with pytest.raises(UnavailableError, match="by its rate limit") as caught:
        play(deliver(_note(), one, policy, timeout=5.0), [], clock)

    assert 10.0 == caught.value.retry_after


def test_another_provider_takes_what_one_is_too_busy_for(policy, clock):
    """A turn beyond the caller's time is a reason to move on."""
    both = {"one": Paced("one"), "two": TWO}
    play(deliver(_note(), both, policy), [_stored(), _sent()], clock)

    done = play(deliver(_note(), both, policy, 5.0), [_stored(), _sent()], clock)

    assert ("two", ["one"]) == (
        done.result.provider,
        [attempt.provider for attempt in done.result.attempts],
    )


@given(
    timeout=st.floats(0.5, 300.0),
    answers=st.lists(st.sampled_from([1, 20, 45, 300, 600]), min_size=40, max_size=40),
)
def test_the_time_of_all_together_is_bounded(timeout, answers):
    """However long vendors ask to wait, nobody waits beyond the caller's time."""
    clock = Clock()
    policy = Policy(retry=Retry(attempts=9, jitter=lambda: 1.0), clock=clock)
    began = clock()
    busy = (
        httpx.Response(429, headers={"retry-after": str(seconds)})
        for seconds in answers
    )

    with pytest.raises(UnavailableError):
        play(deliver(_note(), {"one": ONE, "two": TWO}, policy, timeout), busy, clock)

    assert clock() - began <= timeout
