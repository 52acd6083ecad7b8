"""
The fixtures that every pytest has where voicenote is installed.
"""

import subprocess
import sys
import tomllib

from pathlib import Path

import pytest


pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]


SENDING = """
import anyio
import pytest
import voicenote
from voicenote import AsyncClient, Client, Status, VoiceNote
from voicenote.testing import silence
from voicenote_linq import Linq

ADA = "+12025550123"
"""


def run(pytester, *arguments):
    """Run pytest with our plugin and no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        return pytester.runpytest_subprocess(
            "-p", "voicenote.testing._plugin", *arguments
        )


def passes(pytester, program):
    """Return how many tests of *program* pass; all others fail this one."""
    pytester.makepyfile(SENDING + program)
    ran = run(pytester, "-W", "error")
    outcomes = ran.parseoutcomes()
    assert {"passed"} == set(outcomes), ran.stdout.str()
    return outcomes["passed"]


def test_the_plugin_costs_little():
    """A run of pytest that asks for no fixture of ours imports no more than voicenote."""
    program = (
        "import sys, voicenote; before = set(sys.modules); "
        "import pytest, voicenote.testing._plugin; "
        "print([n for n in set(sys.modules) - before if 'contract' in n or "
        "n.split('.')[0] in ('av', 'starlette', 'uvicorn', 'voicenote_linq')])"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "[]" == ran.stdout.strip()


def test_pytest_finds_the_plugin():
    """It is an entry point, inside the package: the wheel has three names."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    plugins = pyproject["project"]["entry-points"]["pytest11"]

    assert {"voicenote": "voicenote.testing._plugin"} == plugins


def test_voicenote_send_ends_in_the_outbox(pytester):
    """An application that configures nothing in its tests can be tested."""
    program = """
def test_it(voicenote_outbox):
    receipt = voicenote.send(silence().data, ADA, key="k")
    (posted,) = voicenote_outbox
    assert ("outbox", (ADA,), "k") == (posted.provider, posted.note.to, posted.note.key)
    assert [posted.note] == voicenote_outbox.notes
    assert receipt == posted.receipt
"""

    assert 1 == passes(pytester, program)


def test_every_client_ends_in_the_outbox(pytester):
    """Also one that was made, and has sent, before the test; blocking and awaiting."""
    program = """
EARLY = Client([Linq(api_key="k", sender="+12025550101")])
NOTE = VoiceNote(silence(), ADA)

def test_early(voicenote_outbox):
    receipt = EARLY.send(VoiceNote(silence(), ADA))
    assert ["linq"] == [one.provider for one in voicenote_outbox]
    assert "+12025550101" == receipt.sender

@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_async(voicenote_outbox, backend):
    async def main():
        async with AsyncClient(EARLY.providers) as client:
            await client.send(VoiceNote(silence(), ADA))
    anyio.run(main, backend=backend)
    assert 1 == len(voicenote_outbox.notes)
"""

    assert 3 == passes(pytester, program)


def test_the_configuration_names_the_providers(pytester):
    """A voicenote.toml without credentials is enough, and no journal is opened."""
    pytester.makefile(".toml", voicenote='providers = ["linq"]\njournal = "sent.db"')
    program = """
from pathlib import Path

def test_it(voicenote_outbox):
    voicenote.send(silence().data, ADA)
    assert "linq" == voicenote_outbox[0].provider
    assert not Path("sent.db").exists()
"""

    assert 1 == passes(pytester, program)


def test_audio_is_read_and_checked(pytester, tmp_path):
    """What would fail in production fails; a URL is not fetched, nothing is encoded."""
    program = """
def test_no_audio(voicenote_outbox):
    with pytest.raises(voicenote.UnrecognizedAudioError):
        voicenote.send(b"no audio", ADA)
    assert [] == voicenote_outbox.notes

def test_url(voicenote_outbox):
    voicenote.send("https://cdn.example/a.mp3?sig=1#x", ADA)
    assert "https://cdn.example/a.mp3?sig=1#x" == voicenote_outbox[0].note.audio.url
"""

    assert 2 == passes(pytester, program)


def test_a_script_says_what_becomes_of_a_note(pytester):
    """The first step is what the send gives; lookups give the others, the last stays."""
    program = """
def test_statuses(voicenote_outbox):
    voicenote_outbox.script(Status.SENT, Status.DELIVERED, Status.READ)
    with Client.from_config() as client:
        sent = client.send(VoiceNote(silence(), ADA))
        later = [client.status(sent).status for _ in range(3)]
    assert Status.SENT is sent.status
    assert [Status.DELIVERED, Status.READ, Status.READ] == later

def test_refused(voicenote_outbox):
    voicenote_outbox.script(voicenote.RecipientError("opted out"))
    with pytest.raises(voicenote.RecipientError, match="opted out"):
        voicenote.send(silence().data, ADA)
    assert [] == voicenote_outbox.notes

def test_in_doubt(voicenote_outbox):
    voicenote_outbox.script(voicenote.UnconfirmedError("lost"))
    with pytest.raises(voicenote.UnconfirmedError) as caught:
        voicenote.send(silence().data, ADA, key="k")
    assert "k" == caught.value.receipt.key

def test_failover(voicenote_outbox):
    voicenote_outbox.script(voicenote.UnavailableError("down"))
    line = "+12025550101"
    first, second = (Linq(api_key="k", sender=line) for _ in range(2))
    Client({"first": first, "second": second}).send(VoiceNote(silence(), ADA))
    assert ["second"] == [one.provider for one in voicenote_outbox]

def test_a_key_sends_once(voicenote_outbox):
    with Client.from_config() as client:
        for _ in range(2):
            client.send(VoiceNote(silence(), ADA, key="k"))
    assert 1 == len(voicenote_outbox)

def test_a_stranger(voicenote_outbox):
    with Client.from_config() as client, pytest.raises(voicenote.ConfigError):
        client.status("never-sent", via="outbox")
"""

    assert 6 == passes(pytester, program)


def test_the_diversion_ends_with_the_test(pytester):
    """The next test's clients are real again."""
    program = """
CLIENT = Client([Linq(api_key="k", sender="+12025550101")])

def test_first(voicenote_outbox):
    assert not isinstance(CLIENT.providers["linq"], Linq)

def test_second():
    assert isinstance(CLIENT.providers["linq"], Linq)
    with pytest.raises(voicenote.ConfigError):
        Client.from_config()
"""

    assert 2 == passes(pytester, program)


def test_every_client_ends_in_the_sandbox(pytester):
    """The environment configures all players; blocking and awaiting, without a socket."""
    program = """
import socket

@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("somebody wants the network")
    monkeypatch.setattr(socket.socket, "connect", refuse)

@pytest.mark.parametrize("via", ["linq", "sendblue"])
def test_send(voicenote_sandbox, via):
    receipt = voicenote.send(silence().data, ADA, via=via)
    voicenote_sandbox.advance(60)
    assert via == receipt.provider
    assert [ADA] == [heard.person for heard in voicenote_sandbox.heard]

def test_time(voicenote_sandbox):
    with Client.from_config() as client:
        receipt = client.send(VoiceNote(silence(), ADA))
        voicenote_sandbox.advance(3600)
        assert client.status(receipt).is_final

def test_async(voicenote_sandbox):
    async def main():
        async with AsyncClient.from_config() as client:
            return await client.send(VoiceNote(silence(), ADA))
    assert anyio.run(main, backend="asyncio").id
"""

    assert 4 == passes(pytester, program)


def test_the_sandbox_misbehaves_on_request(pytester):
    """A fault is one line; the next provider takes over where that is safe."""
    program = """
from voicenote.sandbox import Fault, instead
import httpx

def test_fault(voicenote_sandbox):
    voicenote_sandbox.faults.add(
        Fault(instead(httpx.Response(401)), path="*/chats")
    )
    with pytest.raises(voicenote.UnauthorizedError):
        voicenote.send(silence().data, ADA, via="linq")
    assert [] == voicenote_sandbox.heard
"""

    assert 1 == passes(pytester, program)


@pytest.mark.parametrize("name", ["vcr_config", "outbox", "sandbox"])
def test_no_other_name_is_taken(pytester, name):
    """Fixtures of ours say whose they are; cassettes are scrubbed on request only."""
    pytester.makepyfile(f"def test_it({name}): pass")

    ran = run(pytester)

    ran.stdout.fnmatch_lines([f"*fixture '{name}' not found*"])
