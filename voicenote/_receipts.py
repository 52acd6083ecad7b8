"""
The one result type: what is known about a voice note.

Rule: merging receipts must not depend on the order in which they arrive, so every
field is joined by an order of its own, and by nothing else.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import attrs

from ._models import Failure, Rendering, Service, Status


# FAILED outranks SENT and loses to DELIVERED: Linq documents that it happens.
# https://docs.linqapp.com, API reference: message.failed
_RANK = {status: rank for rank, status in enumerate(Status)}

# A note that fell back to SMS does not climb back.
_SERVICES = (Service.IMESSAGE, Service.RCS, Service.SMS)


def moment(value: str | datetime | None) -> datetime | None:
    """
    Return *value*, an ISO 8601 text or a datetime, as an aware UTC datetime.

    None, an empty text, and what cannot be read give None: a provider's clock is
    no reason to lose its receipt. Fractions beyond microseconds are cut.
    """
    if not value:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.replace(tzinfo=UTC) if not value.tzinfo else value.astimezone(UTC)


def _people(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


@attrs.frozen
class Attempt:
    """
    A provider that was tried before the one that took the note.

    Attributes:
        provider: Its name.

        error: What it raised, by class and message.
    """

    provider: str
    error: str


def _attempts(value: Iterable[Attempt]) -> tuple[Attempt, ...]:
    return tuple(value)


_optional = partial(attrs.field, default=None, kw_only=True)
_when = partial(_optional, converter=moment)


@attrs.frozen
class Receipt:
    """
    What is known about a voice note.

    Attributes:
        provider: Who has it, for example ``linq``.

        id: The provider's name for it; empty if the provider took the note and gave
            none, in which case nobody can follow it.

        status: How far it has come.

        to: The recipients' addresses.

        sender: The line that it went out from, E.164.

        chat: The provider's name for the conversation.

        service: Which network carried it, or None while that is open.

        rendering: What the recipient sees, or None when nobody can know.

        downgraded: Whether it fell back to SMS; None while that is open.

        failure: Why it failed, as the provider said it. Stays as history if the note
            was delivered after all.

        trace_id: What the provider's support wants to know.

        key: The note's key.

        media: The provider's name for the audio: an id, or a URL.

        attempts: Providers that were tried before, and what they said.

        created_at, sent_at, delivered_at, read_at, failed_at: In UTC.

        raw: The provider's whole answer. Takes no part in comparisons.
    """

    provider: str
    id: str
    status: Status = attrs.field(converter=Status)
    to: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_people)
    sender: str | None = _optional()
    chat: str | None = _optional()
    service: Service | None = _optional()
    rendering: Rendering | None = _optional()
    downgraded: bool | None = _optional()
    failure: Failure | None = _optional()
    trace_id: str | None = _optional()
    key: str | None = _optional()
    media: str | None = attrs.field(
        default=None, kw_only=True, repr=lambda media: "<media>" if media else "None"
    )
    attempts: tuple[Attempt, ...] = attrs.field(
        default=(), kw_only=True, converter=_attempts
    )
    created_at: datetime | None = _when()
    sent_at: datetime | None = _when()
    delivered_at: datetime | None = _when()
    read_at: datetime | None = _when()
    failed_at: datetime | None = _when()
    raw: Mapping[str, Any] = attrs.field(
        factory=dict, kw_only=True, repr=False, eq=False
    )

    @property
    def is_final(self) -> bool:
        """Whether nothing more is expected: SENT is the last word on SMS."""
        if self.status is Status.SENT:
            return self.service is Service.SMS
        return self.status in (Status.DELIVERED, Status.READ, Status.FAILED)

    def has_come_to(self, status: Status) -> bool:
        """Return whether the note is as far as *status*, or further."""
        return _RANK[self.status] >= _RANK[status]

    def updated(self, by: "Receipt") -> "Receipt":
        """
        Return what both receipts say together.

        The furthest status wins, whichever came first; the same report twice, or
        several in any order, give the same.

        Raises:
            ValueError: They are about two different notes.
        """
        if (self.provider, self.id) != (by.provider, by.id):
            raise ValueError(
                f"{by.provider} {by.id!r} is not {self.provider} {self.id!r}"
            )
        status = max(self.status, by.status, key=_RANK.__getitem__)
        joined = {name: join(getattr(self, name), getattr(by, name))
                  for name, join in _JOINS.items()}  # fmt: skip
        raw = max(self, by, key=lambda one: (_RANK[one.status], repr(one.raw))).raw
        return attrs.evolve(self, status=status, raw=raw, **joined)

    def to_dict(self) -> dict[str, Any]:
        """Return this as JSON's own types; `from_dict` reads it back."""
        return attrs.asdict(self, value_serializer=_plain)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Receipt":
        """
        Return the receipt that `to_dict` wrote; unknown fields are ignored.

        Raises:
            TypeError: ``provider``, ``id`` or ``status`` is missing.
        """
        known = {field.name for field in attrs.fields(cls)}
        return cls(
            **{
                name: _READERS[name](value) if name in _READERS and value else value
                for name, value in data.items()
                if name in known
            }
        )


def _plain(_: type, __: Any, value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Status() | Service() | Rendering():
            return value.value
    return value


def _either(rank: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a join that prefers a value to none, and the higher of two values."""

    def join(one: Any, other: Any) -> Any:
        known = [value for value in (one, other) if value not in (None, (), "")]
        return max(known, key=rank) if known else one

    return join


_highest = _either(lambda value: value)
_earliest = _either(lambda when: -when.timestamp())

_JOINS: dict[str, Callable[[Any, Any], Any]] = {
    "to": _either(lambda to: (len(to), to)),
    "sender": _highest,
    "chat": _highest,
    "service": _either(_SERVICES.index),
    "rendering": _either(lambda word: word is Rendering.ATTACHMENT),
    "downgraded": _either(bool),
    "failure": _either(lambda failure: (failure.code, failure.reason)),
    "trace_id": _highest,
    "key": _highest,
    "media": _highest,
    "attempts": _either(lambda tried: (len(tried), repr(tried))),
    "created_at": _earliest,
    "sent_at": _earliest,
    "delivered_at": _earliest,
    "read_at": _earliest,
    "failed_at": _earliest,
}

_READERS: dict[str, Callable[[Any], Any]] = {
    "service": {word.value: word for word in Service}.get,
    "rendering": {word.value: word for word in Rendering}.get,
    "failure": lambda told: Failure(**told),
    "attempts": lambda tried: [Attempt(**one) for one in tried],
}
