"""
The driver with a socket: players behind a loopback server.

Rule: uvicorn and Starlette are imported when the sandbox is served, not before.
"""

import socket
import threading

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx

from .._errors import ConfigError
from ._faults import Faults
from ._messages import Heard
from ._player import Player
from ._postings import Posting
from ._stage import Stage
from ._world import World


if TYPE_CHECKING:
    import uvicorn


LOOPBACK = "127.0.0.1"


class Sandbox:
    """
    A loopback server that plays vendors, for as long as the ``with`` block lasts.

    Every vendor's host is a path prefix:
    ``http://127.0.0.1:PORT/api.acme.example/v1/notes``.

    Args:
        world: Where the players live; a new one by default.

        players: Their classes; those of all installed plugins by default.

        port: Where to listen; 0 for any free port.

        canonical: Whether URLs in answers keep the vendors' own hosts. A client
            then needs a transport that redirects them to `url`.

    Raises:
        ConfigError: Starlette or uvicorn is not installed, or the port is taken.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        players: Iterable[type[Player]] | None = None,
        port: int = 0,
        canonical: bool = False,
    ) -> None:
        self.stage = Stage.of(world, players)
        self.url = ""
        self._port = port
        self._canonical = canonical

    @property
    def world(self) -> World:
        """What exists in this sandbox."""
        return self.stage.world

    @property
    def heard(self) -> list[Heard]:
        """What lands on people's phones; see `World.heard`."""
        return self.world.heard

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

    def refusing(self, name: str) -> dict[str, str]:
        """
        Return the same, but with URLs that lead to a port that refuses connections.

        Raises:
            ConfigError: There is no such player.
        """
        closed = f"http://{LOOPBACK}:{self._closed.getsockname()[1]}"
        return {
            key: value.replace(self.url, closed)
            for key, value in self.settings(name).items()
        }

    def events(self, name: str) -> list[Posting]:
        """
        Return every webhook about what *name* has accepted, the first event first.

        Raises:
            ConfigError: There is no such player, or its vendor posts nothing.
        """
        return self.stage.events(name)

    def reply(self, name: str, person: str, audio: bytes) -> Posting:
        """
        Return the webhook that tells of *audio*, sent by *person* to *name*'s line.

        Raises:
            ConfigError: There is no such player, or its vendor posts nothing.
        """
        return self.stage.reply(name, person, audio)

    def post(self, name: str, *, times: int = 1, backwards: bool = False) -> list[int]:
        """
        Post every webhook about what *name* has accepted to where it was asked for.

        Args:
            times: How often each, since vendors promise "at least once".

            backwards: Whether the last event goes first; no vendor promises an order.

        Returns:
            The HTTP statuses of the answers, in the order of the posts.

        Raises:
            httpx.HTTPError: Nobody answers there.
        """
        postings = [one for one in self.events(name) if one.url]
        ordered = postings[::-1] if backwards else postings
        with httpx.Client() as client:
            return [
                client.post(
                    one.url, content=one.body, headers=dict(one.headers)
                ).status_code
                for one in ordered
                for _ in range(times)
            ]

    def start(self) -> Self:
        """Begin to serve, in a thread of its own."""
        self._server = _server(self.stage)
        self._listener = _listener(self._port)
        self._closed = _bound(0)  # it does not listen, and nobody else can
        self.url = f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"
        self.world.base = "" if self._canonical else self.url
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, name="voicenote-sandbox", daemon=True
        )
        self._thread.start()
        return self

    def _serve(self) -> None:
        try:
            self._server.run([self._listener])
        finally:
            self._ended.set()

    def stop(self) -> None:
        """End serving; connections that are still open are closed."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()  # which uvicorn leaves open if it is stopped at once
        self._closed.close()
        self.world.base = ""

    def wait(self) -> None:
        """Block until the server has ended."""
        # Not Thread.join: where Ctrl-C interrupts it, Python 3.11 takes the thread for
        # ended. https://github.com/python/cpython/issues/90882
        self._ended.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _listener(port: int) -> socket.socket:
    # Bound here and not by the server, so that nobody has to wait for the address.
    listener = _bound(port)
    listener.listen(128)
    return listener


def _bound(port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only where it is; without
    # it every answer waits 40 ms for an acknowledgement.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError as error:
        bound.close()
        raise ConfigError(
            f"port {port} of {LOOPBACK} is not free; choose another"
        ) from error
    return bound


def _server(stage: Stage) -> "uvicorn.Server":
    try:
        from ._asgi import serve  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise ConfigError(
            "the sandbox needs Starlette and uvicorn: pip install 'voicenote[sandbox]'"
        ) from error
    return serve(stage)
