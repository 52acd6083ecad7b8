"""
The two drivers, over real HTTP on loopback.
"""

import asyncio
import gzip
import threading
import time

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import anyio
import httpx
import pytest

import voicenote

from voicenote._drivers import arun, run
from voicenote._exchange import MAX_BYTES, SECONDS
from voicenote._flows import pause, work


class Handler(BaseHTTPRequestHandler):
    """Answers as its path says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = {"/big": b"x" * 5000, "/bomb": gzip.compress(bytes(5_000_000))}.get(
            self.path, b"hello"
        )
        self.send_response(200)
        if self.path == "/bomb":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.path != "/trickle":
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
            self.server.gone.wait(0.2)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def origin():
    """A server of the standard library's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.gone = threading.Event()
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}
    )
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.gone.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["blocking", "asyncio", "trio"])
def drive(request):
    """Drive a plan: blocking, on asyncio, and on trio."""

    def blocking(plan):
        with httpx.Client() as client:
            return run(plan, client)

    def awaiting(plan):
        async def main():
            async with httpx.AsyncClient() as client:
                return await arun(plan, client)

        return anyio.run(main, backend=request.param)

    return blocking if request.param == "blocking" else awaiting


def _fetching(url, **extensions):
    asked = voicenote.request("GET", url)
    asked.extensions = extensions
    response = yield asked
    return response


def test_a_request_is_answered(drive, origin):
    """A plan gets the whole response, read."""
    assert "hello" == drive(_fetching(origin)).text


def test_work_and_pauses_are_done(drive):
    """A plan may compute and wait."""

    def plan():
        yield from pause(0.0)
        return (yield from work(lambda: threading.current_thread().name))

    assert drive(plan())


def test_async_work_leaves_the_event_loop_alone():
    """Encoding runs in another thread."""

    def plan():
        return (yield from work(threading.get_ident))

    async def main():
        async with httpx.AsyncClient() as client:
            return await arun(plan(), client)

    assert threading.get_ident() != anyio.run(main)


def test_an_error_is_raised_inside_the_plan(drive):
    """A plan may catch what goes wrong with its request."""

    def plan():
        try:
            yield voicenote.request("GET", "http://127.0.0.1:1/")
        except httpx.ConnectError:
            return "caught"

    assert "caught" == drive(plan())


def test_a_body_over_the_limit_is_cut_off(drive, origin):
    """Nobody's answer fills our memory."""
    with pytest.raises(httpx.DecodingError, match="more than 4000 bytes"):
        drive(_fetching(f"{origin}/big", **{MAX_BYTES: 4000}))


def test_a_compressed_bomb_is_cut_off(drive, origin):
    """The limit counts decoded bytes."""
    with pytest.raises(httpx.DecodingError, match="more than"):
        drive(_fetching(f"{origin}/bomb", **{MAX_BYTES: 1_000_000}))


def test_an_answer_that_trickles_ends_in_time(drive, origin):
    """Seconds bound the whole exchange, not only each read."""
    began = time.monotonic()

    with pytest.raises(httpx.ReadTimeout):
        drive(_fetching(f"{origin}/trickle", **{SECONDS: 0.3}))

    assert time.monotonic() - began < 0.9


def test_a_cancelled_send_closes_its_flow():
    """Cancelling reaches the flow as its end."""
    closed = []

    def plan():
        try:
            yield from pause(60.0)
        finally:
            closed.append(True)

    async def main():
        async with httpx.AsyncClient() as client:
            with anyio.move_on_after(0.01):
                await arun(plan(), client)

    anyio.run(main)

    assert [True] == closed


def test_a_cancelled_send_stops_its_encoder(tmp_path):
    """The thread that encodes ends at its next step, and nobody waits for it."""
    ended = threading.Event()

    def plan():
        stop = threading.Event()

        def encode():
            while not stop.wait(0.001):
                pass
            ended.set()

        try:
            yield from work(encode)
        finally:
            stop.set()

    async def main():
        async with httpx.AsyncClient() as client:
            with anyio.move_on_after(0.01):
                await arun(plan(), client)

    asyncio.run(main())

    assert ended.wait(5.0)
