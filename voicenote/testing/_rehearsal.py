"""
Run a flow against prepared answers. No client, no loop, no clock, no mocks.
"""

from collections.abc import Iterable
from typing import Any, Generic

import attrs
import httpx

from .._flows import Flow, T


@attrs.frozen
class Rehearsal(Generic[T]):
    """
    A finished flow.

    Attributes:
        requests: What the flow asked for, in order.

        result: What the flow returned.
    """

    requests: tuple[httpx.Request, ...]
    result: T


def answer(
    status: int = 200,
    json: Any = None,
    *,
    text: str | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Return a response with *json* or *text* in it."""
    if text is not None:
        return httpx.Response(status, text=text, headers=headers)
    return httpx.Response(status, json=json, headers=headers)


def rehearse(
    flow: Flow[T], answers: Iterable[httpx.Response | Exception]
) -> Rehearsal[T]:
    """
    Give *answers* to *flow*, one per request.

    Raises:
        AssertionError: *flow* asked for more, or for less, than there is.
    """
    requests: list[httpx.Request] = []
    pending = iter(answers)
    try:
        request = next(flow)
        while True:
            requests.append(request)
            reply = next(pending, None)
            assert reply is not None, f"one request too many: {request!r}"  # noqa: S101
            if isinstance(reply, Exception):
                request = flow.throw(reply)
            else:
                reply.request = request
                request = flow.send(reply)
    except StopIteration as end:
        unused = list(pending)
        assert not unused, f"unused answers: {unused!r}"  # noqa: S101
        return Rehearsal(tuple(requests), end.value)
    finally:
        flow.close()
