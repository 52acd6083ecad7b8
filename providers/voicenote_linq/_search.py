"""
Looking for a memo whose answer was lost, among the messages of its chat.
"""

from voicenote import Flow, Receipt, UnexpectedResponseError, fitting, read

from ._refusals import refusal
from ._schema import Message, Messages
from ._wire import Wire, quoted


_PAGES = 20


def found(wire: Wire, trace: Receipt) -> Flow[Receipt | None]:
    """
    Return the memo that *trace* is about, or None if it is not in its chat.

    Raises:
        UnexpectedResponseError: There are too many messages to look through.
    """
    query = {"limit": "100"}
    for _ in range(_PAGES):
        # https://docs.linqapp.com, API reference: GET /v3/chats/{chatId}/messages
        path = f"/v3/chats/{quoted(trace.chat or '')}/messages"
        response = yield wire.ask("GET", path, params=query)
        page = read(response, Messages, refusal=refusal)
        for raw in page.messages:
            for message in fitting([raw], Message):
                if message.is_of(trace):
                    return message.receipt(raw)
        if not page.next_cursor or _is_past(page, trace):
            return None
        query = {**query, "cursor": page.next_cursor}
    raise UnexpectedResponseError(
        f"Linq lists over {_PAGES} pages of messages in this chat, too many to look "
        "through"
    )


def _is_past(page: Messages, trace: Receipt) -> bool:
    """Return whether all that follows *page* is older than *trace*'s note."""
    messages = fitting(page.messages, Message)
    made = [message.created_at for message in messages if message.created_at]
    # Newest first is usual, and not documented: only then does the rest not matter.
    is_sorted = made == sorted(made, reverse=True)
    return bool(made) and is_sorted and not messages[-1].is_as_young_as(trace)
