"""The players behind a real socket."""

import os
import signal
import sys
import threading

import httpx
import pytest

from voicenote import ConfigError
from voicenote.sandbox import Response, Sandbox


KEYS = {"sb-api-key-id": "sandbox-key", "sb-api-secret-key": "sandbox-secret"}
ANN = "+12025550123"


def send(client, sandbox, number=ANN):
    url = f"{sandbox.settings('sendblue')['base_url']}/api/send-message"
    return client.post(url, headers=KEYS, json={"number": number, "content": "hello"})


def test_a_vendor_is_a_path_prefix(client, sandbox):
    """What is asked under a vendor's host is answered by its player."""
    response = send(client, sandbox)

    assert (200, "QUEUED") == (response.status_code, response.json()["status"])


def test_a_player_sees_what_the_vendor_would(client):
    """A player gets the canonical URL and host, and the client's own headers."""

    class Echo:
        name, hosts, settings = "echo", ("api.acme.example",), {}

        def __init__(self, world):
            pass

        def answer(self, request):
            seen = [str(request.url), request.headers["host"], request.headers["x-a"]]
            return Response(200, json=seen)

    with Sandbox(players=[Echo]) as sandbox:
        url = f"{sandbox.url}/api.acme.example/a%20b?c=%2B1&d"
        seen = client.get(url, headers={"X-A": "b"}).json()

    expected = "https://api.acme.example/a%20b?c=%2B1&d"
    assert [expected, "api.acme.example", "b"] == seen


def test_settings_point_at_the_server(sandbox):
    """A client is configured with the loopback server's address."""
    assert {
        "api_key": "sandbox-key",
        "sender": "+12025550101",
        "base_url": f"{sandbox.url}/api.linqapp.com/api/partner",
        "webhook_secret": "whsec_c2FuZGJveC1zYW5kYm94LXNhbmRib3gtc2FuZGJveCE=",
    } == sandbox.settings("linq")


def test_settings_of_nobody(sandbox):
    """Asking for a provider that is not played names those that are."""
    with pytest.raises(ConfigError, match=r"'acme'.*linq, sendblue"):
        sandbox.settings("acme")


def test_canonical_answers(client, world, players):
    """On request, answers name the vendor's own hosts."""
    with Sandbox(world, players=players, canonical=True) as sandbox:
        url = f"{sandbox.url}/api.sendblue.co/api/upload-file"
        response = client.post(url, headers=KEYS, files={"file": ("a.caf", b"caff")})

    assert response.json()["media_url"].startswith("https://storage.googleapis.com/")


def test_what_is_uploaded_can_be_downloaded(client, sandbox):
    """A file goes through a multipart body and back, byte for byte."""
    data = bytes(range(256)) * 8 + b"\r\n--\r\n\n\r"
    url = f"{sandbox.url}/api.sendblue.com/api/upload-file"
    media_url = client.post(
        url, headers=KEYS, files={"file": ("My Note.caf", data)}
    ).json()["media_url"]

    assert data == client.get(media_url).content


def test_the_connection_breaks_after_acceptance(client, sandbox):
    """A client sees a broken connection, and the note is heard all the same."""
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        send(client, sandbox, "+12025550181")

    assert ["+12025550181"] == [heard.person for heard in sandbox.heard]


def test_no_answer_after_acceptance(client, sandbox):
    """A client waits until it gives up, and the note is heard all the same."""
    client.timeout = 0.1
    with pytest.raises(httpx.ReadTimeout):
        send(client, sandbox, "+12025550182")

    assert ["+12025550182"] == [heard.person for heard in sandbox.heard]


def test_stopping_while_somebody_waits(client, world, players):
    """The server ends although a client still waits for an answer."""
    sandbox = Sandbox(world, players=players).start()
    failures = []

    def wait():
        with pytest.raises(httpx.HTTPError) as caught:
            send(client, sandbox, "+12025550182").raise_for_status()
        failures.append(caught.type)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not sandbox.heard:
        pass
    sandbox.stop()
    waiting.join()

    assert 1 == len(failures)


def test_ctrl_c_while_waiting(world, players):
    """After an interrupted wait, stopping still waits for the server to end."""
    sandbox = Sandbox(world, players=players).start()
    interrupt = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        sandbox.wait()
    interrupt.join()
    sandbox.stop()

    names = [thread.name for thread in threading.enumerate()]
    assert "voicenote-sandbox" not in names


def test_waiting_ends_with_the_server(world, players):
    """Who waits goes on when the sandbox is stopped."""
    sandbox = Sandbox(world, players=players).start()
    stopping = threading.Thread(target=sandbox.stop)
    stopping.start()
    sandbox.wait()
    stopping.join()

    assert "" == world.base


def test_the_inbox(client, sandbox):
    """Other processes see what was heard, as JSON."""
    send(client, sandbox)

    [heard] = client.get(f"{sandbox.url}/_sandbox/inbox").json()
    assert (ANN, "sendblue", "hello", None) == (
        heard["person"],
        heard["provider"],
        heard["text"],
        heard["rendering"],
    )


def test_the_log_keeps_no_secret(client, sandbox):
    """The log has methods, paths and statuses, and neither queries nor headers."""
    send(client, sandbox)
    url = f"{sandbox.url}/api.sendblue.co/api/status"
    client.get(url, headers=KEYS, params={"handle": "private"})

    log = client.get(f"{sandbox.url}/_sandbox/requests")
    assert [
        ("POST", "api.sendblue.co", "/api/send-message", 200),
        ("GET", "api.sendblue.co", "/api/status", 404),
    ] == [
        (one["method"], one["host"], one["path"], one["status"]) for one in log.json()
    ]
    assert "private" not in log.text
    assert "sandbox-key" not in log.text


def test_a_request_without_an_answer_is_in_the_log(client, sandbox):
    """What broke off is listed with the status 0."""
    with pytest.raises(httpx.HTTPError):
        send(client, sandbox, "+12025550181")

    [one] = client.get(f"{sandbox.url}/_sandbox/requests").json()
    assert 0 == one["status"]


def test_the_people(client, sandbox):
    """Other processes see who can be written to, and what happens to them."""
    people = client.get(f"{sandbox.url}/_sandbox/people").json()

    assert "has opted out" == next(
        one["summary"] for one in people if one["address"] == "+12025550140"
    )


@pytest.mark.parametrize("path", ["/_sandbox/secrets", "/nobody.example/a", "/", "//"])
def test_nothing_else_is_there(client, sandbox, path):
    """An unknown page, and a host that nobody plays, are not found."""
    assert 404 == client.get(sandbox.url + path).status_code


def test_a_port_that_is_taken(sandbox, players):
    """A port that is in use is an error that says so."""
    port = int(sandbox.url.rpartition(":")[2])

    with pytest.raises(ConfigError, match=f"port {port}"):
        Sandbox(players=players, port=port).start()


def test_a_port_can_be_used_again(players):
    """A sandbox can be started where another one has just ended."""
    with Sandbox(players=players) as first:
        port = int(first.url.rpartition(":")[2])
    with Sandbox(players=players, port=port) as second:
        assert first.url == second.url


def test_the_world_is_canonical_again_afterwards(sandbox):
    """A world that is no longer served writes the vendor's own URLs."""
    sandbox.stop()

    assert "" == sandbox.world.base


def test_without_the_extra(monkeypatch, players):
    """Without Starlette, the error says what to install."""
    monkeypatch.delitem(sys.modules, "voicenote.sandbox._asgi", raising=False)
    monkeypatch.setitem(sys.modules, "starlette.requests", None)

    with pytest.raises(ConfigError, match=r"voicenote\[sandbox\]"):
        Sandbox(players=players).start()


def test_all_installed_players_by_default():
    """Without a list of players, those of the installed plugins play."""
    assert {"linq", "sendblue"} <= set(Sandbox().stage.players)
