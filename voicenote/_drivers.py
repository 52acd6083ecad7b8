"""
The only code that is written twice: answer what a plan asks for.

Rule: if a line would be the same in both functions, it belongs in a plan.
"""

import time

from math import inf
from typing import Any

import anyio
import anyio.to_thread
import httpx

from ._exchange import SECONDS, Bounds, decoded, late, timed
from ._flows import Ask, Pause, Plan, T
from ._underway import Underway


# Seconds by which what waits may be late to say, by its own timeout, what it waited for.
_GRACE = 0.05


def run(plan: Plan[T], client: httpx.Client) -> T:
    """
    Drive *plan* to its end, blocking.

    An error while answering is raised *inside* the plan, at its `yield`. Whatever
    happens, the plan is closed.
    """
    try:
        ask = next(plan)
        while True:
            try:
                answer = _answer(ask, client)
            except Exception as error:  # noqa: BLE001
                ask = plan.throw(error)
            else:
                ask = plan.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        plan.close()


async def arun(plan: Plan[T], client: httpx.AsyncClient) -> T:
    """Do the same, awaiting; on asyncio and on trio."""
    try:
        ask = next(plan)
        while True:
            try:
                answer = await _aanswer(ask, client)
            except Exception as error:  # noqa: BLE001
                ask = plan.throw(error)
            else:
                ask = plan.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        plan.close()


def _answer(ask: Ask, client: httpx.Client) -> Any:
    match ask:
        case httpx.Request():
            return _exchange(ask, client)
        case Pause():
            return time.sleep(ask.seconds)
    return ask.function()


async def _aanswer(ask: Ask, client: httpx.AsyncClient) -> Any:
    match ask:
        case httpx.Request():
            return await _aexchange(ask, client)
        case Pause():
            return await anyio.sleep(ask.seconds)
    # A cancelled send must not wait for the encoder: the plan's end stops it.
    return await anyio.to_thread.run_sync(ask.function, abandon_on_cancel=True)


def _exchange(request: httpx.Request, client: httpx.Client) -> httpx.Response:
    with Underway(timed(request, client.timeout)):
        response = decoded(client.send(request, stream=True))
        bounds = response.stream = Bounds(response)
        try:
            response.read()
        finally:
            response.close()
    bounds.check()
    return response


async def _aexchange(
    request: httpx.Request, client: httpx.AsyncClient
) -> httpx.Response:
    response = None
    with Underway(timed(request, client.timeout)):
        seconds = request.extensions.get(SECONDS, inf) + _GRACE
        scope = anyio.CancelScope(deadline=anyio.current_time() + seconds)
        try:
            with scope:
                response = decoded(await client.send(request, stream=True))
                bounds = response.stream = Bounds(response, stop=scope.cancel)
                await response.aread()
        finally:
            if response is not None:
                await response.aclose()
    if response is None:
        raise late(request)
    bounds.check()
    if scope.cancelled_caught:
        raise late(request)
    return response
