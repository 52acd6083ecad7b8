"""
Receiving webhooks on this machine.
"""

import json
import os
import signal
import subprocess

import anyio
import httpx
import pytest

import voicenote

from tests.conftest import CAF
from voicenote import Client, VoiceNote
from voicenote.cli._hook import application
from voicenote.cli._listen import Ear
from voicenote.sandbox import Posting


ANN = "+12025550123"


@pytest.fixture
def client(configured):
    with Client.from_config() as client:
        yield client


def _post(ear, posting):
    """Return the status that the server answers to *posting*."""

    async def main():
        transport = httpx.ASGITransport(application(ear.hear))
        async with httpx.AsyncClient(transport=transport) as web:
            url = f"http://127.0.0.1{posting.url or '/any/path'}"
            reply = await web.post(url, content=posting.body, headers=posting.headers)
            return reply.status_code

    return anyio.run(main)


def _ear(client, name="linq", **how):
    return Ear(client, name, **{"unverified": False, "is_json": False, **how})


@pytest.mark.parametrize("name", ["linq", "sendblue"])
def test_news_of_a_note_are_printed(client, sandbox, capsys, name):
    """Each with what the journal knows of the note."""
    client.send(VoiceNote(CAF, ANN, key="key-1"), via=name)

    codes = [_post(_ear(client, name), one) for one in sandbox.events(name)]

    assert {204} == set(codes)
    assert f"delivered by {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["linq", "sendblue"])
def test_a_voice_note_that_comes_in_is_printed(client, sandbox, capsys, name):
    """Who it is from, and no URL: a terminal is looked at."""
    code = _post(_ear(client, name), sandbox.reply(name, ANN, CAF))

    said = capsys.readouterr().out
    assert (204, True) == (code, f"voice note from {ANN}" in said)
    assert "http" not in said


def test_programs_get_a_line_each(client, sandbox, capsys):
    """JSON that the nouns read back."""
    ear = _ear(client, is_json=True)
    client.send(VoiceNote(CAF, ANN), via="linq")
    for one in [sandbox.events("linq")[0], sandbox.reply("linq", ANN, CAF)]:
        _post(ear, one)

    receipt, inbound = map(json.loads, capsys.readouterr().out.splitlines())

    assert "sent" == voicenote.Receipt.from_dict(receipt["receipt"]).status.value
    assert ANN == voicenote.Inbound.from_dict(inbound["inbound"]).sender


def test_a_forgery_is_answered_400(client, sandbox, capsys):
    """It is told to whoever looks, and not to programs."""
    genuine = sandbox.reply("linq", ANN, CAF)

    code = _post(_ear(client), Posting(genuine.headers, genuine.body + b" "))

    said = capsys.readouterr()
    assert (400, "") == (code, said.out)
    assert "refused: no signature fits" in said.err


def test_other_events_are_mentioned(client, capsys):
    """They are genuine, and about something else."""
    body = b'{"is_typing": true}'
    secret = client.providers["sendblue"].webhook_secret

    code = _post(_ear(client, "sendblue"), Posting({"sb-signing-secret": secret}, body))

    assert 204 == code
    assert "something else" in capsys.readouterr().err


def test_too_much_is_not_read(client):
    """No webhook has a megabyte."""
    assert 413 == _post(_ear(client), Posting({}, b"x" * 1_000_001))


def test_only_posts_are_webhooks(client):
    """A browser that looks by sees that nothing is here."""

    async def main():
        transport = httpx.ASGITransport(application(_ear(client).hear))
        async with httpx.AsyncClient(transport=transport) as web:
            return (await web.get("http://127.0.0.1/")).status_code

    assert 405 == anyio.run(main)


def test_without_a_secret_it_does_not_begin(configured, shell, monkeypatch):
    """The error says what to set, before a webhook comes."""
    monkeypatch.setenv("VOICENOTE_LINQ_WEBHOOK_SECRET", "")

    result = shell("listen", "--via", "linq", "--port", "0")

    assert 2 == result.exit_code
    assert "LINQ_WEBHOOK_SECRET" in result.stderr


def test_a_taken_port_is_named(configured, shell, sandbox):
    """Another one has to be chosen."""
    port = sandbox.url.rpartition(":")[2]

    result = shell("listen", "--via", "linq", "--port", port)

    assert (2, True) == (result.exit_code, port in result.stderr)


def test_it_listens_until_ctrl_c(configured, console, sandbox):
    """The command itself, over a real socket: says where, prints, and ends well."""
    command = [console, "listen", "--via", "linq", "--port", "0", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env={**os.environ}) as it:
        url = it.stderr.readline().decode().split()[-1]
        posting = sandbox.reply("linq", ANN, CAF)
        answer = httpx.post(url, content=posting.body, headers=dict(posting.headers))
        printed = json.loads(it.stdout.readline())
        it.send_signal(signal.SIGINT)
        it.wait(10)

    assert (204, ANN) == (answer.status_code, printed["inbound"]["sender"])
    assert 0 == it.returncode
