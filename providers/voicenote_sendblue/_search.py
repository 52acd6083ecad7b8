"""
Looking for a note whose answer was lost, among those that its line has sent.
"""

from collections.abc import Callable
from datetime import timedelta

from voicenote import Flow, Receipt, Request, UnexpectedResponseError, fitting, read

from ._refusals import refusal
from ._schema import Message, Messages


_PAGES = 20
_PAGE = 100

# How far two clocks may be apart; what is older need not be listed.
_SKEW = timedelta(minutes=10)


def found(ask: Callable[..., Request], trace: Receipt) -> Flow[Receipt | None]:
    """
    Return the note that *trace* is about, or None if its line has not sent it.

    Raises:
        UnexpectedResponseError: There are too many messages to look through.
    """
    for page in range(_PAGES):
        # https://docs.sendblue.com/api-v2/messages: GET /api/v2/messages
        query = _query(trace, page)
        response = yield ask("GET", "/api/v2/messages", params=query)
        listed = read(response, Messages, refusal=refusal).data
        for raw in listed:
            for message in fitting([raw], Message):
                if message.is_of(trace):
                    return message.receipt(raw)
        if len(listed) < _PAGE:
            return None
    raise UnexpectedResponseError(
        f"Sendblue lists over {_PAGES} pages of messages since then, too many to look "
        "through"
    )


def _query(trace: Receipt, page: int) -> dict[str, str]:
    query = {
        "is_outbound": "true",
        "order_by": "createdAt",
        "order_direction": "desc",
        "limit": str(_PAGE),
        "offset": str(page * _PAGE),
    }
    if trace.sender:
        query["from_number"] = trace.sender
    if trace.created_at:
        query["created_at_gte"] = (trace.created_at - _SKEW).isoformat()
    return query
