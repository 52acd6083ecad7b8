"""
What a sandbox player keeps: it answers everything, and never breaks the sandbox.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import attrs
import httpx
import pytest

from .._models import VoiceNote
from .._providers import SupportsStatus, supports
from .._receipts import Receipt
from ..sandbox import Disconnected, Silence, World
from ._replies import Reply, other_shapes, without_a_field
from ._sound import prepared_for
from ._trial import complain, shown


_NOW = 1_800_000_000.0
_HOUR = 3600.0
_DENIED = (401, 403)

_PATHS = ("/", "//", "/never/heard/of", "/%00", "/" + "x" * 3000, "/..", "/%2e%2e/x")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_GARBAGE = (b"", b"{", b"null", b"\xff\xfe", b"[" * 2000, b'{"a": 1e999}', b"a=b&c")


@attrs.define
class _Clock:
    now: float = _NOW

    def __call__(self) -> float:
        return self.now


@attrs.frozen
class Scene:
    """
    A player in a world of its own, and what it was asked.

    Attributes:
        player: The one that answers.

        clock: The world's, which stands.

        exchanges: The requests, and the answers.
    """

    player: Any
    clock: _Clock
    exchanges: list[tuple[httpx.Request, httpx.Response]] = attrs.field(factory=list)

    @classmethod
    def of(cls, player: Any) -> "Scene":
        """Return a new world with *player*, a class, in it."""
        clock = _Clock()
        return cls(player(World(clock)), clock)

    def play(self, flow: Any) -> Any:
        """Return what *flow* returns when the player answers it."""
        try:
            request = next(flow)
            while True:
                response = self.player.answer(request)
                response.request = request
                self.exchanges.append((request, response))
                request = flow.send(response)
        except StopIteration as end:
            return end.value


class PlayerContract:
    """
    What every sandbox player promises.

    Subclass it, and define ``player``, its class, and ``provider``, the class that it
    plays the vendor for. The provider is made with the player's settings, and sends
    ``note``; define that too if your vendor needs another.
    """

    @pytest.fixture
    def player(self) -> Any:
        """Override this: return your player's class."""
        complain("Define a fixture named player in the class", "there is none")

    @pytest.fixture
    def provider(self) -> Any:
        """Override this: return your provider's class."""
        complain("Define a fixture named provider in the class", "there is none")

    @pytest.fixture
    def client(self, provider: Any, player: Any) -> Any:
        """Return the provider, with the player's settings."""
        return provider(**player.settings)

    @pytest.fixture
    def note(self, client: Any) -> VoiceNote:
        """Override this if your vendor needs another note."""
        return VoiceNote(prepared_for(client.accepts), "+12025550123", key="contract-1")

    @pytest.fixture
    def scene(self, player: Any, client: Any, note: VoiceNote) -> Scene:
        """Return a player that has been sent one note."""
        scene = Scene.of(player)
        scene.play(client.send(note))
        return scene

    def test_it_plays_the_provider(self, player: Any, client: Any) -> None:
        """It has the provider's name, and the host that the provider asks."""
        if player.name != client.name:
            complain(
                "Give the player its provider's name",
                f"it is {player.name!r}, and the provider is {client.name!r}",
            )
        for host in player.hosts:
            if host != host.lower() or "/" in host:
                complain("List hosts only, in lower case", f"hosts has {host!r}")

    def test_a_note_arrives(self, player: Any, client: Any, note: VoiceNote) -> None:
        """The provider's own conversation goes through, at hosts that are listed."""
        scene = Scene.of(player)
        receipt = scene.play(client.send(note))
        if not isinstance(receipt, Receipt) or not receipt.id:
            complain("Answer a send as the vendor does", f"it came to {receipt!r}")
        for request, _ in scene.exchanges:
            if request.url.host not in player.hosts:
                complain("List every host in hosts", f"{shown(request)} is asked")

    def test_time_passes(self, player: Any, client: Any, note: VoiceNote) -> None:
        """An hour later, the note has come to its end."""
        scene = Scene.of(player)
        receipt = scene.play(client.send(note))
        scene.clock.now += _HOUR
        if not supports(client, SupportsStatus):
            return
        if not scene.play(client.status(receipt.id)).is_final:
            complain(
                "Let messages advance with world.now()",
                "an hour after its send the note is not at its end",
            )

    def test_a_wrong_key_is_refused(
        self, player: Any, provider: Any, note: VoiceNote
    ) -> None:
        """Other credentials than the world's are answered 401 or 403."""
        world = World(_Clock())
        wrong = {
            name: "wrong-key" if value in (world.api_key, world.api_secret) else value
            for name, value in player.settings.items()
        }
        request = next(provider(**wrong).send(note))
        response = player(world).answer(request)
        if response.status_code not in _DENIED:
            complain(
                "Answer 401 or 403 to credentials that are not world.api_key and "
                "world.api_secret",
                f"{shown(request)} was answered {response.status_code}",
            )

    def test_it_is_deterministic(
        self, player: Any, client: Any, note: VoiceNote
    ) -> None:
        """Two worlds with one clock answer the same, byte for byte."""
        first, second = Scene.of(player), Scene.of(player)
        for scene in (first, second):
            scene.play(client.send(note))
        for (request, one), (_, other) in zip(
            first.exchanges, second.exchanges, strict=True
        ):
            if (one.content, one.headers.raw) != (other.content, other.headers.raw):
                complain(
                    "Take ids from world.token() and time from world.now(), and nothing "
                    "from chance",
                    f"{shown(request)} was answered differently in the same world",
                )

    def test_every_path_is_answered(self, player: Any, scene: Scene) -> None:
        """What the vendor does not have is refused, and never an exception."""
        known = scene.exchanges[0][0].headers
        for host, path, method in product(player.hosts, _PATHS, _METHODS):
            url = f"https://{host}{path}"
            for headers in (known, httpx.Headers()):
                _check_answers(scene, httpx.Request(method, url, headers=headers))

    def test_garbage_is_answered(self, scene: Scene) -> None:
        """A body that is no JSON, or JSON of another shape, is refused."""
        for request, _ in list(scene.exchanges):
            for body in (*_GARBAGE, *_worse(request)):
                _check_answers(scene, _with_body(request, body))


def _worse(request: httpx.Request) -> Iterator[bytes]:
    good = Reply(200, request.content)
    if good.json is None:
        return
    for reply in (*other_shapes(good), *without_a_field(good)):
        yield reply.content


def _with_body(request: httpx.Request, body: bytes) -> httpx.Request:
    headers = request.headers.copy()
    headers["content-length"] = str(len(body))
    return httpx.Request(request.method, request.url, headers=headers, content=body)


def _check_answers(scene: Scene, request: httpx.Request) -> None:
    """Complain if the player breaks, or says that it has."""
    request.read()
    try:
        response = scene.player.answer(request)
    except (Disconnected, Silence):
        return
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is judged
        came = f"it came out as {type(error).__name__}({str(error)[:80]!r})"
    else:
        if isinstance(response, httpx.Response):
            return
        came = f"the answer was a {type(response).__name__}"
    complain(
        "Answer every request with a Response, as the vendor would refuse it",
        f"{shown(request)[:80]} with {request.content[:60]!r}, and {came}",
    )
