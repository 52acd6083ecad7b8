"""
What happens while a note is sent, told to whoever wants to know.

Rule: an event may go to a log. It has no audio, no URL, no credential, and no more of a
number than its ends.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

import attrs

from ._receipts import Receipt


class Kind(StrEnum):
    """What happened."""

    REQUEST = "request"
    RETRY = "retry"
    DOUBT = "doubt"
    FAILOVER = "failover"
    RECEIPT = "receipt"


@attrs.frozen
class Event:
    """
    Something that happened.

    Attributes:
        kind: What.

        provider: With whom.

        key: For which note, if it was for one.

        method, host: Of the request.

        seconds: How long the request took, or until it goes out again.

        code: The HTTP status of the answer, if there was one.

        error: What went wrong, in words.

        receipt: What is known now.
    """

    kind: Kind
    provider: str
    key: str | None = None
    method: str = ""
    host: str = ""
    seconds: float | None = None
    code: int | None = None
    error: str = ""
    receipt: Receipt | None = attrs.field(default=None, repr=False)


Observer: TypeAlias = Callable[[Event], None]
