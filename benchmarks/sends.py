"""
What a send of a URL note costs: against a bare httpx post, and the official SDKs.

Run as ``python benchmarks/sends.py``. Exits with 1 if a limit is missed. Processor time
of this process alone: the vendor answers from another one. Medians of rounds in which
everybody takes turns, because a shared machine's clock says little; in parentheses the
quartiles of the rounds' ratios. Ours is without pacing, by which it would wait for its turn,
and otherwise as it comes: every send is written down before it leaves.
"""

import json
import multiprocessing
import sys
import time

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from socketserver import StreamRequestHandler, ThreadingTCPServer

import httpx
import linq
import sendblue_api

from _table import Row, compared, show

import voicenote

from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


ROUNDS, SENDS = 60, 40

CHAT = "94c6bf33-31d9-40e3-a0e9-f94250ecedb9"
LINE, ANN = "+12025550101", "+12025550123"
AUDIO = "https://cdn.example.com/notes/memo.caf"

# As documented: https://docs.linqapp.com/guides/messaging/voice-memos
MEMO = {
    "voice_memo": {
        "id": "69a37c7d-af4f-4b5e-af42-e28e98ce873a",
        "from": LINE,
        "to": [ANN],
        "status": "queued",
        "service": "iMessage",
        "voice_memo": {
            "id": "550e8400-e29b-41d4-a716-446655440000",
            "url": "https://cdn.linqapp.com/voice-memos/memo.caf",
            "filename": "memo.caf",
            "mime_type": "audio/x-caf",
            "size_bytes": 52428,
            "duration_ms": 15000,
        },
        "created_at": "2026-01-02T03:04:05.678Z",
        "chat": {
            "id": CHAT,
            "handles": [],
            "is_group": False,
            "is_active": True,
            "service": "iMessage",
        },
    }
}

# As documented: https://docs.sendblue.com/getting-started/sending-messages
MESSAGE = {
    "accountEmail": "ops@example.com",
    "content": "",
    "is_outbound": True,
    "status": "QUEUED",
    "error_code": None,
    "error_message": None,
    "error_reason": None,
    "message_handle": "0f3c9d52-7a41-4b6e-9c1d-2e8f5a6b7c80",
    "date_sent": "2026-01-02T03:04:05.678Z",
    "date_updated": "2026-01-02T03:04:05.900Z",
    "from_number": LINE,
    "number": ANN,
    "to_number": ANN,
    "was_downgraded": None,
    "plan": "dedicated",
    "service": "iMessage",
    "media_url": AUDIO,
    "message_type": "message",
    "group_id": "",
    "participants": [],
    "send_style": "",
    "opted_out": False,
    "sendblue_number": LINE,
    "seat_id": None,
    "sender_email": None,
}


class Vendor(StreamRequestHandler):
    """Both vendors, in as few lines as HTTP allows: neither waits nor looks."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        while asked := self.rfile.readline():
            size = 0
            while header := self.rfile.readline().strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    size = int(value)
            self.rfile.read(size)
            self.wfile.write(_answer(MEMO if b"/voicememo" in asked else MESSAGE))


def _answer(body: object) -> bytes:
    content = json.dumps(body).encode()
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b"
    ) % (len(content), content)


def serve(ready: Connection) -> None:
    """Answer until this process is ended, and tell *ready* the port."""
    with ThreadingTCPServer(("127.0.0.1", 0), Vendor) as server:
        ready.send(server.server_address[1])
        server.serve_forever()


@contextmanager
def vendor() -> Iterator[str]:
    """Yield the URL of a vendor in another process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def linq_senders(base: str, stack: ExitStack) -> list[Callable[[], object]]:
    """Return ours, bare httpx, and Linq's SDK; each sends one memo by its URL."""
    provider = Linq(api_key="key", sender=LINE, base_url=base)
    ours = stack.enter_context(voicenote.Client([provider], pacing=False))
    bare = stack.enter_context(httpx.Client())
    sdk = stack.enter_context(linq.LinqAPIV3(api_key="key", base_url=base))
    url, body = f"{base}/v3/chats/{CHAT}/voicememo", {"voice_memo_url": AUDIO}
    headers = {"Authorization": "Bearer key"}
    return [
        lambda: ours.send(voicenote.VoiceNote(AUDIO, chat=CHAT)),
        lambda: bare.post(url, json=body, headers=headers).json(),
        lambda: sdk.chats.send_voicememo(CHAT, voice_memo_url=AUDIO),
    ]


def sendblue_senders(base: str, stack: ExitStack) -> list[Callable[[], object]]:
    """Return ours, bare httpx, and Sendblue's SDK; each sends one direct note."""
    keys = {"api_key": "key", "api_secret": "secret", "base_url": base}
    provider = Sendblue(**keys, sender=LINE)
    ours = stack.enter_context(voicenote.Client([provider], pacing=False))
    bare = stack.enter_context(httpx.Client())
    sdk = stack.enter_context(sendblue_api.SendblueAPI(**keys))
    url = f"{base}/api/send-message"
    body = {"number": ANN, "from_number": LINE, "media_url": AUDIO}
    headers = {"sb-api-key-id": "key", "sb-api-secret-key": "secret"}
    return [
        lambda: ours.send(voicenote.VoiceNote(AUDIO, ANN)),
        lambda: bare.post(url, json=body, headers=headers).json(),
        lambda: sdk.messages.send(**body),
    ]


def measured(senders: list[Callable[[], object]]) -> list[list[float]]:
    """Return for each of *senders* the seconds per send, round by round."""
    for send in senders:
        _seconds(send)  # connections, caches
    seconds: list[list[float]] = [[] for _ in senders]
    for number in range(ROUNDS):
        for turn in range(len(senders)):
            one = (number + turn) % len(senders)
            seconds[one].append(_seconds(senders[one]))
    return seconds


def _seconds(send: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(SENDS):
        send()
    return (time.process_time() - start) / SENDS


def rows(name: str, senders: list[Callable[[], object]]) -> Iterator[Row]:
    """Yield the comparisons of the first of *senders* with the two others."""
    ours, bare, sdk = measured(senders)
    yield compared(
        f"{name} by URL, against bare httpx",
        ours,
        bare,
        limit="<= 1.3",
        most=1.3,
        shown=_microseconds,
    )
    yield compared(
        f"{name} by URL, against its SDK",
        ours,
        sdk,
        limit="< 1",
        most=0.999,
        shown=_microseconds,
    )


def _microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} us"


def main() -> int:
    """Print the table, and return 1 if a limit is missed."""
    with vendor() as base, ExitStack() as stack:
        return show(
            [
                *rows("Linq", linq_senders(base, stack)),
                *rows("Sendblue", sendblue_senders(base, stack)),
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
