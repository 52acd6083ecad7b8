"""
What Linq remembers beside the world, and how it reads a request.
"""

import json

from collections import Counter
from typing import Any

import attrs

from voicenote.sandbox import Request, Response, Routes, World

from ._refusals import Refused


NAME = "linq"

# https://docs.linqapp.com: the API's host; the upload host is whatever the API names
API = "api.linqapp.com"
UPLOADS = "uploads.linqapp.com"
CDN = "cdn.linqapp.com"
V3 = "/api/partner/v3"

routes = Routes()


@attrs.define
class Attachment:
    """
    A place for a file, reserved.

    Attributes:
        id: A UUID.

        filename, content_type, size: As declared; bytes.

        signature: What makes the upload URL valid.

        created_at: Seconds since the epoch.
    """

    id: str
    filename: str
    content_type: str
    size: int
    signature: str
    created_at: float

    @property
    def url(self) -> str:
        """Where it can be downloaded from, canonical."""
        return f"https://{CDN}/attachments/partners/sandbox/{self.id}/{self.filename}"


@attrs.frozen
class Subscribed:
    """
    Somebody who wants webhooks.

    Attributes:
        id: A UUID.

        url: Where to.

        events: Which.

        secret: What they are signed with.

        created_at: Seconds since the epoch.
    """

    id: str
    url: str
    events: tuple[str, ...]
    secret: str = attrs.field(repr=False)
    created_at: float


@attrs.define
class State:
    """
    An account.

    Attributes:
        world: The sandbox.

        attachments: By id.

        replies: What was answered to an idempotency key.

        subscriptions: By id.

        tries: How often something that gets ready at the third try was tried.
    """

    world: World
    attachments: dict[str, Attachment] = attrs.field(init=False, factory=dict)
    replies: dict[str, dict[str, Any]] = attrs.field(init=False, factory=dict)
    subscriptions: dict[str, Subscribed] = attrs.field(init=False, factory=dict)
    tries: "Counter[str]" = attrs.field(init=False, factory=Counter)

    def is_ready(self, name: str) -> bool:
        """Return whether this is the third time that *name* is asked for, or the sixth."""
        self.tries[name] = (self.tries[name] + 1) % 3
        return self.tries[name] == 0


def body_of(request: Request) -> dict[str, Any]:
    """
    Return a request's JSON object.

    Raises:
        Refused: It is none (1003).
    """
    try:
        body = json.loads(request.content)
    except (ValueError, RecursionError) as error:
        raise Refused(1003) from error
    if not isinstance(body, dict):
        raise Refused(1003)
    return body


def page(
    request: Request, items: list[dict[str, Any]], *, name: str, default: int
) -> Response:
    """
    Return one page of *items*: https://docs.linqapp.com/api (limit 1-100, cursor).

    Raises:
        Refused: ``limit`` or ``cursor`` is not valid (1005).
    """
    query = request.url.params
    try:
        limit, start = int(query.get("limit", default)), int(query.get("cursor") or 0)
    except ValueError as error:
        raise Refused(1005, "limit and cursor must be valid") from error
    if not 1 <= limit <= 100:  # noqa: PLR2004
        raise Refused(1005, "limit must be between 1 and 100")
    end = start + limit
    following = str(end) if end < len(items) else None
    return Response(200, json={name: items[start:end], "next_cursor": following})
