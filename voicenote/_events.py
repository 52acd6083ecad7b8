"""
What happens while a note is sent, told to whoever wants to know.

Rule: an event may go to a log. It has no audio, no URL, no credential, and no more of a
number than its ends.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

import attrs

from ._addresses import redacted, shortened
from ._receipts import Receipt


class Kind(StrEnum):
    """What happened."""

    SEND = "send"
    REQUEST = "request"
    RETRY = "retry"
    DOUBT = "doubt"
    FAILOVER = "failover"
    RECEIPT = "receipt"
    ERROR = "error"


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

        receipt: What is known now. It has everything: log its summary instead.
    """

    kind: Kind
    provider: str
    key: str | None = None
    method: str = ""
    host: str = ""
    seconds: float | None = None
    code: int | None = None
    error: str = attrs.field(default="", converter=redacted)
    receipt: Receipt | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        words = [self.kind.value, self.provider, self.method, self.host]
        if self.code is not None:
            words.append(str(self.code))
        if self.seconds is not None:
            words.append(f"{self.seconds:.3f} s")
        if self.receipt is not None:
            people = ", ".join(map(shortened, self.receipt.to))
            words += [self.receipt.status.value, self.receipt.id, f"to {people}"]
        words.append(self.error)
        return f"[{self.key}] " + " ".join(word for word in words if word)


Observer: TypeAlias = Callable[[Event], None]
