"""
The two drivers, over real HTTP on loopback.
"""

import asyncio
import gzip
import socket
import threading
import time

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import anyio
import httpx
import pytest

import voicenote

from tests.conftest import CAF, Courier
from voicenote._drivers import arun
from voicenote._exchange import MAX_BYTES, SECONDS, TooLargeError
from voicenote._flows import pause, work
from voicenote._underway import ADDRESSES


class Handler(BaseHTTPRequestHandler):
    """Answers as its path says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = {
            "/big": b"x" * 5000,
            "/bomb": gzip.compress(bytes(5_000_000)),
            "/broken": b"no gzip",
        }.get(self.path, b"hello")
        self.send_response(200)
        if self.path in {"/bomb", "/broken"}:
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
        with voicenote.Client([Courier()]) as client:
            return client._run(plan)

    def awaiting(plan):
        async def main():
            async with voicenote.AsyncClient([Courier()]) as client:
                return await client._run(plan)

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


@pytest.fixture(params=["headers", "body", "upload"])
def sluggish(request):
    """A server that trickles headers, stalls in a body, or reads nothing."""
    gone = threading.Event()

    def answer(connection):
        if request.param == "upload":
            gone.wait()
            return
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        if request.param == "body":
            connection.sendall(b"Content-Length: 9\r\n\r\n")
        with suppress(OSError):
            while not gone.wait(0.1 if request.param == "headers" else 0.35):
                connection.sendall(b"x")

    def serve(connection):
        with connection:
            answer(connection)

    def accept():
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

    listener = socket.create_server(("127.0.0.1", 0))
    threads = [threading.Thread(target=accept)]
    threads[0].start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/{request.param}"
    gone.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in threads:
        thread.join()


# httpx leaves its own generators unfinished at an error, which trio minds.
@pytest.mark.filterwarnings("ignore:Async generator 'httpx:ResourceWarning")
def test_whatever_is_slow_ends_in_time(drive, sluggish):
    """Seconds bound headers that trickle, a body that stalls, and what is uploaded."""

    size = 20_000_000 if sluggish.endswith("upload") else 1

    def plan():
        asked = voicenote.request("POST", sluggish, content=bytes(size))
        asked.extensions = {SECONDS: 0.5}
        yield asked

    began = time.monotonic()

    with pytest.raises((httpx.ReadTimeout, httpx.WriteTimeout)):
        drive(plan())

    assert time.monotonic() - began < 0.8


def test_an_end_from_outside_is_no_timeout(origin):
    """Who cancels is not told of an answer that did not come in time."""

    async def main():
        async with voicenote.AsyncClient([Courier()]) as client:
            with anyio.move_on_after(0.1) as scope:
                await client._run(_fetching(f"{origin}/trickle", **{SECONDS: 5.0}))
        return scope.cancelled_caught

    assert anyio.run(main)


# httpx leaves its own generators unfinished at an error, which trio minds.
@pytest.mark.filterwarnings("ignore:Async generator 'httpx:ResourceWarning")
def test_a_broken_body_is_not_a_large_one(drive, origin):
    """An answer that cannot be decoded is told from one that is cut off."""
    with pytest.raises(httpx.DecodingError) as caught:
        drive(_fetching(f"{origin}/broken"))

    assert not isinstance(caught.value, TooLargeError)


def test_a_closed_client_opens_again(drive, origin):
    """Closing ends connections, and not the client."""
    with voicenote.Client([Courier()]) as client:
        client._run(_fetching(origin))

    assert "hello" == client._run(_fetching(origin)).text
    client.close()


def test_a_closed_async_client_opens_again(origin):
    """Closing ends connections, and not the client."""

    async def main():
        client = voicenote.AsyncClient([Courier()])
        for _ in range(2):
            async with client:
                answer = await client._run(_fetching(origin))
        return answer

    assert "hello" == anyio.run(main).text


def test_threads_share_one_pool(origin, monkeypatch):
    """Threads that come first at once make one pool, which is closed."""
    made, init = [], httpx.Client.__init__

    def slow(self, **options):
        made.append(self)
        time.sleep(0.05)
        init(self, **options)

    monkeypatch.setattr(httpx.Client, "__init__", slow)
    with voicenote.Client([Courier()]) as client, ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: client._run(_fetching(origin)), range(4)))

    assert [True] == [pool.is_closed for pool in made]


def test_an_address_that_was_checked_is_connected_to(drive, origin):
    """A name is not asked again what it leads to; the next address is tried."""
    port = origin.rpartition(":")[2]
    url = f"http://audio.invalid:{port}"

    answer = drive(_fetching(url, **{ADDRESSES: ["127.0.0.2.invalid", "127.0.0.1"]}))

    assert f"audio.invalid:{port}" == answer.request.headers["host"]
    assert "hello" == answer.text


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


def test_no_cookie_is_kept():
    """What one answer sets, the next request does not say."""
    asked = []

    def answer(request):
        asked.append(request)
        headers = {"Set-Cookie": "session=1; Path=/"}
        return httpx.Response(200, json={"id": "n1"}, headers=headers)

    with voicenote.Client([Courier()], transport=httpx.MockTransport(answer)) as client:
        for key in "ab":
            client.send(voicenote.VoiceNote(CAF, "+12025550123", key=key))

    assert 4 == len(asked)
    assert not [request for request in asked if "cookie" in request.headers]
