"""
When a request goes out again, and after how long. Arithmetic only.
"""

import random

from collections.abc import Callable
from typing import Any

import attrs
import httpx

from ._errors import UnavailableError
from ._flows import Answer, Ask, Pause, Plan, T, answering, put
from ._repeat import may_repeat, never_left, patience
from ._structure import retry_after


@attrs.frozen
class Retry:
    """
    A retry policy.

    Attributes:
        attempts: How often one request goes out at most, at least 1.

        wait_initial: Seconds before the second attempt; doubles from there.

        wait_max: Seconds, an upper bound of every wait that the provider did not
            ask for.

        jitter: Returns a number from 0 to 1; replaced in tests.
    """

    attempts: int = attrs.field(default=3, validator=attrs.validators.ge(1))
    wait_initial: float = attrs.field(default=0.5, validator=attrs.validators.ge(0))
    wait_max: float = attrs.field(default=8.0, validator=attrs.validators.ge(0))
    jitter: Callable[[], float] = attrs.field(default=random.random, repr=False)

    def wait(
        self,
        attempt: int,
        request: httpx.Request,
        outcome: httpx.Response | Exception,
    ) -> float | None:
        """Return the seconds to wait after *attempt*, or None to give up."""
        if attempt >= self.attempts:
            return None
        asked = _asked(request, outcome)
        if asked is None:
            return None
        backoff = min(self.wait_max, self.wait_initial * 2 ** (attempt - 1))
        return max(asked, float(backoff) * (1 + self.jitter()) / 2)


def _asked(request: httpx.Request, outcome: httpx.Response | Exception) -> float | None:
    """Return the least seconds to wait, or None if *request* must not go out again."""
    if isinstance(outcome, Exception):
        return 0.0 if never_left(outcome) or may_repeat(request) else None
    invited = patience(request, outcome)
    if invited is None and may_repeat(request) and outcome.is_server_error:
        invited = 0.0
    if invited is None:
        return None
    return max(invited, retry_after(outcome) or 0.0)


@attrs.frozen
class Deadline:
    """
    The moment at which a plan has to be done.

    Attributes:
        at: On *clock*, in seconds.

        clock: Seconds, never going backwards.
    """

    at: float
    clock: Callable[[], float]

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float]) -> "Deadline":
        """Return the deadline *seconds* from now."""
        return cls(clock() + seconds, clock)

    def left(self) -> float:
        """Return the seconds that remain; negative if none do."""
        return self.at - self.clock()


def retrying(plan: Plan[T], policy: Retry, deadline: Deadline) -> Plan[T]:
    """
    Return *plan* with its requests repeated as *policy* allows before *deadline*.

    Raises:
        UnavailableError: Inside *plan*, at a request for which no time is left.
    """
    return (
        yield from answering(plan, lambda ask: attempts(ask, policy, deadline, put))
    )


def attempts(
    ask: Ask,
    policy: Retry,
    deadline: Deadline,
    answer: Answer,
    observe: Callable[[httpx.Request, float], None] = lambda _, __: None,
) -> Plan[Any]:
    """
    Have *ask* answered, again and again if it is a request that may be repeated.

    Args:
        answer: How a single attempt is answered.

        observe: Called with a request and the seconds before it goes out again.

    Raises:
        UnavailableError: No time is left for it.
    """
    if not isinstance(ask, httpx.Request):
        return (yield ask)
    attempt = 0
    while True:
        attempt += 1
        outcome: httpx.Response | Exception
        try:
            outcome = yield from answer(_bounded(ask, deadline))
        except httpx.RequestError as error:
            outcome = error
        seconds = policy.wait(attempt, ask, outcome)
        if seconds is not None and seconds < deadline.left():
            observe(ask, seconds)
            yield Pause(seconds)
        elif isinstance(outcome, Exception):
            raise outcome
        else:
            return outcome


def _bounded(request: httpx.Request, deadline: Deadline) -> httpx.Request:
    left = deadline.left()
    if left <= 0:
        raise UnavailableError(
            f"out of time before {request.method} {request.url.host}; nothing was sent"
        )
    request.extensions = {**request.extensions, "voicenote.seconds": left}
    return request
