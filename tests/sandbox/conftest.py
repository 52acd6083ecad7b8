from collections.abc import Iterator

import attrs
import httpx
import pytest

from voicenote.sandbox import Player, Sandbox, World
from voicenote_linq.sandbox import LinqPlayer
from voicenote_sendblue.sandbox import SendbluePlayer


PLAYERS: list[type[Player]] = [LinqPlayer, SendbluePlayer]


@attrs.define
class Clock:
    """A clock that moves when it is told to."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock)


@pytest.fixture
def players() -> list[type[Player]]:
    return PLAYERS


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world, players=PLAYERS) as serving:
        yield serving


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=2) as client:
        yield client
