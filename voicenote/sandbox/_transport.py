"""
The driver without a socket: players behind an httpx transport.
"""

from collections.abc import Iterable

import httpx

from ._faults import Disconnected, Faults, Silence, Trickle
from ._player import Player
from ._stage import NobodyHere, Stage
from ._world import World


class SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """
    An httpx transport, blocking and async, that ends at the players.

    Args:
        world: Where the players live; a new one by default.

        players: Their classes; those of all installed plugins by default.

    Nothing leaves the process: a host that no player has cannot be connected to.
    """

    def __init__(
        self,
        world: World | None = None,
        players: Iterable[type[Player]] | None = None,
    ) -> None:
        self.stage = Stage.of(world, players)

    @property
    def world(self) -> World:
        """What exists in this sandbox."""
        return self.stage.world

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self.stage.faults

    def settings(self, name: str) -> dict[str, str]:
        """
        Return what a client of the provider *name* has to be configured with.

        Raises:
            ConfigError: There is no such player.
        """
        return self.stage.settings(name)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._perform(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self._perform(request)

    def _perform(self, request: httpx.Request) -> httpx.Response:
        try:
            return self.stage.perform(request)
        except NobodyHere as error:
            raise httpx.ConnectError(str(error), request=request) from error
        except Disconnected as error:
            raise httpx.ReadError("connection reset", request=request) from error
        except Silence as error:
            raise httpx.ReadTimeout("no answer", request=request) from error
        except Trickle as error:
            # Nothing waits here: it is late at once.
            raise httpx.ReadTimeout("a slow answer", request=request) from error
