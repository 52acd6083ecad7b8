"""
The one truth of a sandbox: lines, people, conversations, files and messages.

Rule: nothing here names a vendor, waits, or reads another clock than its own.
"""

import hashlib
import time

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any
from uuid import UUID

import attrs

from .._models import Service
from ._messages import Chat, Heard, Line, Media, Message
from ._people import GROUPS, PEOPLE, Group, Person, Trouble


# What a group's message falls back to is what its weakest phone has.
_WEAKEST_FIRST = (Service.SMS, Service.RCS, Service.IMESSAGE)


@attrs.define
class World:
    """
    What exists in a sandbox, and what happened there.

    Attributes:
        clock: What time it is, in seconds since the epoch.

        base: The URL under which every canonical host is a path prefix, for
            example ``http://127.0.0.1:8025``; empty for canonical URLs.

        api_key, api_secret: The only credentials that the players accept.

        people: Everybody, by address.

        lines: The lines, by number.

        chats: The conversations, the oldest first.

        messages: What was accepted, the oldest first.

        objects: The files that players keep, by canonical URL without query.

        accounts: What else players keep, by their names.
    """

    clock: Callable[[], float] = time.time
    base: str = attrs.field(default="", kw_only=True)
    api_key: str = attrs.field(default="sandbox-key", init=False)
    api_secret: str = attrs.field(default="sandbox-secret", init=False)
    people: dict[str, Person] = attrs.field(init=False)
    groups: list[Group] = attrs.field(init=False, factory=lambda: list(GROUPS))
    lines: dict[str, Line] = attrs.field(init=False, factory=dict)
    chats: list[Chat] = attrs.field(init=False, factory=list)
    messages: list[Message] = attrs.field(init=False, factory=list)
    objects: dict[str, bytes] = attrs.field(init=False, factory=dict)
    accounts: dict[str, dict[str, Any]] = attrs.field(init=False, factory=dict)
    _count: "count[int]" = attrs.field(init=False, factory=count)

    def __attrs_post_init__(self) -> None:
        self.people = {person.address: person for person in PEOPLE}

    # Arranging it

    def line(self, number: str, *, provider: str) -> Line:
        """Return *provider*'s line *number*, connected now if it was not before."""
        if number not in self.lines:
            line = self.lines[number] = Line(number, provider)
            for person in self.people.values():
                if person.known:
                    self.open(line, [person.address])
            for group in self.groups:
                self.open(line, group.members, group.left)
        return self.lines[number]

    def person(self, address: str, **changes: Any) -> Person:
        """
        Return who has *address*, changed as told.

        Args:
            address: E.164, or an e-mail address. A stranger is added; they have a
                phone with iMessage.

            changes: Attributes of `Person`, for example ``opted_out=True``.
        """
        person = attrs.evolve(self.someone(address), **changes)
        if address not in self.people and "known" not in changes:
            person = attrs.evolve(person, known=True)
        self.people[person.address] = person
        for line in self.lines.values() if person.known else ():
            self.chat(line, [person.address]) or self.open(line, [person.address])
        return person

    def group(self, members: Iterable[str], left: Iterable[str] = ()) -> Group:
        """Give *members* one more conversation with every line, and return it."""
        group = Group(tuple(members), tuple(left))
        self.groups.append(group)
        for line in self.lines.values():
            self.open(line, group.members, group.left)
        return group

    # Looking things up

    def someone(self, address: str) -> Person:
        """Return who has *address*; a stranger has iMessage and no conversation."""
        address = address.lower()
        return self.people.get(address) or Person(address, known=False)

    def chat(self, line: Line, members: Iterable[str]) -> Chat | None:
        """Return *line*'s latest conversation with exactly *members*, if any."""
        wanted = {member.lower() for member in members}
        found = [
            chat
            for chat in self.chats
            if chat.line == line and set(chat.members) == wanted
        ]
        return max(found, key=lambda chat: chat.updated_at, default=None)

    def chats_of(self, provider: str) -> list[Chat]:
        """Return *provider*'s conversations, the latest first."""
        own = [chat for chat in self.chats if chat.line.provider == provider]
        return sorted(own, key=lambda chat: -chat.updated_at)

    def messages_of(self, provider: str) -> list[Message]:
        """Return what *provider* accepted, the latest first."""
        return [
            message
            for message in reversed(self.messages)
            if message.chat.line.provider == provider
        ]

    def trouble(self, members: Iterable[str]) -> Trouble | None:
        """Return the first trouble that one of *members* has, if any."""
        return next(filter(None, (self.someone(one).trouble for one in members)), None)

    def planned(self, members: Iterable[str]) -> Service:
        """Return the network that should reach all *members*."""
        services = [self.someone(member).service for member in members]
        return min(services, key=_WEAKEST_FIRST.index)

    def service(self, members: Sequence[str]) -> Service:
        """Return the network that does reach all *members*."""
        is_fallback = self.trouble(members) is Trouble.DOWNGRADES
        return Service.SMS if is_fallback else self.planned(members)

    # Letting things happen

    def open(
        self, line: Line, members: Iterable[str], left: Iterable[str] = ()
    ) -> Chat:
        """Return a new conversation of *line* with *members*."""
        addresses = tuple(member.lower() for member in members)
        now = self.now()
        chat = Chat(self.uuid(), line, addresses, tuple(left), now, now)
        self.chats.append(chat)
        return chat

    def accept(
        self,
        chat: Chat,
        *,
        text: str = "",
        media: Media | None = None,
        callback_url: str | None = None,
    ) -> Message:
        """Return a new message to everybody in *chat*, which is on its way now."""
        message = Message(
            id=self.uuid(),
            chat=chat,
            to=chat.members,
            accepted_at=self.now(),
            service=self.service(chat.members),
            trouble=self.trouble(chat.members),
            is_read=all(self.someone(member).reads for member in chat.members),
            text=text,
            media=media,
            callback_url=callback_url,
        )
        chat.updated_at = message.accepted_at
        self.messages.append(message)
        return message

    @property
    def heard(self) -> list[Heard]:
        """
        What lands on people's phones, in the order of acceptance.

        It is listed as soon as it is accepted, although it arrives a moment later,
        so that nobody has to wait in order to look. What fails is not listed.
        """
        return [
            _heard(message, person, message.arrives_at)
            for message in self.messages
            for person in message.to
            if message.arrives_at is not None and (message.text or message.media)
        ]

    # Time, names, addresses

    def now(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self.clock()

    def uuid(self) -> str:
        """Return the next UUID; two worlds with one history have the same ones."""
        return str(UUID(self.token(32), version=4))

    def named(self, *names: str) -> str:
        """Return the UUID of what is called *names*, the same at every call."""
        return str(
            UUID(hashlib.sha256(repr(names).encode()).hexdigest()[:32], version=4)
        )

    def token(self, length: int) -> str:
        """Return *length* hexadecimal digits, up to 64, that were not used before."""
        return hashlib.sha256(b"%d" % next(self._count)).hexdigest()[:length]

    def address(self, url: str) -> str:
        """Return where *url*, which is canonical, can be reached from outside."""
        return f"{self.base}/{url.removeprefix('https://')}" if self.base else url

    def canonical(self, url: str) -> str:
        """Return the canonical form of *url*, which `address` may have written."""
        prefix = f"{self.base}/"
        if self.base and url.startswith(prefix):
            return "https://" + url.removeprefix(prefix)
        return url

    def stored(self, url: str) -> bytes | None:
        """Return the file at *url*, in any of its forms, if the sandbox has it."""
        return self.objects.get(self.canonical(url).partition("?")[0])


def _heard(message: Message, person: str, at: float | None) -> Heard:
    media = message.media
    return Heard(
        person=person,
        provider=message.chat.line.provider,
        sender=message.chat.line.number,
        message=message.id,
        text=message.text,
        rendering=media.rendering if media else None,
        format=media.sound.format if media else None,
        seconds=media.sound.seconds if media else None,
        size=media.sound.size if media else 0,
        at=at or message.accepted_at,
        data=media.data if media else b"",
    )
