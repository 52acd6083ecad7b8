"""
What a webhook costs: verify and parse one of Linq's, against the official SDK's unwrap.

Run as ``python benchmarks/webhooks.py``. Exits with 1 if a limit is missed. Processor
time; medians of rounds in which both take turns, because a shared machine's clock says
little; in parentheses the quartiles of the rounds' ratios.
"""

import hmac
import json
import sys
import time

from base64 import b64encode
from collections.abc import Callable
from functools import partial

import linq

from _table import Row, compared, show

import voicenote

from voicenote import Webhook
from voicenote_linq import Linq


ROUNDS, WEBHOOKS = 60, 200

KEY = b"01234567890123456789012345678901"
SECRET = "whsec_" + b64encode(KEY).decode()
LINE, ANN = "+12025550101", "+12025550123"


def _handle(address: str, *, is_me: bool) -> dict[str, object]:
    return {
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "handle": address,
        "is_me": is_me,
        "service": "iMessage",
        "status": "active",
        "joined_at": "2026-01-02T03:04:05.678Z",
        "left_at": None,
    }


# As documented: https://docs.linqapp.com/guides/webhooks, version 2026-02-03
def _event(kind: str) -> bytes:
    is_ours = kind != "message.received"
    event = {
        "api_version": "v3",
        "webhook_version": "2026-02-03",
        "event_type": kind,
        "event_id": "e4e4e4e4-0000-4000-8000-000000000004",
        "created_at": "2026-03-01T12:00:00.123456789Z",
        "trace_id": "0123456789abcdef0123456789abcdef",
        "partner_id": "p-1",
        "data": {
            "id": "a1a1a1a1-0000-4000-8000-000000000001",
            "direction": "outbound" if is_ours else "inbound",
            "service": "iMessage",
            "chat": {
                "id": "c2c2c2c2-0000-4000-8000-000000000002",
                "is_group": False,
                "owner_handle": _handle(LINE, is_me=True),
                "health_status": {
                    "status": "HEALTHY",
                    "doc_url": "https://docs.linqapp.com/guides/chats/chat-health",
                    "updated_at": "2026-01-02T03:04:05.678Z",
                },
            },
            "sender_handle": _handle(LINE if is_ours else ANN, is_me=is_ours),
            "parts": [
                {
                    "type": "media",
                    "id": "f3f3f3f3-0000-4000-8000-000000000003",
                    "filename": "note.m4a",
                    "mime_type": "audio/x-m4a",
                    "size_bytes": 52428,
                    "url": "https://cdn.linqapp.com/note.m4a",
                    "reactions": None,
                }
            ],
            "sent_at": "2026-03-01T11:59:59.500Z",
            "delivered_at": "2026-03-01T12:00:00.100Z" if is_ours else None,
            "read_at": None,
            "effect": None,
            "reply_to": None,
            "idempotency_key": None,
            "preferred_service": None,
        },
    }
    return json.dumps(event).encode()


def _signed(body: bytes) -> dict[str, str]:
    name, at = "e4e4e4e4-0000-4000-8000-000000000004", f"{time.time():.0f}"
    mac = hmac.digest(KEY, f"{name}.{at}.".encode() + body, "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(mac).decode()}",
    }


def _received(provider: Linq, headers: dict[str, str], body: bytes) -> object:
    return provider.receive(Webhook(headers, body, time.time()))


def _cost(receive: Callable[[], object]) -> float:
    """Return the seconds of processor time that one *receive* takes."""
    began = time.process_time()
    for _ in range(WEBHOOKS):
        receive()
    return (time.process_time() - began) / WEBHOOKS


def _row(
    name: str, ours: Callable[[], object], alternative: Callable[[], object]
) -> Row:
    ours(), alternative()  # both have something to build at the first call
    rounds = [(_cost(ours), _cost(alternative)) for _ in range(ROUNDS)]
    own, other = map(list, zip(*rounds, strict=True))
    return compared(
        name,
        own,
        other,
        limit="<= 0.30",
        most=0.3,
        shown=lambda seconds: f"{seconds * 1e6:.0f} us",
    )


def main() -> int:
    """Measure, and show the table."""
    provider = Linq(api_key="k", sender=LINE, webhook_secret=SECRET)
    unwrap = linq.LinqAPIV3(api_key="k", webhook_secret=SECRET).webhooks.unwrap
    rows = []
    with voicenote.Client([provider]) as client:
        for kind in ("message.delivered", "message.received"):
            body = _event(kind)
            headers = _signed(body)
            text = body.decode()
            theirs = partial(unwrap, text, headers=headers)
            pure = partial(_received, provider, headers, body)
            whole = partial(client.receive, "linq", headers, body)
            rows += [
                _row(f"{kind}: provider", pure, theirs),
                _row(f"{kind}: client", whole, theirs),
            ]
    return show(rows)


if __name__ == "__main__":
    sys.exit(main())
