"""
Every send's story, on tape: recorded once, replayed blocking, on asyncio and on trio.

Record again with ``pytest tests/test_cassettes.py --record-mode=rewrite``, from the
sandbox; with ``--live`` and the environment that cassettes/README.md lists, from the
vendors themselves.
"""

import os

from pathlib import Path
from urllib.parse import urlsplit

import anyio
import attrs
import httpcore
import httpx
import pytest

import voicenote

from tests.conftest import CAF
from voicenote import Retry, Status, VoiceNote
from voicenote.sandbox import Sandbox
from voicenote.testing import vcr_config as scrubbing
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


CASSETTES = Path(__file__).parent.parent / "cassettes"

ADA, BOB = "+12025550123", "+12025550124"


@attrs.frozen
class Tape:
    """
    One send.

    Attributes:
        expected: A status, or the class of the error.

        live: Whether a real account would give the same; the others need people who
            are opted out, and vendors who fail.
    """

    provider: str
    name: str
    expected: Status | type[Exception]
    to: str | tuple[str, ...] = ADA
    audio: str | bytes = CAF
    settings: dict[str, str] = attrs.field(factory=dict)
    live: bool = False

    def __str__(self) -> str:
        return f"{self.provider}-{self.name}"


HOSTED = "https://media.example.com/VoiceNote.caf"

TAPES = [
    Tape("linq", "upload", Status.QUEUED, live=True),
    Tape("linq", "url", Status.QUEUED, audio=HOSTED, live=True),
    Tape("linq", "group", Status.QUEUED, to=(ADA, BOB), live=True),
    Tape(
        "linq",
        "opener",
        Status.QUEUED,
        to="+12025550130",
        settings={"opener": "Hello!"},
    ),
    Tape("linq", "no_chat", voicenote.UnroutableError, to="+12025550130"),
    Tape("linq", "bad_key", voicenote.UnauthorizedError, settings={"api_key": "no"}),
    Tape("linq", "opted_out", voicenote.RecipientError, to="+12025550140"),
    Tape("linq", "inbound_first", voicenote.UnroutableError, to="+12025550142"),
    Tape("linq", "rate_limit", voicenote.UnavailableError, to="+12025550170"),
    Tape("linq", "ambiguous", voicenote.RejectedError, to=(ADA, "+12025550161")),
    Tape("linq", "doubt_found", Status.SENT, to="+12025550180"),
    Tape("linq", "doubt", voicenote.UnconfirmedError, to="+12025550183"),
    Tape("sendblue", "upload", Status.QUEUED, live=True),
    Tape("sendblue", "url", Status.QUEUED, audio=HOSTED, live=True),
    Tape("sendblue", "group", Status.QUEUED, to=(ADA, BOB), live=True),
    Tape(
        "sendblue", "bad_key", voicenote.UnauthorizedError, settings={"api_key": "no"}
    ),
    Tape("sendblue", "opted_out", voicenote.RecipientError, to="+12025550140"),
    Tape("sendblue", "line_limit", voicenote.UnavailableError, to="+12025550170"),
    Tape("sendblue", "ok_but_error", voicenote.UnavailableError, to="+12025550172"),
    Tape("sendblue", "dropped", voicenote.RejectedError, to="+12025550173"),
    Tape("sendblue", "doubt_found", Status.SENT, to="+12025550180"),
    Tape("sendblue", "doubt", voicenote.UnconfirmedError, to="+12025550183"),
]

PROVIDERS = {"linq": Linq, "sendblue": Sendblue}
SETTINGS = {
    "linq": {"api_key": "sandbox-key", "sender": "+12025550101"},
    "sendblue": {
        "api_key": "sandbox-key",
        "api_secret": "sandbox-secret",
        "sender": "+12025550102",
    },
}


@pytest.fixture(scope="module")
def vcr_config():
    """Nothing private is kept, and no moment that a replay cannot repeat."""
    return {**scrubbing(), "filter_query_parameters": ["created_at_gte"]}


def pytest_generate_tests(metafunc):
    """Three ways to play a tape; one to record it."""
    if "tape" in metafunc.fixturenames:
        recording = metafunc.config.getoption("--record-mode") not in (None, "none")
        backends = ["blocking"] if recording else ["blocking", "asyncio", "trio"]
        metafunc.parametrize("tape", TAPES, ids=str)
        metafunc.parametrize("backend", backends)


@pytest.fixture
def vcr_cassette_dir(request):
    """A folder per provider, at the top of the repository."""
    tape = request.node.callspec.params["tape"] if _has_tape(request) else None
    return str(CASSETTES / tape.provider) if tape else str(CASSETTES)


@pytest.fixture
def default_cassette_name(request):
    """One tape, whichever driver plays it."""
    return request.node.callspec.params["tape"].name if _has_tape(request) else ""


def _has_tape(request):
    return "tape" in request.node.fixturenames


@pytest.fixture
def transport(record_mode, request):
    """Replay needs no network; recording redirects the vendors' hosts to the sandbox."""
    if record_mode == "none" or request.config.getoption("--live"):
        yield None
        return
    with Sandbox(canonical=True) as sandbox:
        yield httpx.MockTransport(lambda asked: _redirected(asked, sandbox.url))


def _redirected(request, url):
    # By httpcore, since vcrpy records whatever httpx sends.
    path = f"/{request.url.host}{request.url.raw_path.decode()}"
    answer = httpcore.request(
        request.method, url + path, headers=request.headers.raw, content=request.content
    )
    headers = [(name, value) for name, value in answer.headers if name != b"date"]
    return httpx.Response(answer.status, headers=headers, content=answer.content)


def _live(tape):
    """Return the tape with the recorder's own lines and people in it."""
    if not tape.live:
        pytest.skip("no real account is made to do this")
    people = os.environ["VOICENOTE_LIVE_TO"].split(",")
    count = 2 if isinstance(tape.to, tuple) else 1
    name = tape.provider.upper()
    keys = (
        "api_key",
        "sender",
        *(["api_secret"] if tape.provider == "sendblue" else []),
    )
    settings = {key: os.environ[f"VOICENOTE_{name}_{key.upper()}"] for key in keys}
    return attrs.evolve(tape, to=tuple(people[:count]), settings=settings)


def _sent(tape, backend, transport):
    """Send the tape's note; return its status, or the class of its error."""
    provider = PROVIDERS[tape.provider](**{**SETTINGS[tape.provider], **tape.settings})
    note = VoiceNote(tape.audio, tape.to, key=f"key-of-{tape.name}")
    terms = {"retry": Retry(attempts=1), "looks": (0.25,), "transport": transport}
    try:
        return _driven(provider, note, backend, terms).status
    except voicenote.VoiceNoteError as error:
        return type(error)


def _driven(provider, note, backend, terms):
    if backend == "blocking":
        with voicenote.Client([provider], **terms) as client:
            return client.send(note)

    async def main():
        async with voicenote.AsyncClient([provider], **terms) as client:
            return await client.send(note)

    return anyio.run(main, backend=backend)


@pytest.mark.vcr
@pytest.mark.block_network
def test_a_tape_tells_the_same_to_all_drivers(tape, backend, transport, request):
    """What was recorded once is understood in the same way, with the network blocked."""
    if request.config.getoption("--live"):
        tape = _live(tape)

    assert tape.expected == _sent(tape, backend, transport)


def test_every_tape_is_played():
    """No cassette lies about that no test reads."""
    recorded = {f"{one.parent.name}-{one.stem}" for one in CASSETTES.glob("*/*.yaml")}

    assert {str(tape) for tape in TAPES} == recorded


def test_no_tape_keeps_a_secret():
    """Neither a key, nor a signature, nor a number that could ring."""
    from voicenote.testing import scrub

    for cassette in CASSETTES.glob("*/*.yaml"):
        text = cassette.read_text()

        assert "sandbox-key" not in text
        assert "sandbox-secret" not in text
        assert scrub(text) == text


def test_only_canonical_hosts_are_on_tape():
    """A tape looks as if the vendor had been asked."""
    for cassette in CASSETTES.glob("*/*.yaml"):
        uris = [
            line.split("uri: ")[1]
            for line in cassette.read_text().splitlines()
            if line.strip().startswith("uri: ")
        ]

        assert all(urlsplit(uri).scheme == "https" for uri in uris)
        assert not any("127.0.0.1" in uri for uri in uris)
