"""
The whole vendor: credentials, routing, errors.
"""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from voicenote.sandbox import Message, Posting, Request, Response, World

# Importing these fills the routing table.
from . import _account, _files, _lookups, _sends  # noqa: F401
from ._events import events, reply
from ._state import HOSTS, NAME, SECRET, STORE, Refused, routes


@attrs.define
class SendbluePlayer:
    """Sendblue's API, played: https://docs.sendblue.com"""

    name: ClassVar[str] = NAME
    hosts: ClassVar[tuple[str, ...]] = (*HOSTS, STORE)
    settings: ClassVar[Mapping[str, str]] = {
        "api_key": "sandbox-key",
        "api_secret": "sandbox-secret",
        "sender": "+12025550102",
        "base_url": f"https://{HOSTS[0]}",
        "webhook_secret": SECRET,
    }

    world: World

    def __attrs_post_init__(self) -> None:
        self.world.line(self.settings["sender"], provider=self.name)

    def answer(self, request: Request) -> Response:
        """Return what Sendblue would answer."""
        try:
            return self._answer(request)
        except Refused as error:
            return error.response()

    def events(self, message: Message) -> list[Posting]:
        """Return what Sendblue posts about *message* on its whole course."""
        return events(self.world, message)

    def reply(self, person: str, audio: bytes) -> Posting:
        """Return what Sendblue posts when *person* sends *audio*."""
        return reply(self.world, person, audio)

    def _answer(self, request: Request) -> Response:
        if request.url.host != STORE and not self._is_known(request):
            raise Refused("Invalid Credentials", status=401)
        found = routes.find(request)
        if found is None:
            raise Refused(f"No {request.method} {request.url.path}", status=404)
        return found(self.world)

    def _is_known(self, request: Request) -> bool:
        # https://docs.sendblue.com/security
        keys = ("sb-api-key-id", "sb-api-secret-key")
        given = tuple(request.headers.get(key) for key in keys)
        return given == (self.world.api_key, self.world.api_secret)
