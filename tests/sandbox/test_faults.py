"""What goes wrong on request, over both drivers."""

import math

import httpx
import pytest

from voicenote.sandbox import (
    Disconnected,
    Fault,
    Response,
    SandboxTransport,
    Silence,
    afterwards,
    altered,
    changed,
    inflated,
    instead,
    slowly,
    truncated,
)


KEYS = {"sb-api-key-id": "sandbox-key", "sb-api-secret-key": "sandbox-secret"}
ANN = "+12025550123"
SEND = "/api/send-message"


@pytest.fixture(params=["loopback", "in process"])
def stage(request, world, players):
    """Return the driver's faults and people, and how to send with it."""
    if request.param == "loopback":
        sandbox = request.getfixturevalue("sandbox")
        base, transport = sandbox.settings("sendblue")["base_url"], None
    else:
        sandbox = transport = SandboxTransport(world, players)
        base = "https://api.sendblue.co"

    def send(path=SEND):
        with httpx.Client(transport=transport, headers=KEYS, timeout=0.5) as client:
            return client.post(base + path, json={"number": ANN, "content": "hello"})

    sandbox.send = send
    return sandbox


def heard(stage):
    return len(stage.world.heard)


def test_instead_of_acting(stage):
    """A vendor that answers for itself has done nothing."""
    stage.faults.add(Fault(instead(Response(503))))

    assert (503, 0) == (stage.send().status_code, heard(stage))


def test_after_acting(stage):
    """A vendor that has acted may say anything."""
    stage.faults.add(Fault(afterwards(Response(502, html="<h1>Bad Gateway</h1>"))))

    answer = stage.send()

    assert (502, "<h1>Bad Gateway</h1>", 1) == (
        answer.status_code,
        answer.text,
        heard(stage),
    )


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        pytest.param(instead(Disconnected()), 0, id="before"),
        pytest.param(afterwards(Disconnected()), 1, id="after"),
    ],
)
def test_a_broken_connection(stage, effect, expected):
    """It breaks before the vendor acts, or after."""
    stage.faults.add(Fault(effect))

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        stage.send()

    assert expected == heard(stage)


def test_no_answer(stage):
    """A vendor that has acted may keep silent."""
    stage.faults.add(Fault(afterwards(Silence())))

    with pytest.raises(httpx.ReadTimeout):
        stage.send()

    assert 1 == heard(stage)


def test_only_what_matches(stage):
    """A fault waits for a request of its method and path."""
    stage.faults.add(
        Fault(instead(Response(500)), method="PUT"),
        Fault(instead(Response(501)), path="*/upload-file"),
        Fault(instead(Response(502)), method="P*", path="/api/send-*"),
    )

    assert 502 == stage.send().status_code


def test_in_their_order(stage):
    """Where several faults match, the one that was added first happens first."""
    stage.faults.add(Fault(instead(Response(500))), Fault(instead(Response(501))))

    assert [500, 501, 200] == [stage.send().status_code for _ in range(3)]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param(1, [500, 200, 200], id="once"),
        pytest.param(2, [500, 500, 200], id="twice"),
        pytest.param(math.inf, [500, 500, 500], id="always"),
    ],
)
def test_how_often(stage, times, expected):
    """A fault is over after as many requests as it says."""
    stage.faults.add(Fault(instead(Response(500)), times=times))

    assert expected == [stage.send().status_code for _ in expected]


def test_never_is_no_number_of_times():
    """A fault that happens with no request is a mistake."""
    with pytest.raises(ValueError, match="times"):
        Fault(instead(Response(500)), times=0)


def test_nothing_goes_wrong_any_more(stage):
    """What was added can be taken back."""
    stage.faults.add(Fault(instead(Response(500)), times=math.inf))
    stage.faults.clear()

    assert 200 == stage.send().status_code


def test_half_an_answer(stage):
    """A body that is cut off is no JSON, and its length is right."""
    stage.faults.add(Fault(changed(truncated)))

    answer = stage.send()

    assert (b"{", 1) == (answer.content[:1], heard(stage))
    with pytest.raises(ValueError, match="Unterminated|Expecting|delimiter"):
        answer.json()


def test_a_bomb(stage):
    """A small answer unpacks to a large one."""
    stage.faults.add(Fault(changed(lambda response: inflated(response, 100_000))))

    answer = stage.send()

    assert bytes(100_000) == answer.content
    assert int(answer.headers["content-length"]) < 1000


def test_a_body_that_the_vendor_sees_otherwise(stage):
    """The vendor gets another body than the client has sent."""
    stage.faults.add(Fault(altered({"number": "+12025550124"})))
    stage.send()

    assert ["+12025550124"] == [one.person for one in stage.world.heard]


def test_the_log_has_what_was_seen(stage):
    """A request is listed with the status that its client got."""
    stage.faults.add(Fault(afterwards(Response(500))))
    stage.send()

    assert [500] == [exchange.status for exchange in stage.stage.log]


def test_a_slow_answer(client, sandbox):
    """Over loopback an answer comes drop by drop, and whole in the end."""
    sandbox.faults.add(Fault(slowly(0.1)))
    url = sandbox.settings("sendblue")["base_url"] + SEND

    with client.stream(
        "POST", url, headers=KEYS, json={"number": ANN, "content": "hello"}
    ) as answer:
        drops = list(answer.iter_raw(1))

    assert int(answer.headers["content-length"]) == len(drops)
    assert drops[-1] == b"}"


def test_a_slow_answer_in_process(world, players):
    """In process nothing waits: a slow answer is late at once."""
    transport = SandboxTransport(world, players)
    transport.faults.add(Fault(slowly(1000)))

    with (
        httpx.Client(transport=transport, headers=KEYS) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.post(
            f"https://api.sendblue.co{SEND}", json={"number": ANN, "content": "hello"}
        )

    assert 1 == len(world.heard)


def test_a_refused_connection(client, sandbox):
    """The other settings lead to a port where nobody listens."""
    with pytest.raises(httpx.ConnectError):
        client.post(sandbox.refusing("sendblue")["base_url"] + SEND)
