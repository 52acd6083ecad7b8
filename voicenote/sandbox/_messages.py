"""
What travels in the sandbox: conversations, audio, messages, and what people hear.

Rule: a message does not change; its status is a function of the time that has passed.
"""

import attrs

from .._models import Rendering, Service, Status
from ..audio import Format
from ._people import Trouble


@attrs.frozen
class Line:
    """
    A number of yours, at a provider.

    Attributes:
        number: E.164.

        provider: The provider's name.
    """

    number: str
    provider: str


@attrs.define
class Chat:
    """
    A conversation between a line and some people.

    Attributes:
        id: Its name, a UUID.

        line: Your side.

        members: The other side's addresses.

        left: The addresses of those who have left it.

        created_at, updated_at: Seconds since the epoch.
    """

    id: str
    line: Line
    members: tuple[str, ...]
    left: tuple[str, ...]
    created_at: float
    updated_at: float

    @property
    def is_group(self) -> bool:
        """Whether it was made for several people."""
        return len(self.members) + len(self.left) > 1


@attrs.frozen
class Sound:
    """
    What a phone makes of a file.

    Attributes:
        format: What the bytes are, or None if they are no audio that we know.

        seconds: How long it plays, or None where that cannot be told.

        size: Bytes.
    """

    format: Format | None
    seconds: float | None
    size: int


@attrs.frozen
class Media:
    """
    A file in a message.

    Attributes:
        id: The provider's name for it.

        url: Where it is, canonical.

        filename: Its name, without folders.

        content_type: What it was declared to be.

        rendering: What the recipient sees.

        sound: What is in it.

        data: The bytes; empty for a URL that the sandbox does not hold.
    """

    id: str
    url: str
    filename: str
    content_type: str
    rendering: Rendering
    sound: Sound
    data: bytes = attrs.field(default=b"", repr=False)


_ORDINARY = ((0.0, Status.QUEUED), (0.2, Status.SENT), (0.6, Status.DELIVERED))
_FAILING = ((0.0, Status.QUEUED), (0.2, Status.SENT), (0.6, Status.FAILED))

_COURSES = {
    # Where these are accepted at all, it is in order to say that they failed.
    Trouble.UNAVAILABLE: ((0.0, Status.FAILED),),
    Trouble.DECLINES: ((0.0, Status.FAILED),),
    Trouble.FAILS: _FAILING,
    Trouble.FAILS_THEN_DELIVERS: (*_FAILING, (1.2, Status.DELIVERED)),
}


@attrs.frozen
class Message:
    """
    Something that a provider has accepted.

    Attributes:
        id: The provider's name for it, a UUID.

        chat: The conversation that it went to.

        to: The recipients' addresses.

        accepted_at: Seconds since the epoch.

        service: The network that carries it.

        trouble: What goes wrong with it.

        is_read: Whether it will be read.

        text: Its text, if it has one.

        media: Its file, if it has one.

        callback_url: Where its sender wants to be told about it.
    """

    id: str
    chat: Chat
    to: tuple[str, ...]
    accepted_at: float
    service: Service
    trouble: Trouble | None = None
    is_read: bool = False
    text: str = ""
    media: Media | None = None
    callback_url: str | None = None

    @property
    def course(self) -> tuple[tuple[float, Status], ...]:
        """The statuses that it goes through, with seconds after acceptance."""
        course = _COURSES.get(self.trouble or Trouble.DOWNGRADES, _ORDINARY)
        if self.service is Service.SMS and course is _ORDINARY:
            return course[:-1]  # SMS has no delivery receipts
        return (*course, (1.0, Status.READ)) if self.is_read else course

    def status(self, now: float) -> Status:
        """Return how far it has come at *now*, in seconds since the epoch."""
        return [
            status for after, status in self.course if self._has_passed(after, now)
        ][-1]

    def reached(self, status: Status, now: float) -> float | None:
        """Return when it came to *status*, in seconds since the epoch, if it has."""
        for after, reached in self.course:
            if reached is status and self._has_passed(after, now):
                return self.accepted_at + after
        return None

    def updated_at(self, now: float) -> float:
        """Return when it last changed, in seconds since the epoch."""
        return self.accepted_at + max(
            after for after, _ in self.course if self._has_passed(after, now)
        )

    def network(self, now: float) -> Service:
        """Return what carries it as far as anybody can know at *now*."""
        is_planned = self.status(now) is Status.QUEUED
        is_fallback = self.trouble is Trouble.DOWNGRADES
        return Service.IMESSAGE if is_planned and is_fallback else self.service

    def _has_passed(self, after: float, now: float) -> bool:
        # A clock that steps back leaves a message where it began.
        return after == 0 or self.accepted_at + after <= now

    @property
    def arrives_at(self) -> float | None:
        """When it gets to the phones, in seconds since the epoch; None for never."""
        times = {status: after for after, status in self.course}
        after = times.get(Status.DELIVERED)
        if after is None and Status.FAILED not in times:
            after = times[Status.SENT]
        return None if after is None else self.accepted_at + after


@attrs.frozen
class Heard:
    """
    What lands on one person's phone.

    Attributes:
        person: Their address.

        provider: Who brings it.

        sender: The line that it comes from, E.164.

        message: The provider's name for the message.

        text: Its text, if it has one.

        rendering: How its file shows, or None if it has none.

        format: What the file is, by its bytes.

        seconds: How long it plays, or None where that cannot be told.

        size: Bytes.

        at: When it arrives, in seconds since the epoch: up to a second ahead.

        data: The bytes themselves.
    """

    person: str
    provider: str
    sender: str
    message: str
    text: str
    rendering: Rendering | None
    format: Format | None
    seconds: float | None
    size: int
    at: float
    data: bytes = attrs.field(default=b"", repr=False)
