"""
A recording server: it writes down what it is asked, and answers from a table.
"""

import json
import re
import threading

from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest


LINE, ANN, BOB = "+12025550101", "+12025550123", "+12025550124"
CHAT = "94c6bf33-31d9-40e3-a0e9-f94250ecedb9"
MESSAGE = "69a37c7d-af4f-4b5e-af42-e28e98ce873a"
ATTACHMENT = "550e8400-e29b-41d4-a716-446655440000"
AUDIO = "https://cdn.example.com/notes/memo.caf"

_NOTE = {
    "status": "QUEUED",
    "message_handle": MESSAGE,
    "media_url": AUDIO,
    "error_code": None,
}

# By method and path; "BASE" is the server's own URL.
ANSWERS: dict[str, Any] = {
    r"GET /v3/chats": {
        "chats": [
            {
                "id": CHAT,
                "handles": [{"handle": LINE, "is_me": True}, {"handle": ANN}],
                "is_group": False,
            }
        ],
        "next_cursor": None,
    },
    r"POST /v3/chats": {"chat": {"id": CHAT, "message": {"id": MESSAGE}}},
    r"POST /v3/attachments": {
        "attachment_id": ATTACHMENT,
        "upload_url": "BASE/storage",
        "http_method": "PUT",
        "required_headers": {"Content-Type": "audio/x-caf"},
    },
    r"PUT /storage": {},
    r"POST /v3/chats/[^/]+/voicememo": {"voice_memo": {"id": MESSAGE}},
    r"GET /v3/messages/[^/]+": {"id": MESSAGE, "delivery_status": "sent"},
    r"GET /v3/phone_numbers": {"phone_numbers": [{"phone_number": LINE}]},
    r"POST /api/send-(group-)?message": _NOTE,
    r"GET /api/status": _NOTE,
}


@attrs.frozen
class Asked:
    """
    One request, as it arrived.

    Attributes:
        headers: By their names in lower case; takes no part in comparisons.

        body: JSON's own types, or the bytes of anything else.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    body: Any
    headers: Mapping[str, str] = attrs.field(eq=False, repr=False)

    def named(self, *names: str) -> dict[str, str | None]:
        """Return the headers with these names."""
        return {name: self.headers.get(name) for name in names}


@attrs.define
class Recorder:
    """
    What the server was asked.

    Attributes:
        loses: Whether the connection is closed once a POST has been read, instead
            of an answer.
    """

    url: str = ""
    asked: list[Asked] = attrs.field(factory=list)
    loses: bool = False

    def during(self, work: Callable[[], object]) -> list[Asked]:
        """Return what was asked while *work* was done."""
        before = len(self.asked)
        work()
        return self.asked[before:]

    @property
    def posts(self) -> list[str]:
        """The paths that something was posted to."""
        return [one.path for one in self.asked if one.method == "POST"]

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """Return the status and the body of the answer to *asked*."""
        what = f"{asked.method} {asked.path}"
        for key, body in ANSWERS.items():
            if re.fullmatch(key, what):
                return 200, json.dumps(body).replace("BASE", self.url).encode()
        return 404, b"{}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    recorder: Recorder

    def do_GET(self) -> None:
        asked = self._asked()
        self.recorder.asked.append(asked)
        if self.recorder.loses and asked.method == "POST":
            self.close_connection = True
            return
        status, body = self.recorder.answer(asked)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET  # noqa: N815

    def _asked(self) -> Asked:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body: Any = self.rfile.read(int(headers.get("content-length", "0")))
        if headers.get("content-type") == "application/json":
            body = json.loads(body)
        parts = urlsplit(self.path)
        query = sorted(parse_qsl(parts.query, keep_blank_values=True))
        return Asked(self.command, parts.path, query, body, headers)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """A server that plays both vendors, over real HTTP."""
    recorder = Recorder()
    handler = type("Handler", (_Handler,), {"recorder": recorder})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        recorder.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield recorder
        server.shutdown()
        thread.join()
