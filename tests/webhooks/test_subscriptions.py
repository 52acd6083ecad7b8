"""
Asking a vendor to post webhooks.
"""

import json

import httpx
import pytest

import voicenote

from tests.webhooks.conftest import LINE, LINQ_SECRET, SHARED_SECRET
from voicenote import ConfigError, UnexpectedResponseError
from voicenote.testing import answer, rehearse
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


URL = "https://app.example/hooks"
PINNED = f"{URL}?version=2026-02-03"
MADE = {
    "id": "w1",
    "signing_secret": LINQ_SECRET,
    "target_url": PINNED,
    "subscribed_events": ["message.sent"],
    "is_active": True,
}


@pytest.fixture
def new_linq():
    return Linq(api_key="k", sender=LINE)


def _listed(*subscriptions):
    return answer(json={"subscriptions": list(subscriptions)})


def _sent(done):
    return [
        (one.method, one.url.path, json.loads(one.content or b"null"))
        for one in done.requests
    ]


def test_linq_is_asked_for_what_concerns_notes(new_linq):
    """The payloads' version is pinned, and the list is read first."""
    done = rehearse(new_linq.subscribe(URL), [_listed(), answer(201, MADE)])

    [_, (method, path, body)] = _sent(done)
    assert ("POST", "/api/partner/v3/webhook-subscriptions") == (method, path)
    assert PINNED == body["target_url"]
    assert {"message.sent", "message.failed", "message.received"} < {
        *body["subscribed_events"]
    }


def test_linqs_secret_goes_to_the_caller_alone(new_linq):
    """It is told once, and no repr shows it."""
    done = rehearse(new_linq.subscribe(URL), [_listed(), answer(201, MADE)])

    assert ("w1", LINQ_SECRET) == (done.result.id, done.result.secret)
    assert LINQ_SECRET not in repr(done.result)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{URL}?a=1", f"{URL}?a=1&version=2026-02-03"),
        (f"{URL}?", PINNED),
        (f"{URL}?version=2025-01-01", f"{URL}?version=2025-01-01"),
    ],
    ids=["query", "empty query", "chosen"],
)
def test_the_version_is_pinned_unless_it_was_chosen(new_linq, url, expected):
    """Without one, Linq would freeze in whatever is newest."""
    done = rehearse(new_linq.subscribe(url), [_listed(), answer(201, MADE)])

    assert expected == _sent(done)[1][2]["target_url"]


def test_a_url_that_has_a_subscription_is_used_if_the_secret_is_known(linq):
    """Nothing is made twice."""
    known = {"id": "w0", "target_url": PINNED}

    done = rehearse(linq.subscribe(URL), [_listed(known)])

    assert ("w0", "") == (done.result.id, done.result.secret)


def test_a_subscription_whose_secret_is_lost_is_of_no_use(new_linq):
    """The error says which one, and what to do."""
    known = {"id": "w0", "target_url": PINNED}

    with pytest.raises(ConfigError, match=r"w0.*unsubscribe"):
        rehearse(new_linq.subscribe(URL), [_listed(known)])


@pytest.mark.parametrize("name", ["w1", URL, PINNED])
def test_linq_is_told_to_stop(linq, name):
    """By id, or by URL, with or without the version."""
    known = [] if name == "w1" else [_listed(MADE)]

    done = rehearse(linq.unsubscribe(name), [*known, answer(204)])

    path = "/api/partner/v3/webhook-subscriptions/w1"
    assert ("DELETE", path, None) == _sent(done)[-1]


def test_what_linq_does_not_post_cannot_be_stopped(linq):
    """The URL is named."""
    with pytest.raises(ConfigError, match="nothing to https://other"):
        rehearse(linq.unsubscribe("https://other.example/"), [_listed(MADE)])


OTHERS = {"receive": ["https://others.example/"], "globalSecret": "g"}


def _account(**webhooks):
    return answer(json={"status": "OK", "webhooks": webhooks})


def test_sendblue_gets_the_url_added(sendblue):
    """What others have set up is not written at all."""
    done = rehearse(
        sendblue.subscribe(URL), [_account(**OTHERS), answer(json={}), answer(json={})]
    )

    entry = {"url": URL, "secret": SHARED_SECRET}
    assert [
        ("GET", None),
        ("POST", {"webhooks": [entry], "type": "receive"}),
        ("POST", {"webhooks": [entry], "type": "outbound"}),
    ] == [(method, body) for method, _, body in _sent(done)]


@pytest.mark.parametrize(
    "known", [URL, {"url": URL, "secret": "old"}], ids=["str", "{}"]
)
def test_sendblue_gets_a_changed_secret_with_all_that_was_there(sendblue, known):
    """PUT drops what it is not given, so everything is given back."""
    there = {**OTHERS, "receive": [*OTHERS["receive"], known], "call_log": ["x"]}

    done = rehearse(sendblue.subscribe(URL), [_account(**there), answer(json={})])

    entry = {"url": URL, "secret": SHARED_SECRET}
    changed = {"receive": [*OTHERS["receive"], entry], "outbound": [entry]}
    assert ("PUT", {"webhooks": {**there, **changed}}) == _sent(done)[1][::2]


def test_sendblue_needs_a_secret_to_send_along():
    """Without one, nothing that it posts could be told from a forgery."""
    sendblue = Sendblue(api_key="k", api_secret="s", sender=LINE)

    with pytest.raises(ConfigError, match="webhook_secret first"):
        rehearse(sendblue.subscribe(URL), [])


def test_a_list_that_is_none_is_not_written_back(sendblue):
    """Whatever it is, it is not ours to destroy."""
    with pytest.raises(UnexpectedResponseError):
        rehearse(sendblue.subscribe(URL), [_account(receive={"a": 1})])


def test_sendblue_is_told_to_stop(sendblue):
    """Where it posts to the URL, and nowhere else."""
    there = {
        "receive": [{"url": URL}],
        "outbound": ["https://o.example"],
        "call_log": [URL],
    }

    done = rehearse(
        sendblue.unsubscribe(URL), [_account(**there), answer(json={}), answer(json={})]
    )

    assert [
        ("DELETE", {"webhooks": [URL], "type": "receive"}),
        ("DELETE", {"webhooks": [URL], "type": "call_log"}),
    ] == [(method, body) for method, _, body in _sent(done)[1:]]


def test_what_sendblue_does_not_post_cannot_be_stopped(sendblue):
    """The URL is named."""
    with pytest.raises(ConfigError, match="nothing to"):
        rehearse(sendblue.unsubscribe(URL), [_account(**OTHERS)])


def test_a_client_subscribes_under_its_own_name(new_linq):
    """And its secret proves what comes then."""
    replies = iter([httpx.Response(200, json={"subscriptions": []}),
                    httpx.Response(201, json=MADE)])  # fmt: skip
    transport = httpx.MockTransport(lambda _: next(replies))

    with voicenote.Client({"mine": new_linq}, transport=transport) as client:
        promise = client.subscribe("mine", URL)

    assert ("mine", PINNED) == (promise.provider, promise.url)


@pytest.mark.parametrize("url", ["http://app.example/", "ftp://app.example", "app"])
def test_webhooks_go_over_https(linq, url):
    """On another way, whoever listens could read them."""
    with (
        voicenote.Client([linq]) as client,
        pytest.raises(ConfigError, match="https"),
    ):
        client.subscribe("linq", url)


def test_a_client_unsubscribes(linq):
    """An id is enough."""
    asked = []

    def answers(request):
        asked.append((request.method, request.url.path))
        return httpx.Response(204)

    transport = httpx.MockTransport(answers)
    with voicenote.Client([linq], transport=transport) as client:
        client.unsubscribe("linq", "w1")

    assert [("DELETE", "/api/partner/v3/webhook-subscriptions/w1")] == asked
