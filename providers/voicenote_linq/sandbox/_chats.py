"""
Linq's conversations and messages: https://docs.linqapp.com/api (Chats, Messages)
"""

import re

from typing import Any

from voicenote.sandbox import (
    Chat,
    Line,
    Media,
    Message,
    Rendering,
    Request,
    Response,
    listen,
)

from ._files import known
from ._refusals import Refused
from ._stagecraft import admit, ending
from ._state import API, NAME, V3, State, body_of, page, routes
from ._words import chat_json, message_json, new_chat_json, sent_json


_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_MAX_RECIPIENTS = 31  # https://docs.linqapp.com/guides/messaging/sending-messages


@routes("GET", API, f"{V3}/phone_numbers")
def list_lines(state: State, request: Request) -> Response:  # noqa: ARG001
    """Return the account's lines."""
    health = "https://docs.linqapp.com/channel/imessage/guides/phone-numbers/phone-reputation"
    lines = [
        {
            "id": state.world.named("line", line.number),
            "phone_number": line.number,
            "line_type": "iMessage",
            "forwarding_number": None,
            "reputation": {"status": "HEALTHY", "doc_url": health},
        }
        for line in state.world.lines.values()
        if line.provider == NAME
    ]
    return Response(200, json={"phone_numbers": lines})


@routes("POST", API, f"{V3}/capability/check_imessage")
def check_imessage(state: State, request: Request) -> Response:
    """Return whether somebody has iMessage; nothing is sent."""
    address = body_of(request).get("address")
    if not isinstance(address, str):
        raise Refused(1001, "address is required")
    service = state.world.planned([address])
    available = service == "iMessage"
    reason = {} if available else {"reason": "not_supported"}
    body = {"address": address, "available": available, "selected_service": service}
    return Response(200, json=body | reason)


@routes("GET", API, f"{V3}/chats")
def list_chats(state: State, request: Request) -> Response:
    """Return conversations, by line and by one participant."""
    sender, to = request.url.params.get("from"), request.url.params.get("to")
    chats = [
        chat_json(state.world, chat)
        for chat in state.world.chats_of(NAME)
        if sender in (None, chat.line.number)
        and (to is None or to.lower() in chat.members + chat.left)
    ]
    return page(request, chats, name="chats", default=20)


def chat_named(state: State, chat_id: str) -> Chat:
    """
    Return a conversation of this account.

    Raises:
        Refused: There is none of this name (2001).
    """
    for chat in state.world.chats_of(NAME):
        if chat.id == chat_id:
            return chat
    raise Refused(2001)


@routes("GET", API, f"{V3}/chats/{{chat_id}}")
def read_chat(state: State, request: Request, chat_id: str) -> Response:  # noqa: ARG001
    """Return one conversation."""
    return Response(200, json=chat_json(state.world, chat_named(state, chat_id)))


@routes("POST", API, f"{V3}/chats")
def create_chat(state: State, request: Request) -> Response:
    """Open a conversation, or reuse it, with a first message that is mandatory."""
    body = body_of(request)
    line, to, content = _envelope(state, body)
    if reply := _repeated(state, content):
        return Response(201, json=reply)
    existing = state.world.chat(line, to)
    text, media = _parts(state, content, is_new=existing is None)
    chat = existing or state.world.open(line, to)
    try:
        admit(state, chat, override_optout=body.get("override_optout") is True)
    except Refused:
        if existing is None:
            state.world.chats.remove(chat)
        raise
    message = state.world.accept(chat, text=text, media=media)
    sent = {"message": sent_json(state.world, message)}
    answer = {"chat": new_chat_json(state.world, chat) | sent}
    return ending(state, chat, 201, _kept(state, content, answer))


def _envelope(
    state: State, body: dict[str, Any]
) -> tuple[Line, list[str], dict[str, Any]]:
    if missing := {"from", "to", "message"} - body.keys():
        raise Refused(1001, f"{', '.join(sorted(missing))} is required")
    sender, to, content = body["from"], body["to"], body["message"]
    if not isinstance(to, list) or not 1 <= len(to) <= _MAX_RECIPIENTS:
        raise Refused(1005, f"to must have 1 to {_MAX_RECIPIENTS} handles")
    if not isinstance(content, dict):
        raise Refused(1003, "message must be an object")
    if not _E164.fullmatch(str(sender)) or not all(map(_is_handle, to)):
        raise Refused(1002)
    line = state.world.lines.get(sender)
    if line is None or line.provider != NAME:
        raise Refused(2006)
    return line, to, content


def _is_handle(text: object) -> bool:
    return bool(_E164.fullmatch(str(text)) or _EMAIL.fullmatch(str(text)))


def _repeated(state: State, content: dict[str, Any]) -> dict[str, Any] | None:
    # https://docs.linqapp.com/guides/messaging/sending-messages (idempotency)
    return state.replies.get(str(content.get("idempotency_key")))


def _kept(
    state: State, content: dict[str, Any], answer: dict[str, Any]
) -> dict[str, Any]:
    if key := content.get("idempotency_key"):
        state.replies[str(key)] = answer
    return answer


def _parts(
    state: State, content: dict[str, Any], *, is_new: bool
) -> tuple[str, Media | None]:
    parts = content.get("parts")
    if not isinstance(parts, list) or not parts:
        raise Refused(1005, "message.parts must not be empty")
    text = "\n".join(str(one.get("value", "")) for one in parts if _is(one, "text"))
    has_link = _LINK.search(text) or any(_is(one, "link") for one in parts)
    if is_new and has_link:
        raise Refused(1005, "A new chat must not start with a link")
    files = [one for one in parts if _is(one, "media")]
    media = _file(state, files[0]) if files else None
    if not text and not media and not has_link:
        raise Refused(1004)
    return text, media


def _is(part: object, kind: str) -> bool:
    return isinstance(part, dict) and part.get("type") == kind


def _file(state: State, part: dict[str, Any]) -> Media:
    attachment = known(state, part.get("attachment_id"))
    data = state.world.objects.get(attachment.url)
    if data is None:
        raise Refused(2007)
    # No flag makes a media part a voice memo:
    # https://docs.linqapp.com/guides/messaging/voice-memos
    return Media(
        id=attachment.id,
        url=attachment.url,
        filename=attachment.filename,
        content_type=attachment.content_type,
        rendering=Rendering.ATTACHMENT,
        sound=listen(data),
        data=data,
    )


@routes("POST", API, f"{V3}/chats/{{chat_id}}/messages")
def send_message(state: State, request: Request, chat_id: str) -> Response:
    """Send into a conversation that exists."""
    chat, body = chat_named(state, chat_id), body_of(request)
    content = body.get("message")
    if not isinstance(content, dict):
        raise Refused(1001, "message is required")
    if reply := _repeated(state, content):
        return Response(202, json=reply)
    text, media = _parts(state, content, is_new=False)
    admit(state, chat, override_optout=body.get("override_optout") is True)
    message = state.world.accept(chat, text=text, media=media)
    answer = {"chat_id": chat.id, "message": sent_json(state.world, message)}
    return ending(state, chat, 202, _kept(state, content, answer))


@routes("GET", API, f"{V3}/chats/{{chat_id}}/messages")
def list_messages(state: State, request: Request, chat_id: str) -> Response:
    """Return a conversation's messages, the latest first."""
    chat = chat_named(state, chat_id)
    messages = [
        message_json(state.world, message)
        for message in state.world.messages_of(NAME)
        if message.chat is chat
    ]
    return page(request, messages, name="messages", default=50)


@routes("GET", API, f"{V3}/messages/{{message_id}}")
def read_message(state: State, request: Request, message_id: str) -> Response:  # noqa: ARG001
    """Return one message."""
    return Response(200, json=message_json(state.world, _named(state, message_id)))


def _named(state: State, message_id: str) -> Message:
    for message in state.world.messages_of(NAME):
        if message.id == message_id:
            return message
    raise Refused(2002)
