"""
Which chat a note belongs into: Linq lists them by one person only.
"""

from collections.abc import Iterable, Sequence

from voicenote import RejectedError

from ._schema import Chat


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
