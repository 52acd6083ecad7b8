"""
Which of a player's functions answers which request.
"""

import re

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import attrs

from httpx import Request, Response


S = TypeVar("S")
P = ParamSpec("P")

Answer = Callable[Concatenate[S, Request, P], Response]


@attrs.frozen
class Routes:
    """
    A table of what a player answers.

    Use an instance as a decorator: ``@routes("GET", "api.acme.example",
    "/notes/{note_id}")``. The function is called with the player's state, the
    request, and the parts of the path that are in braces, as keywords.
    """

    _table: list[tuple[str, str, "re.Pattern[str]", Callable[..., Response]]] = (
        attrs.field(init=False, factory=list)
    )

    def __call__(
        self, method: str, host: str, path: str
    ) -> Callable[[Answer[S, P]], Answer[S, P]]:
        """Return a decorator that enters a function in the table."""
        names = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
        pattern = re.compile(names)

        def entered(answer: Answer[S, P]) -> Answer[S, P]:
            self._table.append((method, host, pattern, answer))
            return answer

        return entered

    def find(self, request: Request) -> Callable[[object], Response] | None:
        """Return what answers *request*, given the player's state; None if nothing."""
        for method, host, pattern, answer in self._table:
            found = pattern.fullmatch(request.url.path)
            if (method, host) == (request.method, request.url.host) and found:
                parts = found.groupdict()
                return lambda state: answer(state, request, **parts)
        return None
