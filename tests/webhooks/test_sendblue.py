"""
What Sendblue posts, read.
"""

import json

import pytest

from tests.webhooks.conftest import (
    ANN,
    LINE,
    NOW,
    SHARED_SECRET,
    packed,
    sendblue_event,
    sendblue_inbound,
)
from voicenote import (
    ConfigError,
    Failure,
    Inbound,
    Receipt,
    Rendering,
    Service,
    Status,
    VoiceNote,
    Webhook,
    WebhookError,
    callback_url,
)
from voicenote._receipts import moment
from voicenote.testing import answer, rehearse
from voicenote_sendblue import Sendblue


HEADER = {"sb-signing-secret": SHARED_SECRET}


def _told(sendblue, event, headers=HEADER, **more):
    return sendblue.receive(Webhook(headers, packed(event), NOW, **more))


def test_a_report_is_a_receipt(sendblue):
    """The account's webhook for outbound messages says how far a note is."""
    [receipt] = _told(sendblue, sendblue_event())

    assert (
        Receipt(
            "sendblue",
            "4E1B7C20",
            Status.DELIVERED,
            to=(ANN,),
            sender=LINE,
            service=Service.IMESSAGE,
            rendering=Rendering.VOICE_NOTE,
            downgraded=False,
            media="https://storage.example/note.caf",
            created_at=moment("2026-05-06T04:00:00Z"),
            delivered_at=moment("2026-05-06T04:00:01Z"),
        )
        == receipt
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("REGISTERED", Status.QUEUED),
        ("ACCEPTED", Status.QUEUED),
        ("SENT", Status.SENT),
        ("delivered", Status.DELIVERED),
        ("READ", Status.READ),
        ("ERROR", Status.FAILED),
        ("DECLINED", Status.FAILED),
        ("INVENTED", Status.UNKNOWN),
    ],
)
def test_status_words_are_those_of_the_look_up(sendblue, word, expected):
    """One table reads both, and does not mind a new word."""
    [receipt] = _told(sendblue, sendblue_event(status=word))

    assert expected is receipt.status


def test_a_failure_says_why(sendblue):
    """The key is preferred to the number, as in a refusal."""
    event = sendblue_event(
        status="ERROR", error_code=10001, error_message="Message failed to send"
    )

    [receipt] = _told(sendblue, event)

    assert Failure("10001", "Message failed to send") == receipt.failure


def test_a_voice_note_comes_in(sendblue):
    """Who, to which line, when, and where the audio is; nothing says it is one."""
    [inbound] = _told(sendblue, sendblue_inbound())

    assert (
        Inbound(
            "sendblue",
            "4E1B7C20",
            sender=ANN,
            line=LINE,
            service=Service.IMESSAGE,
            url="https://storage.example/bucket/xyz_AudioMessage.caf",
            filename="xyz_AudioMessage.caf",
            at="2026-05-06T04:00:00Z",
        )
        == inbound
    )


@pytest.mark.parametrize(
    ("url", "is_audio"),
    [
        ("https://s.example/a.caf", True),
        ("https://s.example/a.CAF?sig=1.png", True),
        ("https://s.example/a.m4a#x", True),
        ("https://[s.example/a.caf", True),
        ("https://s.example/a.png", False),
        ("https://s.example/a.png?x=.caf", False),
        ("", False),
        (None, False),
        (["https://s.example/a.caf"], False),
    ],
)
def test_a_voice_note_is_known_by_its_files_name(sendblue, url, is_audio):
    """Sendblue tells no type; the path's ending has to do."""
    assert is_audio == bool(_told(sendblue, sendblue_inbound(media_url=url)))


def test_in_a_group_numbers_come_as_lists(sendblue):
    """Everybody's number, and the group's name to answer to."""
    people = {"number": [ANN, LINE], "to_number": [LINE, ANN], "group_id": "g1"}

    [receipt] = _told(sendblue, sendblue_event(**people))
    [inbound] = _told(sendblue, sendblue_inbound(**people))

    assert ((ANN, LINE), "g1") == (receipt.to, receipt.chat)
    assert (ANN, LINE, "g1") == (inbound.sender, inbound.line, inbound.chat)


def test_an_apple_id_may_write(sendblue):
    """A sender can be an e-mail address."""
    [inbound] = _told(sendblue, sendblue_inbound(from_number="ann@example.com"))

    assert "ann@example.com" == inbound.sender


@pytest.mark.parametrize(
    "event",
    [
        {"number": ANN, "is_typing": True},
        {"event": "contact_created", "phone": ANN},
        {"call_id": "1", "status": "completed"},
        {},
        sendblue_inbound(media_url="", content="Hello"),
    ],
    ids=["typing", "contact", "call", "empty", "text"],
)
def test_what_concerns_no_note_is_nothing(sendblue, event):
    """An event that is not ours to know is no error."""
    assert [] == _told(sendblue, event)


@pytest.mark.parametrize(
    "event",
    [
        [],
        None,
        sendblue_event(message_handle=None),
        sendblue_inbound(message_handle=""),
    ],
    ids=["list", "null", "nameless", "nameless inbound"],
)
def test_what_is_not_documented_is_unreadable(sendblue, event):
    """A genuine webhook of another shape is a WebhookError, and nothing else."""
    with pytest.raises(WebhookError):
        _told(sendblue, event)


TOKEN = callback_url("/status", SHARED_SECRET, "key-1")
PROOFS = {
    "header": (HEADER, "", None),
    "token": ({}, TOKEN, "key-1"),
    "both": (HEADER, TOKEN, "key-1"),
}


@pytest.mark.parametrize(("headers", "url", "key"), PROOFS.values(), ids=PROOFS)
def test_a_header_or_a_token_proves_it_genuine(sendblue, headers, url, key):
    """Account webhooks have the one, status callbacks the other."""
    [receipt] = _told(sendblue, sendblue_event(), headers, url=url)

    assert key == receipt.key


FORGERIES = {
    "neither": ({}, "/status"),
    "wrong header": ({"sb-signing-secret": "x"}, ""),
    "wrong header, right token": ({"sb-signing-secret": "x"}, TOKEN),
    "wrong token": ({}, TOKEN[:-1] + "_"),
    "right header, wrong token": (HEADER, TOKEN[:-1] + "_"),
    "another header": ({"authorization": SHARED_SECRET}, ""),
}


@pytest.mark.parametrize(("headers", "url"), FORGERIES.values(), ids=FORGERIES)
def test_a_wrong_proof_is_refused(sendblue, headers, url):
    """Whatever is wrong counts, even beside something that is right."""
    with pytest.raises(WebhookError):
        _told(sendblue, sendblue_event(), headers, url=url, unverified=True)


def test_without_a_secret_nothing_is_received():
    """The error says what to set, or how to go without."""
    sendblue = Sendblue(api_key="k", api_secret="s", sender=LINE)

    with pytest.raises(ConfigError, match=r"SENDBLUE_WEBHOOK_SECRET.*unverified"):
        _told(sendblue, sendblue_event())
    assert 1 == len(_told(sendblue, sendblue_event(), {}, unverified=True))


def test_the_headers_name_can_be_another():
    """Several names were seen in the wild."""
    sendblue = Sendblue(
        api_key="k",
        api_secret="s",
        sender=LINE,
        webhook_secret="x1",
        webhook_header="X-Webhook-Secret",
    )

    assert 1 == len(_told(sendblue, sendblue_event(), {"X-Webhook-SECRET": "x1"}))


def _asked(sendblue, **fields):
    note = VoiceNote("https://cdn.example/a.caf", ANN, key="key-1", **fields)
    [send] = rehearse(sendblue.send(note), [answer(json=sendblue_event())]).requests
    return json.loads(send.content).get("status_callback")


def test_a_notes_callback_gets_a_token(sendblue):
    """The URL that goes out is the one that comes back, and proves its note's key."""
    url = _asked(sendblue, callback_url="https://app.example/{token}/status")

    [receipt] = _told(sendblue, sendblue_event(), {}, url=url)

    assert "{token}" not in url
    assert "key-1" == receipt.key


def test_without_a_secret_a_callback_stays_as_it_is():
    """There is nothing to make a token with."""
    sendblue = Sendblue(
        api_key="k", api_secret="s", sender=LINE, status_callback="https://a.example/s"
    )

    assert "https://a.example/s" == _asked(sendblue)


def test_without_a_callback_there_is_no_token(sendblue):
    """A note that nobody wants to be told of is sent as before."""
    assert _asked(sendblue) is None
