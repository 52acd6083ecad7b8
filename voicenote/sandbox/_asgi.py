"""
The loopback server's ASGI application: HTTP in, a player's answer out.

Rule: only _server.py imports this, because Starlette and uvicorn are an extra.
"""

import asyncio

from collections.abc import AsyncIterator, Iterable
from typing import cast

import attrs
import httpx
import uvicorn

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ._faults import Disconnected, Silence, Trickle
from ._stage import NobodyHere, Stage


VIEWS = "/_sandbox/"


def serve(stage: Stage) -> uvicorn.Server:
    """Return a server of *stage*, which is not running yet."""
    app = Application(stage)
    config = uvicorn.Config(
        app,
        http=app.protocol(),
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
    )
    app.server = uvicorn.Server(config)
    return app.server


@attrs.define(eq=False)
class Application:
    """What uvicorn calls for each request."""

    stage: Stage
    server: uvicorn.Server = attrs.field(init=False)
    _sockets: dict[tuple[str, int], asyncio.Transport] = attrs.field(
        init=False, factory=dict
    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except Disconnected:
            self._sockets[scope["client"]].abort()
            await self._until_gone(request)
        except Silence:
            await self._until_gone(request)
        else:
            await response(scope, receive, send)

    def protocol(self) -> type[H11Protocol]:
        """Return uvicorn's protocol, with a note of which socket is whose."""
        sockets = self._sockets

        class Protocol(H11Protocol):
            # ASGI has no way to break a connection; its socket has.
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client:
                    sockets[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client:
                    sockets.pop(self.client, None)
                super().connection_lost(exc)

        return Protocol

    async def _respond(self, request: Request) -> Response:
        path = request.url.path
        if path.startswith(VIEWS):
            view = self.stage.view(path.removeprefix(VIEWS))
            return JSONResponse(view, 404 if view is None else 200)
        try:
            answer = self.stage.perform(await _canonical(request))
        except NobodyHere as error:
            return JSONResponse({"error": str(error)}, 404)
        except Trickle as trickle:
            return _dripping(trickle)
        response = Response(_raw(answer), answer.status_code)
        response.raw_headers = answer.headers.raw
        return response

    async def _until_gone(self, request: Request) -> None:
        # Looked at again and again: the flag is uvicorn's, and no event.
        while not (  # noqa: ASYNC110
            self.server.should_exit or await request.is_disconnected()
        ):
            await asyncio.sleep(0.02)


def _raw(answer: httpx.Response) -> bytes:
    # Not its content, which is without a content coding.
    return b"".join(cast("Iterable[bytes]", answer.stream))


def _dripping(trickle: Trickle) -> Response:
    """Return an answer whose body comes byte by byte, in as many seconds as it takes."""
    answer, content = trickle.response, _raw(trickle.response)

    async def drops() -> AsyncIterator[bytes]:
        for drop in content:
            await asyncio.sleep(trickle.seconds / len(content))
            yield bytes([drop])

    response = StreamingResponse(drops(), answer.status_code)
    response.raw_headers = answer.headers.raw
    return response


async def _canonical(request: Request) -> httpx.Request:
    """Return *request* as the vendor would get it: the first part of the path is the host."""
    path = request.scope["raw_path"].decode("ascii").lstrip("/")
    query = request.scope["query_string"].decode("ascii")
    host = path.partition("/")[0]
    headers = [
        (name, host.encode() if name == b"host" else value)
        for name, value in request.headers.raw
    ]
    # A stream and not content: httpx would add a Content-Length of its own.
    canonical = httpx.Request(
        request.method,
        f"https://{path}{'?' * bool(query)}{query}",
        headers=headers,
        stream=httpx.ByteStream(await request.body()),
    )
    canonical.read()
    return canonical
