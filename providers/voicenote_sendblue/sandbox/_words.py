"""
The sandbox's messages in Sendblue's JSON: https://docs.sendblue.com/api/resources/messages

Rule: every shape here validates against the types of Sendblue's own SDK, but for the
arrays of numbers that a group has.
"""

from datetime import UTC, datetime
from typing import Any

from voicenote.sandbox import Message, Service, Status, Trouble, World


# https://docs.sendblue.com/getting-started/sending-messages lists read too,
# and nobody has seen it reported; sendblue 1.33 has no such status.
_STATUSES = {
    Status.QUEUED: "QUEUED",
    Status.SENT: "SENT",
    Status.DELIVERED: "DELIVERED",
    Status.READ: "DELIVERED",
    Status.FAILED: "ERROR",
}

_FAILED = {
    "status": "ERROR",
    "error_code": 10001,
    "error_message": "Message failed to send",
    "error_detail": "Message failed to send",
}

# What is wrong from the first answer on, although the answer is a success.
_DOOMED: dict[Trouble | None, dict[str, Any]] = {
    Trouble.UNAVAILABLE: {
        "status": "ERROR",
        "error_code": 5503,
        "error_message": "Sender is temporarily unavailable",
    },
    Trouble.DECLINES: {
        "status": "DECLINED",
        "error_key": "PRE_REPLY_LIMIT_REACHED",
        "error_message": "The contact has not replied yet",
    },
}

_NO_ERROR = dict.fromkeys(
    ("error_code", "error_key", "error_message", "error_detail", "error_reason")
)


def iso(seconds: float) -> str:
    """Return a time, in seconds since the epoch, as Sendblue writes it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def group_id(message: Message) -> str:
    """Return the name of a message's group; empty without one."""
    return f"sb_group_{message.chat.id}" if message.chat.is_group else ""


def message_json(
    world: World, message: Message, now: float | None = None
) -> dict[str, Any]:
    """
    Return a message as sends, status lookups, lists and webhooks show it.

    Args:
        now: Seconds since the epoch, if another time is meant.
    """
    now = world.now() if now is None else now
    to = list(message.to) if message.chat.is_group else message.to[0]
    return {
        "accountEmail": "sandbox@example.com",
        "content": message.text,
        "is_outbound": True,
        "message_handle": message.id,
        "date_sent": iso(message.accepted_at),
        "from_number": message.chat.line.number,
        "sendblue_number": message.chat.line.number,
        "number": to,
        "to_number": to,
        "plan": "dedicated",
        "service": message.network(now),
        "media_url": _media_url(world, message),
        "message_type": "group" if message.chat.is_group else "message",
        "group_id": group_id(message),
        "participants": list(message.to) if message.chat.is_group else [],
        "send_style": None,
        "opted_out": False,
        "seat_id": None,
        "sender_email": None,
        **_fate(message, now),
    }


def _media_url(world: World, message: Message) -> str | None:
    if message.media is not None:
        return world.address(message.media.url)
    # A text has an empty one; an attachment that was dropped has none.
    return "" if message.text else None


def _fate(message: Message, now: float) -> dict[str, Any]:
    status = message.status(now)
    is_open = status in (Status.QUEUED, Status.FAILED)
    error = _DOOMED.get(message.trouble, _FAILED) if status is Status.FAILED else {}
    return {
        "status": _STATUSES[status],
        **_NO_ERROR,
        "was_downgraded": None if is_open else message.service is Service.SMS,
        "date_updated": iso(message.updated_at(now)),
        **error,
    }
