"""
What goes wrong on request: faults around whatever a player answers.

Rule: a fault is a function of a request and of the player; it waits for nothing. What no
answer can express is raised, and the two drivers translate it.
"""

import gzip
import json

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, TypeAlias

import attrs

from httpx import ByteStream, Request, Response


Perform: TypeAlias = Callable[[Request], Response]
"""What the player does: it acts, and returns what it answers."""

Effect: TypeAlias = Callable[[Request, Perform], Response]
"""What happens to a request instead: before the player acts, after, or not at all."""


class Disconnected(Exception):  # noqa: N818
    """A player breaks the connection instead of answering."""


class Silence(Exception):  # noqa: N818
    """A player never answers."""


@attrs.frozen
class Trickle(Exception):  # noqa: N818
    """
    A player's answer comes drop by drop.

    Attributes:
        response: The answer.

        seconds: How long it takes from its first byte to its last.
    """

    response: Response
    seconds: float


@attrs.frozen
class Fault:
    """
    Something that goes wrong with the next requests that match.

    Attributes:
        effect: What happens: one of this module's functions makes it, or your own.

        method: The requests' method, or ``*`` for all.

        path: Their path at the vendor, as a shell's pattern: ``*/voicememo``.

        times: With how many requests it happens, at least 1; `math.inf`
            for all.
    """

    effect: Effect
    method: str = attrs.field(default="*", kw_only=True)
    path: str = attrs.field(default="*", kw_only=True)
    times: float = attrs.field(
        default=1, kw_only=True, validator=attrs.validators.ge(1)
    )

    def is_about(self, request: Request) -> bool:
        """Return whether *request* matches."""
        return fnmatchcase(request.method, self.method) and fnmatchcase(
            request.url.path, self.path
        )


@attrs.define
class Faults:
    """What is to go wrong; where several faults match, the first one happens."""

    _pending: list[Fault] = attrs.field(init=False, factory=list)

    def add(self, *faults: Fault) -> None:
        """Let *faults* happen, after those that were added before."""
        self._pending.extend(faults)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._pending.clear()

    def perform(self, request: Request, perform: Perform) -> Response:
        """
        Return what *perform* answers to *request*, or what a fault makes of it.

        Raises:
            Disconnected, Silence, Trickle: No answer can express it.
        """
        for place, fault in enumerate(self._pending):
            if fault.is_about(request):
                self._spend(place)
                return fault.effect(request, perform)
        return perform(request)

    def _spend(self, place: int) -> None:
        fault = self._pending[place]
        if fault.times > 1:
            self._pending[place] = attrs.evolve(fault, times=fault.times - 1)
        else:
            del self._pending[place]


def instead(outcome: Response | Exception) -> Effect:
    """Return the effect that nothing is done, and *outcome* is all there is."""
    return lambda _, __: _given(outcome)


def afterwards(outcome: Response | Exception) -> Effect:
    """Return the effect that the player acts, and *outcome* is all that is seen."""

    def effect(request: Request, perform: Perform) -> Response:
        perform(request)
        return _given(outcome)

    return effect


def changed(change: Callable[[Response], Response]) -> Effect:
    """Return the effect that the player acts, and *change* is made to its answer."""
    return lambda request, perform: change(perform(request))


def slowly(seconds: float) -> Effect:
    """Return the effect that the player acts, and its answer takes *seconds*."""

    def effect(request: Request, perform: Perform) -> Response:
        raise Trickle(perform(request), seconds)

    return effect


def altered(fields: Mapping[str, Any]) -> Effect:
    """Return the effect that the player gets a JSON body with other *fields*."""

    def effect(request: Request, perform: Perform) -> Response:
        body = {**json.loads(request.content), **fields}
        headers = request.headers.copy()
        del headers["Content-Length"]
        other = Request(request.method, request.url, headers=headers, json=body)
        return perform(other)

    return effect


def truncated(response: Response) -> Response:
    """Return *response* with the first half of its body; its length says nothing."""
    return _with(response, response.content[: len(response.content) // 2])


def inflated(response: Response, size: int = 20_000_000) -> Response:
    """Return *response* with a gzip body, small here, that unpacks to *size* bytes."""
    return _with(response, _zeros(size), {"Content-Encoding": "gzip"})


@cache
def _zeros(size: int) -> bytes:
    return gzip.compress(bytes(size))


def _given(outcome: Response | Exception) -> Response:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _with(
    response: Response, content: bytes, more: Mapping[str, str] | None = None
) -> Response:
    headers = {**response.headers, **(more or {})}
    headers["content-length"] = str(len(content))
    # A stream and not content: httpx would unpack it here already.
    return Response(response.status_code, headers=headers, stream=ByteStream(content))
