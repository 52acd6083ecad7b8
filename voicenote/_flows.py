"""
What a generator may ask of the outside world.

Rule 1: nothing here, and nothing that yields these, performs I/O.
Rule 2: a provider only ever yields a `Request`; the other asks are the core's.
"""

from collections.abc import Callable, Generator
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from httpx import Request, Response


T = TypeVar("T")


@attrs.frozen
class Pause:
    """Come back after *seconds*."""

    seconds: float


@attrs.frozen
class Work(Generic[T]):
    """Call *function*, which blocks on the processor or the disk, off the event loop."""

    function: Callable[[], T]


Ask: TypeAlias = Request | Pause | Work[Any]

Flow: TypeAlias = Generator[Request, Response, T]
"""What a provider writes: requests out, responses in, a `T` at the end."""

Plan: TypeAlias = Generator[Ask, Any, T]
"""What the core writes: a flow that may also pause and work."""

Answer: TypeAlias = Callable[[Ask], Plan[Any]]
"""How an ask is answered."""


def put(ask: Ask) -> Plan[Any]:
    """Ask for *ask*."""
    return (yield ask)


def pause(seconds: float) -> Plan[None]:
    """Ask for *seconds* to pass."""
    yield Pause(seconds)


def work(function: Callable[[], T]) -> Plan[T]:
    """Ask for what *function* returns."""
    done: T = yield Work(function)
    return done


def answering(plan: Plan[T], answer: Answer) -> Plan[T]:
    """
    Return *plan* with each of its asks answered by the plan that *answer* makes of it.

    What *answer* raises is raised inside *plan*, at its `yield`.
    """
    try:
        ask = next(plan)
        while True:
            try:
                reply = yield from answer(ask)
            except Exception as error:  # noqa: BLE001
                ask = plan.throw(error)
            else:
                ask = plan.send(reply)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        plan.close()
