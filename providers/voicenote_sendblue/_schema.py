"""
Sendblue's JSON, as far as we read it. Field names are Sendblue's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from voicenote import Failure, Receipt, Rendering, Service, Status, file_stem


# https://docs.sendblue.com, status callbacks; and the SDK's own enums
STATUSES = {
    "REGISTERED": Status.QUEUED,
    "PENDING": Status.QUEUED,
    "QUEUED": Status.QUEUED,
    "ACCEPTED": Status.QUEUED,
    "SENT": Status.SENT,
    "DELIVERED": Status.DELIVERED,
    "SUCCESS": Status.DELIVERED,
    "READ": Status.READ,
    "ERROR": Status.FAILED,
    "DECLINED": Status.FAILED,
    "FAILED": Status.FAILED,
}

_SERVICES = {"IMESSAGE": Service.IMESSAGE, "RCS": Service.RCS, "SMS": Service.SMS}

# How far two clocks may be apart.
_SKEW = timedelta(seconds=5)

_ON_ITS_WAY = (Status.SENT, Status.DELIVERED, Status.READ)


@attrs.frozen
class Stored:
    """The answer to an upload."""

    media_url: str


@attrs.frozen
class Message:
    """A message. Its names drift from one endpoint to the next."""

    status: str | None = None
    message_handle: str | None = None
    uuid: str | None = None
    service: str | None = None
    was_downgraded: bool | None = None
    media_url: str | None = None
    group_id: str | None = None
    from_number: str | None = None
    error_message: str | None = None
    error_reason: str | None = None
    date_sent: datetime | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None

    @property
    def id(self) -> str:
        """What Sendblue calls the message; empty if this is none."""
        return self.message_handle or self.uuid or ""

    def is_of(self, trace: Receipt) -> bool:
        """Return whether this is the note that *trace* is about."""
        media = self.media_url or ""
        if file_stem(trace.key or "") in media:  # an upload that was for this note only
            return True
        # A URL of the user's may have been sent before; an older message is not it.
        made = self.date_sent or self.date_created
        if media != trace.media or not (made and trace.created_at):
            return False
        return made >= trace.created_at - _SKEW

    def receipt(self, raw: Mapping[str, Any]) -> Receipt:
        """Return what Sendblue says about the message."""
        now = STATUSES.get((self.status or "QUEUED").upper(), Status.UNKNOWN)
        service = self._service() if now in _ON_ITS_WAY else None
        return Receipt(
            "sendblue",
            self.id,
            now,
            to=_people(raw.get("number") or raw.get("to_number")),
            sender=self.from_number or None,
            chat=self.group_id or None,
            service=service,
            rendering=_rendering(service),
            downgraded=self.was_downgraded,
            failure=self._failure(raw) if now is Status.FAILED else None,
            media=self.media_url or None,
            created_at=self.date_sent or self.date_created,
            raw=raw,
            **self._moment(now),
        )

    def _service(self) -> Service | None:
        if self.was_downgraded:
            return Service.SMS
        return _SERVICES.get((self.service or "").upper())

    def _failure(self, raw: Mapping[str, Any]) -> Failure:
        code = raw.get("error_key") or raw.get("error_code") or ""
        return Failure(str(code), self.error_message or self.error_reason or "")

    def _moment(self, now: Status) -> dict[str, Any]:
        # Sendblue keeps one time: of the last change.
        moments = {
            Status.SENT: "sent_at",
            Status.DELIVERED: "delivered_at",
            Status.READ: "read_at",
            Status.FAILED: "failed_at",
        }
        return {moments[now]: self.date_updated} if now in moments else {}


@attrs.frozen
class Messages:
    """One page of messages."""

    data: list[Any]


@attrs.frozen
class Lines:
    """The account's numbers; the shape of an entry is not documented."""

    numbers: list[Any] | None = None

    def named(self) -> list[str]:
        """Return those numbers that can be read."""
        return [
            text
            for one in self.numbers or ()
            for text in (one.values() if isinstance(one, dict) else [one])
            if isinstance(text, str) and text.startswith("+")
        ]


def _people(number: object) -> tuple[str, ...]:
    """Return the recipients: one text, or for groups a list of them."""
    if isinstance(number, str) and number:
        return (number,)
    if isinstance(number, list):
        return tuple(one for one in number if isinstance(one, str))
    return ()


def _rendering(service: Service | None) -> Rendering | None:
    # https://docs.sendblue.com/guides/voice-notes: .caf is a bubble in iMessage.
    if service is None:
        return None
    if service is Service.IMESSAGE:
        return Rendering.VOICE_NOTE
    return Rendering.ATTACHMENT
