"""
What a provider tells by itself: that a note got further, that somebody wrote back.

Rule: whether a webhook is genuine is for _signatures.py to say; nothing here knows.
"""

import json

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import attrs

from ._errors import UnexpectedResponseError, WebhookError
from ._models import Service
from ._receipts import Receipt, moment
from ._structure import structure


T = TypeVar("T")

Headers: TypeAlias = (
    Mapping[str, str]
    | Mapping[bytes, bytes]
    | Iterable[tuple[str | bytes, str | bytes]]
)
"""Headers as a framework has them: a mapping, or pairs; of texts, or of bytes."""


def _text(value: object) -> str:
    # https://www.rfc-editor.org/rfc/rfc9110#section-5.5
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _headers(given: Any) -> Mapping[str, str]:
    pairs = given.items() if hasattr(given, "items") else given
    named: dict[str, str] = {}
    for name, value in pairs:
        key, text = _text(name).lower(), _text(value)
        # https://www.rfc-editor.org/rfc/rfc9110#section-5.3
        named[key] = f"{named[key]}, {text}" if key in named else text
    return named


def _body(given: object) -> bytes:
    if isinstance(given, str):
        return given.encode("utf-8", "surrogatepass")
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given)
    raise TypeError(
        "a webhook's body must be the bytes as they came: what was parsed cannot be "
        f"verified any more, and this is of type {type(given).__name__}"
    )


@attrs.frozen
class Webhook:
    """
    A request that claims to come from a provider.

    Attributes:
        headers: By name in lower case; a repeated one is joined by commas.

        body: As it came over the wire.

        received_at: Seconds since the epoch.

        url: Where it was posted to, at least path and query; empty if unknown. The
            URL of a note's own callback has a token in it.

        unverified: Whether it is taken on trust where no secret is configured.

    Raises:
        TypeError: The body is neither bytes nor a text.
    """

    headers: Mapping[str, str] = attrs.field(converter=_headers, repr=False)
    body: bytes = attrs.field(converter=_body, repr=lambda body: f"<{len(body)} bytes>")
    received_at: float
    url: str = attrs.field(default="", repr=False, kw_only=True)
    unverified: bool = attrs.field(default=False, kw_only=True)

    def header(self, name: str) -> str:
        """
        Return the header *name*, in lower case.

        Raises:
            WebhookError: There is none.
        """
        try:
            return self.headers[name]
        except KeyError:
            raise WebhookError(f"it has no {name} header") from None

    def json(self) -> dict[str, Any]:
        """
        Return the JSON object in the body.

        Raises:
            WebhookError: There is none.
        """
        try:
            parsed = json.loads(self.body)
            if b"\\u" in self.body:  # half of a character can be stored nowhere
                json.dumps(parsed, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise WebhookError(f"its body is no JSON: {error}") from error
        if not isinstance(parsed, dict):
            raise WebhookError("its body is JSON, but no object")
        return parsed


def understood(value: object, cls: type[T]) -> T:
    """
    Return *value*, JSON's own types in a webhook, as an instance of *cls*.

    Raises:
        WebhookError: A field is missing, or has the wrong type.
    """
    try:
        return structure(value, cls)
    except UnexpectedResponseError as error:
        raise WebhookError(f"its body is {error}") from error


def _service(value: str | None) -> Service | None:
    return Service(value) if value in list(Service) else None


@attrs.frozen
class Inbound:
    """
    A voice note that somebody sent to one of your lines.

    Attributes:
        provider: Who brought it, for example ``linq``.

        id: The provider's name for the message.

        sender: Who it is from: E.164, or an e-mail address.

        line: Your line that it came to.

        chat: The provider's name for the conversation, to answer with
            ``VoiceNote(..., chat=chat)``; None where the provider names none.

        service: Which network carried it, or None if nobody said.

        url: Where the audio is, for a while; empty if the provider names no place.

        content_type: A MIME type, as the provider says it; empty if it does not.

        filename: A name for it, without folders; empty if it has none.

        part: Which piece of the message it is, counted from 0.

        at: When it was sent, in UTC.

        raw: The whole webhook. Takes no part in comparisons.
    """

    provider: str
    id: str
    sender: str = attrs.field(kw_only=True)
    line: str | None = attrs.field(default=None, kw_only=True)
    chat: str | None = attrs.field(default=None, kw_only=True)
    service: Service | None = attrs.field(
        default=None, kw_only=True, converter=_service
    )
    url: str = attrs.field(
        default="", kw_only=True, repr=lambda url: "<URL>" if url else "''"
    )
    content_type: str = attrs.field(default="", kw_only=True)
    filename: str = attrs.field(default="", kw_only=True)
    part: int = attrs.field(default=0, kw_only=True)
    at: datetime | None = attrs.field(default=None, kw_only=True, converter=moment)
    raw: Mapping[str, Any] = attrs.field(
        factory=dict, kw_only=True, repr=False, eq=False
    )

    @property
    def key(self) -> str:
        """What is the same when the same voice note is told of again."""
        return f"{self.provider}/{self.id}/{self.part}"

    def to_dict(self) -> dict[str, Any]:
        """Return this as JSON's own types; `from_dict` reads it back."""
        at = self.at and self.at.isoformat()
        return {**attrs.asdict(self), "at": at, "service": self.service}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Inbound":
        """
        Return what `to_dict` wrote; unknown fields are ignored.

        Raises:
            TypeError: ``provider``, ``id`` or ``sender`` is missing.
        """
        known = {field.name for field in attrs.fields(cls)}
        return cls(**{name: data[name] for name in data if name in known})


News: TypeAlias = Receipt | Inbound
"""What a webhook tells: how far a note of yours is, or that one came in."""


def _words(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


@attrs.frozen
class Subscription:
    """
    A provider's promise to post webhooks to a URL.

    Attributes:
        provider: Who gave it.

        id: The provider's name for it; the URL, where it has no other.

        url: Where webhooks go to.

        events: Which ones, in the provider's words.

        secret: What proves them genuine, if it was told just now. Some providers
            never tell it again: keep it, as the provider's ``webhook_secret``.
    """

    provider: str
    id: str
    url: str
    events: tuple[str, ...] = attrs.field(default=(), converter=_words)
    secret: str = attrs.field(
        default="", kw_only=True, repr=lambda secret: "'***'" if secret else "''"
    )
