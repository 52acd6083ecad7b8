"""
Which chat a note belongs into: Linq lists them by one person, and has no empty ones.
"""

from collections.abc import Iterable, Sequence

from voicenote import (
    Flow,
    RejectedError,
    Response,
    UnexpectedResponseError,
    UnroutableError,
    VoiceNoteError,
    body,
    patient,
    read,
    repeatable,
    structure,
)

from ._refusals import refusal
from ._schema import Chat, Chats, Message, Opened
from ._wire import Wire, quoted


_PAGES = 50

# https://docs.linqapp.com/channel/imessage/guides/messaging/sending-messages
_RECIPIENTS = 31


def chat_with(wire: Wire, line: str, to: Sequence[str]) -> Flow[str | None]:
    """Return the chat of *line* with exactly *to*, or None if there is none."""
    if len(to) > _RECIPIENTS:
        raise UnroutableError(
            f"{len(to)} recipients; a Linq group has at most {_RECIPIENTS}"
        )
    chat = the_one((yield from _chats(wire, line, to[0])), line, to)
    return chat.id if chat else None


def _chats(wire: Wire, line: str, person: str) -> Flow[list[Chat]]:
    """Return every chat of *line* that *person* is in, groups included."""
    chats: list[Chat] = []
    query = {"from": line, "to": person, "limit": "100"}
    for _ in range(_PAGES):
        # https://docs.linqapp.com, API reference: GET /v3/chats
        response = yield wire.ask("GET", "/v3/chats", params=query)
        page = read(response, Chats, refusal=refusal)
        chats += page.readable()
        if not page.next_cursor:
            return chats
        query = {**query, "cursor": page.next_cursor}
    raise UnexpectedResponseError(f"Linq's list of chats has over {_PAGES} pages")


def the_one(chats: Iterable[Chat], line: str, to: Sequence[str]) -> Chat | None:
    """
    Return the chat of *line* with exactly *to* in it today; None if there is none.

    Raises:
        RejectedError: Several groups have these people; the message lists them.
    """
    people, is_group = frozenset(to), len(to) > 1
    found = [
        chat
        for chat in chats
        if chat.is_group == is_group and chat.others(line) == people
    ]
    if len(found) > 1 and is_group:
        raise RejectedError(
            f"Linq has {len(found)} groups of {line} with {', '.join(to)}: "
            f"{', '.join(map(str, found))}; say which with chat="
        )
    # A direct chat is one by nature; the latest is the one that is in use.
    return max(found, key=lambda chat: str(chat.updated_at or ""), default=None)


def opened(
    wire: Wire, line: str, to: Sequence[str], opener: str, key: str
) -> Flow[str]:
    """
    Open a chat with a text, and return it once that has left.

    Args:
        opener: The text; with none, there is nothing to open a chat with.

        key: The note's, from which the text's own is made.

    Raises:
        UnroutableError: There is no text; the message names the remedies.
    """
    if not opener:
        raise UnroutableError(
            f"Linq has no chat of {line} with {', '.join(to)} yet, and takes voice "
            "memos only into a chat that exists. Either let them write to you first, "
            "or send a text through Linq first, or set opener, a text that goes out "
            "before the first memo"
        )
    text = {
        "parts": [{"type": "text", "value": opener}],
        "idempotency_key": f"{key}-opener"[-255:],
    }
    # https://docs.linqapp.com, API reference: POST /v3/chats; a repeat with one
    # idempotency_key gives the original result.
    response = yield repeatable(
        wire.ask(
            "POST", "/v3/chats", json={"from": line, "to": list(to), "message": text}
        )
    )
    chat = read(response, Opened, refusal=refusal).chat
    if chat.message:  # the memo comes second only if the text has left
        look = wire.ask("GET", f"/v3/messages/{quoted(chat.message.id)}")
        _check_left((yield patient(look, _is_waiting)))
    return chat.id


def _check_left(response: Response) -> None:
    """Raise if the text has failed; one that is slow is no reason to give up."""
    if _status(response) == "failed":
        raise RejectedError(
            "the opener failed, so there is no chat for the voice memo to go into",
            response=response,
        )


def _is_waiting(response: Response) -> float | None:
    """Return the seconds to wait while a message has not left the line."""
    return 2.0 if _status(response) in ("pending", "queued") else None


def _status(response: Response) -> str:
    try:
        return structure(body(response), Message).delivery_status
    except VoiceNoteError:
        return ""
