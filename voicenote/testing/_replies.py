"""
What a vendor may answer: as its documentation says, and as it happens on bad days.
"""

import json

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import attrs
import httpx


Answer: TypeAlias = httpx.Response | tuple[int, Any] | Any
"""A response; a status and JSON; or JSON alone, for a 200."""

NEVER_SEEN = "a-word-never-seen"

REFUSALS = (400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 422, 423, 429)
FAULTS = (500, 501, 502, 503, 504)
CODES = (302, *REFUSALS, 408, 418, *FAULTS)

_SHAPES: tuple[Any, ...] = ([], None, "text", 7, True, [[]], [None])
_VALUES: tuple[Any, ...] = (None, 7, [], {}, [None], True, "")


@attrs.frozen
class Reply:
    """
    An answer that can be given any number of times.

    Attributes:
        says: What it is, in an error message.
    """

    status: int
    content: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    says: str = attrs.field()

    @says.default
    def _(self) -> str:
        return f"{self.status}"

    @classmethod
    def of(cls, answer: Answer) -> "Reply":
        """Return *answer* as a reply."""
        if isinstance(answer, Reply):
            return answer
        if not isinstance(answer, httpx.Response):
            status, body = answer if isinstance(answer, tuple) else (200, answer)
            answer = httpx.Response(status, json=body)
        answer.read()
        headers = [
            (name, value)
            for name, value in answer.headers.items()
            # The content is already decoded, and its length is counted anew.
            if name not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return cls(answer.status_code, answer.content, tuple(headers))

    def response(self, request: httpx.Request) -> httpx.Response:
        """Return this as the response to *request*."""
        return httpx.Response(
            self.status, headers=self.headers, content=self.content, request=request
        )

    @property
    def json(self) -> Any:
        """The JSON in it, or None."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None

    def saying(self, body: Any, says: str) -> "Reply":
        """Return this with *body* as its JSON."""
        return attrs.evolve(self, content=json.dumps(body).encode(), says=says)


def refusal(status: int) -> Iterator[Reply]:
    """Yield what a refusal with *status* may look like."""
    yield Reply(status, says=f"{status} without a body")
    yield Reply(status, b'{"error": {"code": 1, "message": "no"}}')
    yield Reply(status, b"<html>no</html>", says=f"{status} with HTML")


def nonsense(reply: Reply) -> Iterator[Reply]:
    """Yield successes that nobody can read."""
    yield Reply(reply.status, b"<html>ok</html>", says="a success with HTML")
    yield Reply(reply.status, says="a success without a body")
    yield Reply(
        reply.status,
        reply.content[: len(reply.content) // 2],
        says="a success with half of its JSON",
    )
    yield Reply(reply.status, b"\xff\xfe\xfd", says="a success with bytes of no text")
    yield Reply(reply.status, b"[" * 100_000, says="a success with endless JSON")


def other_shapes(reply: Reply) -> Iterator[Reply]:
    """Yield successes whose JSON is not what is documented."""
    for body in _SHAPES:
        yield reply.saying(body, f"a success with {json.dumps(body)}")


def without_a_field(reply: Reply) -> Iterator[Reply]:
    """Yield *reply* with a field missing, or of another type, for each field."""
    yield reply.saying({}, "a success with {}")
    for place, path in _places(reply.json):
        for value in _VALUES:
            changed = _with(reply.json, place, value)
            yield reply.saying(changed, f"{json.dumps(value)} at {path}")


def with_a_new_word(reply: Reply) -> Iterator[Reply]:
    """Yield *reply* with a word that the vendor never used, for each text."""
    for place, path in _places(reply.json):
        if isinstance(_at(reply.json, place), str):
            changed = _with(reply.json, place, NEVER_SEEN)
            yield reply.saying(changed, f"{NEVER_SEEN!r} at {path}")


def with_more_fields(reply: Reply) -> Reply:
    """Return *reply* with a field more in each of its objects."""
    return reply.saying(_widened(reply.json), "a field that is new")


def _places(body: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Yield where *body* has a value, and how to call the place."""
    if above:
        yield above, "$" + "".join(f"[{key!r}]" for key in above)
    if isinstance(body, dict):
        for key, value in body.items():
            yield from _places(value, (*above, key))
    if isinstance(body, list):
        for index, value in enumerate(body):
            yield from _places(value, (*above, index))


def _at(body: Any, place: Sequence[Any]) -> Any:
    for key in place:
        body = body[key]
    return body


def _with(body: Any, place: Sequence[Any], value: Any) -> Any:
    if not place:
        return value
    changed = dict(body) if isinstance(body, dict) else list(body)
    changed[place[0]] = _with(body[place[0]], place[1:], value)
    return changed


def _widened(body: Any) -> Any:
    if isinstance(body, dict):
        return {**{key: _widened(value) for key, value in body.items()}, "new": "new"}
    if isinstance(body, list):
        return [_widened(value) for value in body]
    return body
