"""
The whole vendor: credentials, routing, errors.
"""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from voicenote.sandbox import Message, Posting, Request, Response, World

# Importing these fills the routing table.
from . import _chats, _files, _memos, _subscriptions  # noqa: F401
from ._events import SECRET, events, reply
from ._refusals import Refused, enveloped, refused_by_store
from ._state import API, CDN, NAME, UPLOADS, State, routes


@attrs.define
class LinqPlayer:
    """Linq's Partner API v3, played: https://docs.linqapp.com"""

    name: ClassVar[str] = NAME
    hosts: ClassVar[tuple[str, ...]] = (API, UPLOADS, CDN)
    settings: ClassVar[Mapping[str, str]] = {
        "api_key": "sandbox-key",
        "sender": "+12025550101",
        "base_url": f"https://{API}/api/partner",
        "webhook_secret": SECRET,
    }

    world: World
    state: State = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.state = State(self.world)
        self.world.line(self.settings["sender"], provider=self.name)

    def answer(self, request: Request) -> Response:
        """Return what Linq would answer."""
        if request.url.host != API:
            return self._store(request)
        # On every answer: docs.linqapp.com, the debugging guide
        trace_id = self.world.token(32)
        try:
            response = self._api(request)
        except Refused as error:
            response = enveloped(error, trace_id)
        response.headers["X-Trace-ID"] = trace_id
        return response

    def events(self, message: Message) -> list[Posting]:
        """Return what Linq posts about *message* on its whole course."""
        return events(self.state, message)

    def reply(self, person: str, audio: bytes) -> Posting:
        """Return what Linq posts when *person* sends *audio*."""
        return reply(self.state, person, audio)

    def _api(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.world.api_key}":
            raise Refused(2004)
        found = routes.find(request)
        if found is None:
            raise Refused(2001, f"No {request.method} {request.url.path}")
        return found(self.state)

    def _store(self, request: Request) -> Response:
        found = routes.find(request)
        if found is None:
            return refused_by_store(404, "NoSuchKey", f"No {request.url.path}")
        return found(self.state)
