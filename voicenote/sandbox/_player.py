"""
What a player is: a vendor, played without I/O over the sandbox's world.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from httpx import Request, Response

from ._world import World


class Player(Protocol):
    """
    A vendor as its clients see it.

    A player answers a `Request` to one of its hosts with a `Response`. It opens no
    socket and reads no clock but the world's. It is constructed as ``cls(world)``.

    Attributes:
        name: The name of the provider that it plays.

        hosts: The vendor's canonical hosts; the sandbox routes their requests here.

        settings: What a client has to be configured with, by attribute name, for
            example ``{"api_key": "sandbox-key", "sender": "+12025550101"}``; URLs
            are canonical and rewritten by whoever serves the player.
    """

    name: ClassVar[str]
    hosts: ClassVar[Sequence[str]]
    settings: ClassVar[Mapping[str, str]]

    def __init__(self, world: World) -> None: ...

    def answer(self, request: Request) -> Response:
        """Return what the vendor would answer."""
