"""
The nouns. Frozen, provider-neutral, and ignorant of HTTP and of any vendor.
"""

import os
import re

from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast
from uuid import uuid4

import attrs

from ._addresses import address
from ._errors import AudioError, RecipientError


class Service(StrEnum):
    """Which network carried a voice note."""

    IMESSAGE = "iMessage"
    RCS = "RCS"
    SMS = "SMS"


class Rendering(StrEnum):
    """What the recipient sees: a bubble that plays, or a file."""

    VOICE_NOTE = "voice_note"
    ATTACHMENT = "attachment"


class Status(Enum):
    """How far a voice note has come."""

    UNKNOWN = "unknown"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"

    @classmethod
    def _missing_(cls, value: object) -> "Status":  # noqa: ARG003
        # A word that a provider invents tomorrow is no reason to fail today.
        return cls.UNKNOWN


@attrs.frozen
class PCM:
    """
    What raw samples do not say of themselves: 16-bit, little-endian, interleaved.

    Attributes:
        rate: Frames per second, in hertz.

        channels: 1 or 2.
    """

    rate: int = attrs.field(validator=attrs.validators.gt(0))
    channels: int = attrs.field(default=1, validator=attrs.validators.in_((1, 2)))


AudioLike: TypeAlias = "str | os.PathLike[str] | bytes | BinaryIO | Audio"
"""A path, an https URL, the bytes of a file, an open binary file, or an `Audio`."""


def _source(value: object) -> "bytes | Path | str | BinaryIO":
    match value:
        case str() if value.lower().startswith(("http://", "https://")):
            return value
        case str() | os.PathLike():
            return Path(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value)
    if callable(getattr(value, "read", None)):
        return cast("BinaryIO", value)
    raise AudioError(
        f"a {type(value).__name__} is no audio; give a path, an https URL, "
        "bytes or an open binary file"
    )


def _shown(source: object) -> str:
    match source:
        case bytes():
            return f"<{len(source)} bytes>"
        case str():  # a URL's query and path may open the audio to anybody
            return "<URL>"
        case Path():
            return repr(str(source))
    return "<file>"


def shown_url(url: str) -> str:
    """Return of *url* what may be read by anybody: scheme, host and path."""
    # By hand: it may be no URL, of which the standard library says so by raising.
    place = re.split(r"[?#]", url, maxsplit=1)[0]
    scheme, colon, rest = place.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{colon}{host.rpartition('@')[2]}{slash}{path}"


@attrs.frozen
class Audio:
    """
    Audio, or where it is.

    Attributes:
        source: The bytes of a file, a path, an https URL (as `str`), or an open
            binary file, which is read once, when the note is sent.

        pcm: For raw samples without a header, what they are.

        content_type: A MIME type, for example ``audio/x-caf``; empty until known.

        filename: A name for it, without folders; empty until known.

        duration: Seconds, or None until known.
    """

    source: bytes | Path | str | BinaryIO = attrs.field(converter=_source, repr=_shown)
    pcm: PCM | None = attrs.field(default=None, kw_only=True)
    content_type: str = attrs.field(default="", kw_only=True)
    filename: str = attrs.field(default="", kw_only=True)
    duration: float | None = attrs.field(default=None, kw_only=True)

    @property
    def data(self) -> bytes:
        """
        The bytes, which audio that was prepared for a provider has.

        Raises:
            AudioError: It is a URL, or has not been read yet.
        """
        if isinstance(self.source, bytes):
            return self.source
        raise AudioError(f"this audio is not in memory: {self!r}")

    @property
    def url(self) -> str | None:
        """The URL, if that is what there is."""
        return self.source if isinstance(self.source, str) else None

    @property
    def label(self) -> str:
        """What to call it in a message to a person."""
        match self.source:
            case Path():
                return str(self.source)
            case str():
                return shown_url(self.source)
            case bytes():
                return self.filename or f"{len(self.source)} bytes of audio"
        return str(getattr(self.source, "name", "the audio file"))


def _audio(value: AudioLike) -> Audio:
    return value if isinstance(value, Audio) else Audio(value)


def _recipients(value: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(address(one) for one in ([value] if isinstance(value, str) else value))


def _key(value: str | None) -> str:
    # An empty name is none: two notes must not share it by accident.
    return value or str(uuid4())


@attrs.frozen
class VoiceNote:
    """
    Audio on its way to somebody.

    Attributes:
        audio: What to play: a path, an https URL, the bytes of a file, an open
            binary file, or an `Audio`.

        to: One phone number (E.164, for example ``+12025550123``) or e-mail
            address, or several, which makes one group conversation.

        chat: A conversation that the provider knows already, instead of *to*.

        sender: One of your lines, E.164, instead of the configured one.

        key: Names this send: two sends with one key are one send.

        callback_url: Where the provider reports on this note, if it takes a
            URL per message.

        options: By provider name, what to merge into its request body as it is.

    Raises:
        RecipientError: Nobody to send to, a malformed or repeated address, or
            both *to* and *chat*.

        AudioError: *audio* is nothing that could hold audio.
    """

    audio: Audio = attrs.field(converter=_audio)
    to: tuple[str, ...] = attrs.field(default=(), converter=_recipients)
    chat: str | None = attrs.field(default=None, kw_only=True)
    sender: str | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(address)
    )
    key: str = attrs.field(default=None, converter=_key, kw_only=True)
    callback_url: str | None = attrs.field(default=None, kw_only=True)
    options: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.to and self.chat:
            raise RecipientError("both to= and chat= are given; give one of the two")
        if not self.to and not self.chat:
            raise RecipientError("nobody to send to: give to=, or chat=")
        for one in self.to:
            if self.to.count(one) > 1:
                raise RecipientError(f"{one} is given twice; name everybody once")

    @property
    def is_group(self) -> bool:
        """Whether several people get this as one conversation."""
        return len(self.to) > 1


@attrs.frozen
class Failure:
    """
    Why a provider says that a note failed, in its own words.

    Attributes:
        code: The provider's code, as text; empty if it gave none.

        reason: The provider's explanation; empty if it gave none.
    """

    code: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.code, self.reason)))
