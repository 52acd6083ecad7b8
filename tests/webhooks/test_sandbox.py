"""
The sandbox's webhooks, received: what was sent there, as its vendor would tell of it.
"""

import json
import threading

import linq as linq_sdk
import pytest
import sendblue_api as sendblue_sdk

from linq.types.message_event_v2 import MessageEventV2
from linq.types.message_failed_webhook_event import MessageFailedWebhookEvent

import voicenote

from tests.conftest import CAF
from voicenote import ConfigError, Inbound, Receipt, Status, VoiceNote
from voicenote.audio import Format, sniff
from voicenote.cli._hook import Hook
from voicenote.sandbox import Sandbox, Stage
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


ANN, FAILS, RECOVERS, SMS = (f"+12025550{n}" for n in (123, 160, 164, 150))
MAKERS = {"linq": Linq, "sendblue": Sendblue}


@pytest.fixture(params=MAKERS)
def name(request):
    return request.param


@pytest.fixture
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox, name):
    provider = MAKERS[name](**sandbox.settings(name))
    with voicenote.Client([provider], allow_private_urls=True) as client:
        yield client


def _received(client, name, postings):
    return [
        news
        for one in postings
        for news in client.receive(name, one.headers, one.body, url=one.url)
    ]


COURSES = {
    "reads": (ANN, Status.READ, Status.DELIVERED),
    "fails": (FAILS, Status.FAILED, Status.FAILED),
    "recovers": (RECOVERS, Status.DELIVERED, Status.DELIVERED),
    "SMS": (SMS, Status.SENT, Status.SENT),
}


@pytest.mark.parametrize(("person", "linq", "sendblue"), COURSES.values(), ids=COURSES)
def test_a_notes_webhooks_tell_its_whole_course(
    client, sandbox, name, person, linq, sendblue
):
    """They are genuine to a client with the sandbox's settings, and join its receipt."""
    sent = client.send(VoiceNote(CAF, person, key="key-1"))

    told = _received(client, name, sandbox.events(name))

    assert {(sent.id, "key-1")} == {(one.id, one.key) for one in told}
    assert (linq if name == "linq" else sendblue) is told[-1].status


def test_repeated_and_reordered_webhooks_change_nothing(client, sandbox, name):
    """The last word is the same, whatever the order and however often."""
    client.send(VoiceNote(CAF, RECOVERS))
    postings = sandbox.events(name)
    last = _received(client, name, postings)[-1]

    assert last == _received(client, name, [*postings[::-1], *postings])[-1]


def test_a_reply_comes_in_and_can_be_heard(client, sandbox, name):
    """Somebody's voice note is told of, and downloads as Ogg."""
    posting = sandbox.reply(name, ANN, CAF)

    [inbound] = _received(client, name, [posting])

    assert isinstance(inbound, Inbound)
    assert ANN == inbound.sender
    assert Format.OGG_OPUS is sniff(client.download(inbound).data)


def test_a_reply_can_be_answered(client, sandbox):
    """The chat that it names takes a note, where the provider names one."""
    name = next(iter(client.providers))
    [inbound] = _received(client, name, [sandbox.reply(name, "+12025550199", CAF)])

    to = {"chat": inbound.chat} if inbound.chat else {"to": inbound.sender}
    client.send(VoiceNote(CAF, **to))

    assert ["+12025550199"] == [heard.person for heard in sandbox.heard]


def test_a_status_callback_comes_back_with_its_token(sandbox):
    """Unsigned, as Sendblue's is, and proved by its URL alone."""
    provider = Sendblue(
        **sandbox.settings("sendblue"), status_callback="https://app.example/{token}"
    )
    with voicenote.Client([provider]) as client:
        client.send(VoiceNote(CAF, ANN, key="key-1"))
        callbacks = [one for one in sandbox.events("sendblue") if one.url]

        told = _received(client, "sendblue", callbacks)

    assert not any("sb-signing-secret" in one.headers for one in callbacks)
    assert {"key-1"} == {one.key for one in told}


def test_subscribing_and_unsubscribing_work(client, sandbox, name):
    """What is posted then is genuine with the secret that the subscription has."""
    settings = {**sandbox.settings(name)}
    if name == "linq":
        settings.pop("webhook_secret")
    asking = voicenote.Client([MAKERS[name](**settings)])
    promise = asking.subscribe(name, "https://app.example/hooks")
    client.send(VoiceNote(CAF, ANN))
    posting = sandbox.events(name)[0]

    provider = MAKERS[name](**{**settings, "webhook_secret": promise.secret})
    receiving = voicenote.Client([provider])

    assert promise.url == posting.url
    assert isinstance(_received(receiving, name, [posting])[0], Receipt)
    asking.unsubscribe(name, promise.url)
    assert "" == sandbox.events(name)[0].url
    with pytest.raises(ConfigError):
        asking.unsubscribe(name, "https://app.example/hooks")
    asking.close()
    receiving.close()


def test_the_sdk_lists_linqs_subscriptions(sandbox):
    """The vendor's client makes, lists and ends one, and finds its types."""
    settings = sandbox.settings("linq")
    sdk = linq_sdk.LinqAPIV3(
        api_key=settings["api_key"], base_url=settings["base_url"], max_retries=0
    )

    made = sdk.webhook_subscriptions.create(
        target_url="https://app.example/h", subscribed_events=["message.sent"]
    )
    [listed] = sdk.webhook_subscriptions.list().subscriptions
    sdk.webhook_subscriptions.delete(made.id)

    assert made.signing_secret.startswith("whsec_")
    assert made.id == listed.id
    assert [] == sdk.webhook_subscriptions.list().subscriptions


def test_the_sdk_changes_sendblues_webhooks(sandbox):
    """The vendor's client adds and lists them, and finds its types."""
    settings = sandbox.settings("sendblue")
    sdk = sendblue_sdk.SendblueAPI(
        api_key=settings["api_key"],
        api_secret=settings["api_secret"],
        base_url=settings["base_url"],
    )

    sdk.webhooks.create(webhooks=["https://app.example/h"], type="receive")

    assert ["https://app.example/h"] == sdk.webhooks.list().webhooks.receive


def test_linqs_events_are_of_the_sdks_types(sandbox):
    """Every event validates against what the vendor's client expects."""
    with voicenote.Client([Linq(**sandbox.settings("linq"))]) as client:
        client.send(VoiceNote(CAF, ANN))
        client.send(VoiceNote(CAF, FAILS))

    for posting in sandbox.events("linq"):
        event = json.loads(posting.body)
        if event["event_type"] == "message.failed":
            MessageFailedWebhookEvent.model_validate(event, strict=False)
        else:
            MessageEventV2.model_validate(event["data"], strict=False)


def test_a_vendor_without_webhooks_has_none():
    """The error names the player."""

    class Silent:
        name, hosts, settings = "silent", (), {}

        def __init__(self, world):
            pass

    with pytest.raises(ConfigError, match="silent"):
        Stage.of(players=[Silent]).events("silent")


@pytest.fixture
def listening():
    """Return where POSTs are taken, and what they bring."""
    heard = []

    def hear(headers, body, url):
        heard.append((headers, body, url))
        return 204

    hook = Hook(hear, 0)
    thread = threading.Thread(target=hook.serve)
    thread.start()
    yield hook.url, heard
    hook._server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({}, ["sent", "delivered", "read"]),
        ({"times": 2}, ["sent", "sent", "delivered", "delivered", "read", "read"]),
        ({"backwards": True}, ["read", "delivered", "sent"]),
    ],
    ids=["once", "twice", "backwards"],
)
def test_webhooks_are_posted_where_they_were_asked_for(sandbox, listening, how, words):
    """Over HTTP, as often and in the order that was said."""
    url, heard = listening
    settings = {**sandbox.settings("linq"), "webhook_secret": ""}
    with voicenote.Client([Linq(**settings)]) as client:
        client.subscribe("linq", url)
        client.send(VoiceNote(CAF, ANN))

        assert [204] * len(words) == sandbox.post("linq", **how)

    told = [json.loads(body)["event_type"] for _, body, _ in heard]
    assert [f"message.{word}" for word in words] == told


def test_a_callback_is_posted_to_its_note(sandbox, listening):
    """With the token that it was sent with, by which it is genuine."""
    url, heard = listening
    settings = sandbox.settings("sendblue")
    with voicenote.Client([Sendblue(**settings)]) as client:
        client.send(VoiceNote(CAF, ANN, key="key-1", callback_url=f"{url}/cb"))
        sandbox.post("sendblue")

        told = [
            client.receive("sendblue", headers, body, url=there)
            for headers, body, there in heard
        ]

    assert {"key-1"} == {receipt.key for [receipt] in told}
