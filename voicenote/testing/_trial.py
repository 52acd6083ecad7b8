"""
Trying a flow out: what it asks for, and what comes of each answer.

Rule: a message says what to fix, then where, then what happened.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TypeAlias

import attrs
import httpx
import pytest

from .._errors import UnconfirmedError, UnexpectedResponseError, VoiceNoteError
from .._flows import Flow
from .._repeat import may_repeat
from ._replies import Reply


# What the core takes for "nobody knows": _deliver.py asks the vendor after these.
DOUBT = (UnconfirmedError, UnexpectedResponseError)

_MARK = "voicenote.trace"

Thrown: TypeAlias = Callable[[httpx.Request], Exception]
"""Makes the error that a request ends in."""


def complain(fix: str, happened: str) -> NoReturn:
    """Fail the test with what to fix, and why."""
    __tracebackhide__ = True
    pytest.fail(f"{fix}: {happened}.", pytrace=False)


@attrs.frozen
class Trial:
    """
    What came of a flow.

    Attributes:
        requests: What it asked for.

        result: What it returned.

        error: What it raised.

        is_open: Whether it asked for more than there was to answer.
    """

    requests: tuple[httpx.Request, ...]
    result: Any = None
    error: BaseException | None = None
    is_open: bool = False

    @property
    def outcome(self) -> str:
        """What came of it, for a message."""
        if self.error is not None:
            return f"it came out as {type(self.error).__name__}({str(self.error)!r})"
        if self.is_open:
            return f"the flow went on, to {shown(self.requests[-1])}"
        return f"the flow returned {self.result!r}"

    @property
    def sends(self) -> int:
        """How many requests must not go out twice."""
        return sum(not may_repeat(request) for request in self.requests)


def tried(flow: Flow[Any], answers: Sequence[Reply | Thrown]) -> Trial:
    """Return what comes of *flow* with *answers*, one per request."""
    asked: list[httpx.Request] = []
    try:
        ask = _request(flow, next(flow))
        for answer in answers:
            asked.append(ask)
            if isinstance(answer, Reply):
                ask = _request(flow, flow.send(answer.response(ask)))
            else:
                ask = _request(flow, flow.throw(answer(ask)))
    except StopIteration as end:
        return Trial(tuple(asked), end.value)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is judged
        return Trial(tuple(asked), error=error)
    finally:
        ended(flow)
    return Trial((*asked, ask), is_open=True)


def ended(flow: Flow[Any]) -> None:
    """Close *flow*, also one that resists, which another test complains about."""
    for _ in range(9):
        with suppress(Exception):
            flow.close()
            return


def _request(flow: Flow[Any], ask: object) -> httpx.Request:
    if isinstance(ask, httpx.Request):
        return ask
    ended(flow)
    complain(
        "Yield requests only, as voicenote.request() makes them",
        f"the flow yielded a {type(ask).__name__}",
    )


def shown(request: httpx.Request) -> str:
    """Return *request* in a few words, without its query."""
    return f"{request.method} {request.url.host}{request.url.path}"


def is_marked(request: httpx.Request) -> bool:
    """Return whether *request* is marked with `audible`."""
    return _MARK in request.extensions


def audible_step(requests: Sequence[httpx.Request]) -> int:
    """Return which of *requests* makes the note heard: as marked, else as it seems."""
    marked = [step for step, one in enumerate(requests) if is_marked(one)]
    lonely = [step for step, one in enumerate(requests) if not may_repeat(one)]
    return (marked or lonely or [len(requests) - 1])[-1]


@attrs.frozen
class Conversation:
    """
    A flow that can be had again and again.

    Attributes:
        start: Begins it.

        replies: The vendor's answers on the way to a result.
    """

    start: Callable[[], Flow[Any]]
    replies: tuple[Reply, ...]

    def flow(self) -> Flow[Any]:
        """Return a new flow."""
        flow = self.start()
        if not isinstance(flow, Generator):
            complain(
                "Write it as a generator: a plain function with yield in it",
                f"instead of a generator it gave a {type(flow).__name__}",
            )
        return flow

    def trial(self) -> Trial:
        """Return what comes of the vendor's own answers, which is a result."""
        trial = tried(self.flow(), self.replies)
        if trial.error is not None or trial.is_open:
            complain(
                "Give happy_path the vendor's answer to each request, in order",
                f"after {len(self.replies)} of them, {trial.outcome}",
            )
        if len(trial.requests) < len(self.replies):
            complain(
                "Take out of happy_path what is never asked for",
                f"it has {len(self.replies)} answers, and the flow asked for "
                f"{len(trial.requests)}",
            )
        return trial

    def with_answer(self, step: int, answer: Reply | Thrown) -> Trial:
        """Return what comes of *answer* to the request number *step*."""
        replies: list[Reply | Thrown] = [*self.replies]
        replies[step] = answer
        return tried(self.flow(), replies)

    def where(self, step: int) -> str:
        """Return which request that is, for a message."""
        requests = self.trial().requests
        return f"request {step + 1} of {len(requests)}, {shown(requests[step])}"

    def steps(self) -> Iterator[tuple[int, httpx.Request]]:
        """Yield each request of the happy path, with its number."""
        return iter(enumerate(self.trial().requests))

    @property
    def audible(self) -> int:
        """Which request makes the note heard."""
        return audible_step(self.trial().requests)


def check_is_ours(
    trial: Trial, conversation: Conversation, step: int, answer: str
) -> None:
    """Complain if anything but our own errors came out of *trial*."""
    if trial.error is None or isinstance(trial.error, VoiceNoteError):
        return
    complain(
        "Read answers with read(), check(), body() or structure(), which raise the "
        "right VoiceNoteError by themselves",
        f"{conversation.where(step)}, was answered {answer}, and {trial.outcome}",
    )
