"""
Retries are arithmetic: no clock runs in this file.
"""

import httpx
import pytest

from tests.conftest import Clock, play
from voicenote import UnavailableError, patient, repeatable, request
from voicenote._retry import Deadline, Retry, retrying


RETRY = Retry(jitter=lambda: 1.0)


def _asking(method, mark=lambda request: request):
    def flow():
        response = yield mark(request(method, "https://x.example/"))
        return response.status_code

    return flow()


def _tried(method, answers, *, mark=lambda request: request, seconds=100.0):
    clock = Clock()
    deadline = Deadline.after(seconds, clock)
    return play(retrying(_asking(method, mark), RETRY, deadline), answers, clock)


def test_waits_double():
    """The wait between attempts grows by two."""
    done = _tried(
        "GET", [httpx.Response(503), httpx.Response(500), httpx.Response(200)]
    )

    assert [0.5, 1.0] == done.pauses


def test_retry_after_is_obeyed():
    """A provider that names a time is asked again no sooner."""
    busy = httpx.Response(429, headers={"retry-after": "45"})

    assert [45.0] == _tried("POST", [busy, httpx.Response(200)]).pauses


def test_a_wait_beyond_the_deadline_is_not_begun():
    """Past the caller's time, the refusal comes back at once."""
    busy = httpx.Response(429, headers={"retry-after": "600"})

    done = _tried("POST", [busy])

    assert (429, []) == (done.result, done.pauses)


@pytest.mark.parametrize("code", [500, 502, 503, 504, 408])
def test_a_post_that_may_have_arrived_never_goes_out_twice(code):
    """A server error after a send says nothing about whether it was done."""
    assert code == _tried("POST", [httpx.Response(code)]).result


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout,
        httpx.WriteTimeout,
        httpx.ReadError,
        httpx.WriteError,
        httpx.CloseError,
        httpx.RemoteProtocolError,
        httpx.LocalProtocolError,
        httpx.DecodingError,
        httpx.TooManyRedirects,
    ],
)
def test_a_lost_reply_is_not_asked_for_again(error):
    """A POST whose answer is lost may have been done."""
    with pytest.raises(error):
        _tried("POST", [error("lost")])


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout]
)
def test_what_never_left_goes_out_again(error):
    """A POST that found no connection cannot have been done."""
    assert 200 == _tried("POST", [error("down"), httpx.Response(200)]).result


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_idempotent_methods_go_out_again(method):
    """RFC 9110 allows to repeat them."""
    assert (
        200 == _tried(method, [httpx.ReadTimeout("slow"), httpx.Response(200)]).result
    )


def test_a_post_that_nobody_hears_goes_out_again():
    """An upload is marked, and so may repeat."""
    answers = [httpx.ReadTimeout("slow"), httpx.Response(200)]

    assert 200 == _tried("POST", answers, mark=repeatable).result


def test_a_vendor_may_invite_to_ask_again():
    """A refusal that passes is asked again after the vendor's own wait."""
    done = _tried(
        "POST",
        [httpx.Response(409), httpx.Response(200)],
        mark=lambda request: patient(
            request, lambda response: 3.0 if response.is_error else None
        ),
    )

    assert [3.0] == done.pauses


def test_attempts_are_bounded():
    """After three attempts the last answer stands."""
    assert 500 == _tried("GET", [httpx.Response(500) for _ in range(3)]).result


def test_no_request_starts_after_the_deadline():
    """A send that has run out of time before a request did not send it."""
    with pytest.raises(UnavailableError, match="nothing was sent"):
        _tried("POST", [], seconds=0.0)


def test_each_request_gets_only_the_time_that_is_left():
    """The whole exchange is bounded, not only each read."""
    done = _tried("POST", [httpx.Response(200)], seconds=7.0)

    assert 7.0 == done.requests[0].extensions["voicenote.seconds"]


def test_an_abandoned_plan_closes_the_flow():
    """Whatever wraps a flow passes its end on."""
    closed = []

    def flow():
        try:
            yield request("GET", "https://x.example/")
        finally:
            closed.append(True)

    plan = retrying(flow(), RETRY, Deadline.after(9.0, Clock()))
    next(plan)
    plan.close()

    assert [True] == closed
