"""
What can be asked of Sendblue: messages, lines, the account, who has iMessage.
"""

from datetime import datetime
from typing import Any

from voicenote.sandbox import Message, Request, Response, Service, World

from ._state import NAME, Refused, api, invalid, is_ours
from ._words import message_json


@api("GET", "/api/status")
def read_status(world: World, request: Request) -> Response:
    """Return one message, flat: https://docs.sendblue.com/api/resources/messages"""
    handle = request.url.params.get("handle")
    if not handle:
        raise invalid("Missing fields: handle")
    return Response(200, json=message_json(world, _named(world, handle)))


@api("GET", "/api/v2/messages/{handle}")
def read_message(world: World, request: Request, handle: str) -> Response:  # noqa: ARG001
    """Return one message: https://docs.sendblue.com/api-v2/messages"""
    message = message_json(world, _named(world, handle))
    return Response(200, json={"status": "OK", "data": message})


def _named(world: World, handle: str) -> Message:
    for message in world.messages_of(NAME):
        if message.id == handle:
            return message
    raise Refused("Message not found", status=404)


_FILTERS = (
    "number", "from_number", "to_number", "sendblue_number", "group_id", "status",
    "service", "message_type",
)  # fmt: skip

_TIMES = {
    "created_at": "date_sent",
    "sent_at": "date_sent",
    "updated_at": "date_updated",
}

_ORDERS = {"createdAt": "date_sent", "sentAt": "date_sent", "updatedAt": "date_updated"}


@api("GET", "/api/v2/messages")
def list_messages(world: World, request: Request) -> Response:
    """Return messages, filtered: https://docs.sendblue.com/api-v2/messages"""
    query = dict(request.url.params)
    limit, offset = _window(query)
    messages = [message_json(world, one) for one in world.messages_of(NAME)]
    wanted = [one for one in messages if _matches(one, query)]
    wanted.sort(
        key=lambda one: str(one[_ORDERS.get(query.get("order_by", ""), "date_sent")]),
        reverse=query.get("order_direction", "desc") == "desc",
    )
    page, total = wanted[offset : offset + limit], len(wanted)
    return Response(
        200,
        json={
            "status": "OK",
            "data": page,
            "pagination": {
                "limit": limit,
                "offset": offset,
                "total": total,
                "hasMore": offset + limit < total,
            },
        },
    )


def _window(query: dict[str, str]) -> tuple[int, int]:
    try:
        limit, offset = int(query.get("limit", 100)), int(query.get("offset", 0))
    except ValueError as error:
        raise invalid("limit and offset must be numbers") from error
    if not 1 <= limit <= 100 or offset < 0:  # noqa: PLR2004
        raise invalid("limit must be between 1 and 100, offset at least 0")
    return limit, offset


def _matches(message: dict[str, Any], query: dict[str, str]) -> bool:
    if query.get("is_outbound", "true") != "true":
        return False  # nothing comes in yet
    same = all(
        query[name] in message[name]
        if isinstance(message[name], list)
        else query[name] == message[name]
        for name in _FILTERS
        if name in query
    )
    return same and all(
        _is_within(message[field], query.get(f"{name}_gte"), query.get(f"{name}_lte"))
        for name, field in _TIMES.items()
    )


def _is_within(text: str, first: str | None, last: str | None) -> bool:
    try:
        moment = datetime.fromisoformat(text)
        return (first is None or datetime.fromisoformat(first) <= moment) and (
            last is None or moment <= datetime.fromisoformat(last)
        )
    except (ValueError, TypeError) as error:
        raise invalid("times must be ISO 8601, with an offset") from error


@api("GET", "/api/lines")
def list_lines(world: World, request: Request) -> Response:  # noqa: ARG001
    """Return the account's numbers."""
    numbers = [number for number in world.lines if is_ours(world, number)]
    return Response(200, json={"numbers": numbers})


@api("GET", "/account")
def read_account(world: World, request: Request) -> Response:  # noqa: ARG001
    """Return whose keys these are."""
    return Response(200, json={"accountEmail": "sandbox@example.com"})


@api("GET", "/api/evaluate-service")
def evaluate(world: World, request: Request) -> Response:
    """Return whether somebody has iMessage: https://docs.sendblue.com/guides/check-imessage-support"""
    number = request.url.params.get("number")
    if not number:
        raise invalid("Missing fields: number")
    has_it = world.someone(number).service is Service.IMESSAGE
    return Response(
        200, json={"number": number, "service": "iMessage" if has_it else "SMS"}
    )
