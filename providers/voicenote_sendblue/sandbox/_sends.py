"""
Sendblue's sends: https://docs.sendblue.com/getting-started/sending-messages
"""

import re

from collections.abc import Callable, Sequence
from typing import Any

from voicenote.sandbox import (
    Chat,
    Disconnected,
    Line,
    Media,
    Request,
    Response,
    Silence,
    Trouble,
    World,
)

from ._files import attached
from ._state import NAME, Refused, api, body_of, invalid, is_ours
from ._words import message_json


_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MAX_CONTENT = 18_996  # https://docs.sendblue.com/limits
_MAX_GROUP = 25  # docs.sendblue.com/docs, the groups page of 2025


@api("POST", "/api/send-message")
def send(world: World, request: Request) -> Response:
    """Send to one person."""
    body = body_of(request)
    number = str(body.get("number") or "")
    if not number:
        raise invalid("Missing fields: number")
    _check_number(number)
    line = _line(world, body)
    return _accept(world, _chat(world, line, [number]), body)


@api("POST", "/api/send-group-message")
def send_to_group(world: World, request: Request) -> Response:
    """Send to several people, as one conversation."""
    body = body_of(request)
    line = _line(world, body)
    if body.get("group_id"):
        return _accept(world, _group(world, str(body["group_id"])), body)
    numbers = body.get("numbers")
    if not isinstance(numbers, list):
        raise invalid("Missing fields: numbers or group_id")
    for number in numbers:
        _check_number(str(number))
    others = sorted(set(numbers) - {line.number}, key=numbers.index)
    if not 2 <= len(others) <= _MAX_GROUP:  # noqa: PLR2004
        raise invalid(f"A group has 2 to {_MAX_GROUP} people beside your line")
    return _accept(world, _chat(world, line, others), body)


def _check_number(number: str) -> None:
    if number in {"911", "+1911"}:
        raise Refused("Blacklisted number", error_code=4002)
    if not _E164.fullmatch(number):
        raise invalid(f"{number} is not a valid E.164 number")


def _line(world: World, body: dict[str, Any]) -> Line:
    # Optional with automatic line selection: sendblue 1.33, message_send_params.py
    ours = [number for number in world.lines if is_ours(world, number)]
    number = body.get("from_number") or ours[0]
    if number not in ours:
        raise invalid(f"from_number {number} is not a line of this account")
    return world.lines[number]


def _chat(world: World, line: Line, numbers: Sequence[str]) -> Chat:
    return world.chat(line, numbers) or world.open(line, numbers)


def _group(world: World, group_id: str) -> Chat:
    for chat in world.chats_of(NAME):
        if chat.is_group and group_id == f"sb_group_{chat.id}":
            return chat
    raise invalid("Unknown group_id")


def _accept(world: World, chat: Chat, body: dict[str, Any]) -> Response:
    text, url = str(body.get("content") or ""), str(body.get("media_url") or "")
    if not text and not url:
        raise invalid("Missing fields: content or media_url")
    if len(text) >= _MAX_CONTENT:
        raise invalid(f"content must have fewer than {_MAX_CONTENT} characters")
    _admit(world, chat)
    message = world.accept(
        chat,
        text=text,
        media=_media(world, chat, url) if url else None,
        callback_url=body.get("status_callback"),
    )
    return _ending(world, chat, message_json(world, message))


def _media(world: World, chat: Chat, url: str) -> Media | None:
    if world.trouble(chat.members) is Trouble.DROPS_AUDIO:
        return None
    return attached(world, url, world.service(chat.members))


# https://docs.sendblue.com/getting-started/sending-messages and
# https://docs.sendblue.com/limits; that a line's cap is
# HTTP 400 with 429 in the body: sendblue 1.33, resources/messages
_REFUSALS: dict[Trouble | None, Callable[[], Refused]] = {
    Trouble.MUST_WRITE_FIRST: lambda: Refused(
        "The contact has not replied yet",
        error_code=4000,
        error_key="PRE_REPLY_LIMIT_REACHED",
    ),
    Trouble.LIMITED: lambda: Refused(
        "This line has reached its daily limit",
        error_code=429,
        error_key="LINE_DAILY_LIMIT_REACHED",
    ),
    Trouble.LIMITED_FOR_LONG: lambda: Refused("Too many requests", status=429),
    Trouble.LINE_FORBIDDEN: lambda: Refused("Not allowed from this line", status=403),
    Trouble.LOSES: lambda: Refused("Internal error", status=500, error_code=5000),
}


def _admit(world: World, chat: Chat) -> None:
    people = [world.someone(member) for member in chat.members]
    if any(person.opted_out for person in people):
        raise Refused(
            "The contact has opted out",
            error_code=4000,
            error_key="OPTED_OUT",
            opted_out=True,
        )
    if any(person.blocked for person in people):
        raise Refused("Blacklisted number", error_code=4002)
    trouble = world.trouble(chat.members)
    if refusal := _REFUSALS.get(trouble):
        raise refusal()


def _break(_: dict[str, Any]) -> Response:
    raise Refused("Internal error", status=500, error_code=5000)


def _disconnect(_: dict[str, Any]) -> Response:
    raise Disconnected


def _hang(_: dict[str, Any]) -> Response:
    raise Silence


def _garble(_: dict[str, Any]) -> Response:
    return Response(502, html="<html><h1>502 Bad Gateway</h1></html>")


def _unname(body: dict[str, Any]) -> Response:
    return Response(200, json={**body, "message_handle": None})


_ENDINGS: dict[Trouble, Callable[[dict[str, Any]], Response]] = {
    Trouble.BREAKS: _break,
    Trouble.DISCONNECTS: _disconnect,
    Trouble.HANGS: _hang,
    Trouble.GARBLES: _garble,
    Trouble.NAMELESS: _unname,
}


def _ending(world: World, chat: Chat, body: dict[str, Any]) -> Response:
    trouble = world.trouble(chat.members)
    if trouble in _ENDINGS:
        return _ENDINGS[trouble](body)
    return Response(200, json=body)
