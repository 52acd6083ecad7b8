"""
Fixtures and stand-ins for the whole suite.
"""

import signal

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

import voicenote

from voicenote._flows import Pause, Plan, Work


def pytest_addoption(parser: pytest.Parser) -> None:
    """Cassettes come from the sandbox, unless somebody has real accounts to record."""
    parser.addoption("--live", action="store_true", help="record from the vendors")


def pytest_configure() -> None:
    """A shell that starts us in the background has us ignore Ctrl-C, and our children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


SAMPLES = Path(__file__).parent / "audio" / "samples"

CAF = (SAMPLES / "voice_24k.caf").read_bytes()


@attrs.frozen
class Courier:
    """A provider of two requests: an upload that may repeat, a send that may not."""

    name: str = "courier"
    accepts: voicenote.AudioSpec = voicenote.AudioSpec.caf_opus(
        urls=voicenote.UrlSpec((".caf",), query=False)
    )
    sender: str = "+12025550101"

    def send(self, note: voicenote.VoiceNote) -> voicenote.Flow[voicenote.Receipt]:
        if note.audio.url is None:
            upload = voicenote.request(
                "POST", f"https://{self.name}.example/files", content=note.audio.data
            )
            voicenote.check((yield voicenote.repeatable(upload)))
        response = yield voicenote.request(
            "POST",
            f"https://{self.name}.example/notes",
            json={"to": list(note.to), "key": note.key, "url": note.audio.url},
        )
        sent = voicenote.read(response, Sent)
        return voicenote.Receipt(self.name, sent.id, sent.status)

    def status(self, message_id: str) -> voicenote.Flow[voicenote.Receipt]:
        response = yield voicenote.request(
            "GET", f"https://{self.name}.example/notes/{message_id}"
        )
        sent = voicenote.read(response, Sent)
        return voicenote.Receipt(self.name, sent.id, sent.status)


@attrs.frozen
class Sent:
    """What the courier answers."""

    id: str
    status: str = "queued"


SENT = httpx.Response(200, json={"id": "n1", "status": "queued"})


@attrs.frozen
class Played:
    """What a plan asked for, and what it returned."""

    asked: list[Any]
    result: Any

    @property
    def requests(self) -> list[httpx.Request]:
        return [ask for ask in self.asked if isinstance(ask, httpx.Request)]

    @property
    def pauses(self) -> list[float]:
        return [ask.seconds for ask in self.asked if isinstance(ask, Pause)]


@attrs.define
class Clock:
    """A clock that only a pause moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def play(
    plan: Plan[Any],
    answers: Iterable[httpx.Response | Exception],
    clock: Clock | None = None,
) -> Played:
    """Give *answers* to the plan's requests, do its work, and skip its pauses."""
    asked: list[Any] = []
    pending = iter(answers)
    try:
        ask = next(plan)
        while True:
            asked.append(ask)
            match ask:
                case Pause():
                    if clock:
                        clock.now += ask.seconds
                    ask = plan.send(None)
                case Work():
                    ask = _worked(plan, ask)
                case httpx.Request():
                    ask = _answered(plan, ask, next(pending))
    except StopIteration as end:
        assert not list(pending), "answers were left over"
        return Played(asked, end.value)
    finally:
        plan.close()


def _worked(plan: Plan[Any], ask: Work[Any]) -> Any:
    try:
        done = ask.function()
    except Exception as error:
        return plan.throw(error)
    return plan.send(done)


def _answered(
    plan: Plan[Any], ask: httpx.Request, reply: httpx.Response | Exception
) -> Any:
    reply.request = ask  # type: ignore[union-attr]
    if isinstance(reply, Exception):
        return plan.throw(reply)
    return plan.send(reply)


@pytest.fixture
def note() -> voicenote.VoiceNote:
    """A note that needs no encoder."""
    return voicenote.VoiceNote(CAF, "+12025550123", key="key-1")


@pytest.fixture(params=["blocking", "asyncio", "trio"])
def sender(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Send a note through a client: blocking, on asyncio, and on trio."""

    def blocking(providers: Any, note: voicenote.VoiceNote, **terms: Any) -> Any:
        with voicenote.Client(providers, **terms) as client:
            return client.send(note)

    def awaiting(providers: Any, note: voicenote.VoiceNote, **terms: Any) -> Any:
        import anyio

        async def main() -> voicenote.Receipt:
            async with voicenote.AsyncClient(providers, **terms) as client:
                return await client.send(note)

        return anyio.run(main, backend=request.param)

    return blocking if request.param == "blocking" else awaiting
