"""The players in process, behind an httpx transport."""

import httpx
import pytest
import trio

from voicenote.sandbox import SandboxTransport


KEYS = {"sb-api-key-id": "sandbox-key", "sb-api-secret-key": "sandbox-secret"}
URL = "https://api.sendblue.co/api/send-message"


@pytest.fixture
def transport(world, players):
    return SandboxTransport(world, players)


def send(transport, number="+12025550123"):
    with httpx.Client(transport=transport, headers=KEYS) as client:
        return client.post(URL, json={"number": number, "content": "hello"})


def test_blocking(transport):
    """A blocking client is answered by the player of the host it asks."""
    assert "QUEUED" == send(transport).json()["status"]


def test_async(transport):
    """An async client is answered too, under any event loop."""

    async def main():
        async with httpx.AsyncClient(transport=transport, headers=KEYS) as client:
            body = {"number": "+12025550123", "content": "hello"}
            return await client.post(URL, json=body)

    assert "QUEUED" == trio.run(main).json()["status"]


def test_settings_are_canonical(transport):
    """A client in process keeps the vendor's own address."""
    assert "https://api.sendblue.co" == transport.settings("sendblue")["base_url"]


@pytest.mark.parametrize(
    ("number", "error"),
    [
        pytest.param("+12025550181", httpx.ReadError, id="disconnects"),
        pytest.param("+12025550182", httpx.ReadTimeout, id="hangs"),
    ],
)
def test_no_answer_after_acceptance(transport, number, error):
    """What no answer can express is httpx's own error, and the note is heard."""
    with pytest.raises(error):
        send(transport, number)

    assert [number] == [heard.person for heard in transport.world.heard]


def test_nothing_leaves_the_process(transport):
    """A host that nobody plays cannot be connected to."""
    with (
        httpx.Client(transport=transport) as client,
        pytest.raises(httpx.ConnectError, match=r"acme\.example"),
    ):
        client.get("https://acme.example/")
