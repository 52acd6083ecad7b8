"""
Where the players stand: which of them answers, and what was asked.
"""

import threading

from collections.abc import Iterable
from typing import Any

import attrs

from httpx import Request, Response

from .._errors import ConfigError
from ._faults import Faults
from ._player import Player
from ._postings import Posting, Posts
from ._world import World


class NobodyHere(Exception):  # noqa: N818
    """No player has this host."""


@attrs.frozen
class Exchange:
    """
    One request, without what is secret: no query, no header, no body.

    Attributes:
        at: Seconds since the epoch.

        method, host, path: What was asked.

        status: The HTTP status, or 0 if no answer was given.
    """

    at: float
    method: str
    host: str
    path: str
    status: int


def installed_players() -> list[type[Player]]:
    """Return the players of every installed plugin."""
    from ..config import installed  # noqa: PLC0415  (discovery is for who asks)

    return list(installed().players.values())


@attrs.define
class Stage:
    """
    Players in one world.

    Attributes:
        world: What they share.

        players: They themselves, by name.

        log: What they were asked, the oldest first.

        faults: What is to go wrong besides.
    """

    world: World
    players: dict[str, Player]
    log: list[Exchange] = attrs.field(init=False, factory=list)
    faults: Faults = attrs.field(init=False, factory=Faults)
    _lock: threading.Lock = attrs.field(init=False, factory=threading.Lock)

    @classmethod
    def of(
        cls, world: World | None = None, players: Iterable[type[Player]] | None = None
    ) -> "Stage":
        """Return a stage in *world* with *players*, or all that are installed."""
        world = world or World()
        types = installed_players() if players is None else players
        return cls(world, {type_.name: type_(world) for type_ in types})

    def perform(self, request: Request) -> Response:
        """
        Return what a player answers to *request*, whose body has been read.

        Raises:
            NobodyHere: No player has the host.

            Disconnected, Silence, Trickle: No answer can express what happens.
        """
        player = self._player(request.url.host)
        with self._lock:  # one at a time: a world has no other protection
            exchange = Exchange(
                self.world.now(), request.method, request.url.host, request.url.path, 0
            )
            self.log.append(exchange)
            response = self.faults.perform(request, player.answer)
            self.log[-1] = attrs.evolve(exchange, status=response.status_code)
        return response

    def settings(self, name: str) -> dict[str, str]:
        """
        Return what a client of the provider *name* has to be configured with.

        Raises:
            ConfigError: There is no such player.
        """
        return {
            key: self.world.address(value) if value.startswith("https://") else value
            for key, value in self._named(name).settings.items()
        }

    def _named(self, name: str) -> Player:
        if name not in self.players:
            there = ", ".join(sorted(self.players)) or "nobody"
            raise ConfigError(f"no player named {name!r} in this sandbox; {there} is")
        return self.players[name]

    def events(self, name: str) -> list[Posting]:
        """
        Return every webhook about what *name* has accepted, the first event first.

        Raises:
            ConfigError: There is no such player, or its vendor posts nothing.
        """
        messages = reversed(self.world.messages_of(name))
        player = self._posting(name)
        with self._lock:
            return [posting for one in messages for posting in player.events(one)]

    def reply(self, name: str, person: str, audio: bytes) -> Posting:
        """
        Return the webhook that tells of *audio*, sent by *person* to *name*'s line.

        Raises:
            ConfigError: There is no such player, or its vendor posts nothing.
        """
        player = self._posting(name)
        with self._lock:
            return player.reply(person, audio)

    def _posting(self, name: str) -> Posts:
        player = self._named(name)
        if not isinstance(player, Posts):
            raise ConfigError(f"the sandbox posts no webhooks for {name}")
        return player

    def view(self, page: str) -> list[dict[str, Any]] | None:
        """Return *page* (``inbox``, ``requests`` or ``people``) as JSON's own types."""
        match page:
            case "inbox":
                return [_plain(heard) for heard in self.world.heard]
            case "requests":
                return [_plain(exchange) for exchange in self.log]
            case "people":
                people = self.world.people.values()
                return [{**_plain(one), "summary": one.summary} for one in people]
        return None

    def _player(self, host: str) -> Player:
        for player in self.players.values():
            if host in player.hosts:
                return player
        raise NobodyHere(f"the sandbox plays nobody at {host}")


def _plain(noun: Any) -> dict[str, Any]:
    return attrs.asdict(noun, filter=lambda field, _: field.name != "data")
