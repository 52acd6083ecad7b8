"""
Sendblue's webhooks: https://docs.sendblue.com/getting-started/webhooks
"""

import json

from typing import Any

from voicenote.sandbox import Message, Posting, World, listen

from ._state import BUCKET, HEADER, NAME, SECRET, STORE, webhooks
from ._words import iso, message_json


_TYPE = {"content-type": "application/json"}


def events(world: World, message: Message) -> list[Posting]:
    """Return what Sendblue posts about *message*: to the account, and to its callback."""
    told = [
        message_json(world, message, message.accepted_at + after)
        for after, _ in message.course
    ]
    return [posting for body in told for posting in _posted(world, message, body)]


def _posted(world: World, message: Message, body: dict[str, Any]) -> list[Posting]:
    postings = _to_account(world, "outbound", body)
    if message.callback_url:  # which is not signed
        postings.append(Posting(_TYPE, _packed(body), message.callback_url))
    return postings


def _to_account(world: World, event: str, body: dict[str, Any]) -> list[Posting]:
    asked = [_entry(one) for one in webhooks(world).get(event) or []]
    return [
        Posting({**_TYPE, HEADER: secret}, _packed(body), url)
        for url, secret in asked or [("", SECRET)]
    ]


def _entry(one: Any) -> tuple[str, str]:
    if isinstance(one, str):
        return one, SECRET
    return str(one.get("url")), str(one.get("secret") or SECRET)


def reply(world: World, person: str, audio: bytes) -> Posting:
    """Return what Sendblue posts when *person* sends *audio*; Sendblue keeps the file."""
    line = next(one for one in world.lines.values() if one.provider == NAME)
    found = listen(audio).format
    suffix = found.suffix if found else ".caf"
    url = f"https://{STORE}/{BUCKET}/{world.token(12)}_AudioMessage{suffix}"
    world.objects[url] = audio
    body = {
        "accountEmail": "sandbox@example.com",
        "content": "",
        "is_outbound": False,
        "status": "RECEIVED",
        "error_code": None,
        "error_message": None,
        "error_reason": None,
        "error_detail": None,
        "message_handle": world.uuid(),
        "date_sent": iso(world.now()),
        "date_updated": iso(world.now()),
        "from_number": person,
        "number": person,
        "to_number": line.number,
        "sendblue_number": line.number,
        "was_downgraded": None,
        "plan": "dedicated",
        "media_url": world.address(url),
        "message_type": "message",
        "group_id": "",
        "participants": [],
        "send_style": "",
        "opted_out": False,
        "service": world.someone(person).service,
        "group_display_name": "",
    }
    return _to_account(world, "receive", body)[0]


def _packed(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()
