"""
A loopback server that hands every POST over.

Rule: only _listen.py imports this, because Starlette and uvicorn are an extra.
"""

import socket

from collections.abc import Callable

import uvicorn

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .._errors import ConfigError
from .._webhooks import Headers


LOOPBACK = "127.0.0.1"

# A webhook has a few kilobytes.
_MAX_BYTES = 1_000_000

Hear = Callable[[Headers, bytes, str], int]


class Hook:
    """
    A loopback server, which takes webhooks at any path.

    Args:
        hear: Called with headers, body and URL of each; returns the HTTP status.

        port: Where to listen; 0 for any free port.

    Raises:
        ConfigError: The port is taken.
    """

    def __init__(self, hear: Hear, port: int) -> None:
        self._listener = _listener(port)
        self.url = f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(hear),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
            )
        )

    def serve(self) -> None:
        """Serve until Ctrl-C, which is raised again."""
        with self._listener:
            self._server.run([self._listener])


def application(hear: Hear) -> Starlette:
    """Return the ASGI application that hands every POST to *hear*."""

    async def receive(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BYTES:
                return Response(status_code=413)
        url, headers = str(request.url), request.headers
        return Response(
            status_code=await run_in_threadpool(hear, headers, bytes(body), url)
        )

    return Starlette(routes=[Route("/{path:path}", receive, methods=["POST"])])


def _listener(port: int) -> socket.socket:
    # Bound here and not by the server, so that its address can be told before.
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise ConfigError(
            f"port {port} of {LOOPBACK} is not free; choose another"
        ) from error
