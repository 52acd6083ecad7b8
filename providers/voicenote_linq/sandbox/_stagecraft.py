"""
What goes wrong at Linq, for people to whom something goes wrong.
"""

import json

from collections.abc import Callable
from typing import Any

from voicenote.sandbox import Chat, Disconnected, Response, Silence, Trouble

from ._refusals import Refused
from ._state import State


_REFUSALS: dict[Trouble | None, Callable[[], Refused]] = {
    Trouble.MUST_WRITE_FIRST: lambda: Refused(2008),
    Trouble.LINE_FORBIDDEN: lambda: Refused(2006),
    Trouble.LINE_PAUSED: lambda: Refused(2027),
    Trouble.LIMITED: lambda: Refused(1007, retry_after=45),
    Trouble.LIMITED_FOR_LONG: lambda: Refused(1007, retry_after=600),
    Trouble.UNAVAILABLE: lambda: Refused(4004),
    Trouble.DECLINES: lambda: Refused(1003, "Not processable", status=422),
    Trouble.LOSES: lambda: Refused(3006),
}


def admit(state: State, chat: Chat, *, override_optout: bool = False) -> None:
    """
    Let a message into *chat*, or not.

    Raises:
        Refused: For a reason that lies with the people in it.
    """
    people = [state.world.someone(member) for member in chat.members]
    if any(person.blocked for person in people):
        raise Refused(2026)
    # Groups are exempt: https://docs.linqapp.com/error/codes/2xxx/2024/
    if people[0].opted_out and not chat.is_group and not override_optout:
        raise Refused(2024)
    trouble = state.world.trouble(chat.members)
    if refusal := _REFUSALS.get(trouble):
        raise refusal()
    if trouble is Trouble.CREATING and not state.is_ready(chat.id):
        raise Refused(2009)


def _break(_: dict[str, Any]) -> Response:
    raise Refused(3006)


def _disconnect(_: dict[str, Any]) -> Response:
    raise Disconnected


def _hang(_: dict[str, Any]) -> Response:
    raise Silence


def _garble(_: dict[str, Any]) -> Response:
    return Response(502, html="<html><h1>502 Bad Gateway</h1></html>")


def _unname(body: dict[str, Any]) -> Response:
    unnamed = json.loads(json.dumps(body))
    for noun in unnamed.values():
        noun.pop("id", None)
        noun.get("message", {}).pop("id", None)
    return Response(202, json=unnamed)


_ENDINGS: dict[Trouble, Callable[[dict[str, Any]], Response]] = {
    Trouble.BREAKS: _break,
    Trouble.DISCONNECTS: _disconnect,
    Trouble.HANGS: _hang,
    Trouble.GARBLES: _garble,
    Trouble.NAMELESS: _unname,
}


def ending(state: State, chat: Chat, status: int, body: dict[str, Any]) -> Response:
    """
    Return the answer to a message that was accepted, or what becomes of it.

    Raises:
        Refused, Disconnected, Silence: The message is accepted all the same.
    """
    trouble = state.world.trouble(chat.members)
    if trouble in _ENDINGS:
        return _ENDINGS[trouble](body)
    return Response(status, json=body)
