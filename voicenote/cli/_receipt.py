"""
A receipt, as a person or a program reads it.
"""

from enum import StrEnum

from .._receipts import Receipt
from ._screen import facts, heading, show, show_json


def show_receipt(receipt: Receipt, *, is_json: bool) -> None:
    """Print what is known about a voice note."""
    if is_json:
        show_json(receipt.to_dict())
        return
    show(heading(f"{receipt.status.value} by {receipt.provider}", receipt.id))
    show(facts(_known(receipt)))


def _known(receipt: Receipt) -> dict[str, object]:
    return {
        "to": ", ".join(receipt.to),
        "from": receipt.sender,
        "by way of": receipt.service,
        "shown as": _word(receipt.rendering),
        "downgraded": "yes, to SMS" if receipt.downgraded else None,
        "failure": receipt.failure,
        "chat": receipt.chat,
        "trace id": receipt.trace_id,
        "key": receipt.key,
        "tried before": "\n".join(
            f"{one.provider}: {one.error}" for one in receipt.attempts
        ),
    }


def _word(value: StrEnum | None) -> str | None:
    return value and value.replace("_", " ")
