"""
What Linq posts, read.
"""

import pytest

from tests.webhooks.conftest import (
    ANN,
    AUDIO,
    CHAT,
    LINE,
    LINQ_SECRET,
    MESSAGE,
    NOW,
    OTHER_SECRET,
    TRACE,
    linq_event,
    memo,
    new,
    old,
    packed,
    signed,
)
from voicenote import (
    ConfigError,
    Failure,
    Inbound,
    Receipt,
    Rendering,
    Service,
    Status,
    Webhook,
    WebhookError,
)
from voicenote._receipts import moment
from voicenote_linq import Linq


VERSIONS = {"2025-01-01": old, "2026-02-03": new}
EVENT_TEXT = "2026-03-01T12:00:00.123456Z"
EVENT_TIME = moment(EVENT_TEXT)
SENT_TIME = moment("2026-03-01T11:59:59.5Z")


def _told(linq, event, **more):
    body = packed(event)
    return linq.receive(Webhook(signed(body), body, NOW, **more))


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
@pytest.mark.parametrize("word", ["sent", "delivered", "read"])
def test_a_report_is_a_receipt(linq, version, word):
    """Both versions say the same: how far the message is, on what, and since when."""
    moments = {"sent_at": SENT_TIME, f"{word}_at": EVENT_TIME}
    if word == "sent":
        moments = {"sent_at": SENT_TIME}

    [receipt] = _told(linq, version(f"message.{word}", memo()))

    assert (
        Receipt(
            "linq",
            MESSAGE,
            word,
            sender=LINE,
            chat=CHAT,
            service=Service.IMESSAGE,
            rendering=Rendering.VOICE_NOTE,
            downgraded=False,
            trace_id=TRACE,
            **moments,
        )
        == receipt
    )


@pytest.mark.parametrize(
    ("service", "rendering", "downgraded"),
    [
        ("SMS", Rendering.ATTACHMENT, True),
        ("RCS", Rendering.ATTACHMENT, False),
        ("Telegram", None, None),
        (None, None, None),
    ],
)
def test_only_imessage_promises_a_bubble(linq, service, rendering, downgraded):
    """The network decides what the recipient sees; an unknown one decides nothing."""
    [receipt] = _told(linq, new("message.delivered", service=service))

    assert (rendering, downgraded) == (receipt.rendering, receipt.downgraded)


FAILED = {"code": 4001, "reason": "Delivery failed", "failed_at": EVENT_TEXT}
FAILURES = {
    "message_id and chat_id": {"message_id": MESSAGE, "chat_id": CHAT},
    "id and chat": {"id": MESSAGE, "chat": {"id": CHAT}},
    "both": {"message_id": MESSAGE, "id": "other", "chat_id": CHAT, "chat": None},
}


@pytest.mark.parametrize("names", FAILURES.values(), ids=FAILURES)
def test_a_failure_has_a_shape_of_its_own(linq, names):
    """A client that reads only `id` and `chat` would drop real failures."""
    [receipt] = _told(
        linq, linq_event("message.failed", {**FAILED, **names, "detail_code": 17})
    )

    assert (
        Receipt(
            "linq",
            MESSAGE,
            Status.FAILED,
            chat=CHAT,
            failure=Failure("4001", "Delivery failed"),
            trace_id=TRACE,
            failed_at=EVENT_TIME,
        )
        == receipt
    )


def test_a_failure_needs_no_reason(linq):
    """Only its code and its time are promised."""
    [receipt] = _told(
        linq, linq_event("message.failed", {"code": 3007, "message_id": MESSAGE})
    )

    assert Failure("3007") == receipt.failure


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_a_memo_comes_in(linq, version):
    """Who, to which line, in which chat, when, and where the audio is."""
    [inbound] = _told(linq, version("message.received", memo()))

    assert (
        Inbound(
            "linq",
            MESSAGE,
            sender=ANN,
            line=LINE,
            chat=CHAT,
            service=Service.IMESSAGE,
            url=AUDIO,
            content_type="audio/x-caf",
            filename="note.caf",
            at=SENT_TIME,
        )
        == inbound
    )


PARTS = {
    "voice_memo": (memo(), True),
    "media": (memo(type="media"), True),
    "media, m4a": (memo(type="media", mime_type="audio/x-m4a"), True),
    "memo without a type": (memo(mime_type=None), True),
    "picture": (memo(type="media", mime_type="image/png"), False),
    "text": ({"type": "text", "value": "audio/x-caf"}, False),
    "link": ({"type": "link", "value": "https://a.example/a.caf"}, False),
    "nothing": ({}, False),
    "no object": ("voice_memo", False),
}


@pytest.mark.parametrize(("part", "is_audio"), PARTS.values(), ids=PARTS)
def test_audio_is_a_memo_or_a_media_part(linq, part, is_audio):
    """Nothing tells a memo from an audio file where it is a media part."""
    assert is_audio == bool(_told(linq, new("message.received", part)))


def test_every_audio_of_a_message_has_a_key_of_its_own(linq):
    """Two in one message are two notes; the same one told again is the same."""
    event = new("message.received", {"type": "text", "value": "x"}, memo(), memo())

    keys = [inbound.key for inbound in _told(linq, event)]

    assert [f"linq/{MESSAGE}/1", f"linq/{MESSAGE}/2"] == keys
    assert keys == [inbound.key for inbound in _told(linq, event)]


def test_nothing_retained_is_nothing_told(linq):
    """With zero retention, parts are empty or missing, and reports still are reports."""
    assert [] == _told(linq, new("message.received"))
    assert [] == _told(linq, new("message.received", parts=None))
    assert 1 == len(_told(linq, new("message.read")))


@pytest.mark.parametrize(
    "event",
    [
        linq_event("chat.created", {"id": CHAT}),
        linq_event("message.edited", {"id": MESSAGE}),
        linq_event("message.invented", {}),
        linq_event("phone_number.status_updated", {"phone_number": LINE}),
        new("message.read", direction="inbound"),
        new("message.received", memo(), direction="outbound"),
    ],
    ids=["chat", "edited", "invented", "line", "we read theirs", "we sent"],
)
def test_what_concerns_no_note_is_nothing(linq, event):
    """An event that is not ours to know is no error."""
    assert [] == _told(linq, event)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-01T12:00:00.123456789Z", EVENT_TEXT),
        ("2026-03-01T07:00:00.123456-05:00", EVENT_TEXT),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
        ("yesterday", "2026-03-01T12:00:00.123456Z"),
        (5, "2026-03-01T12:00:00.123456Z"),
        ("9999-12-31T23:59:59-23:59", "2026-03-01T12:00:00.123456Z"),
    ],
    ids=["nanoseconds", "offset", "bare Z", "word", "number", "beyond time"],
)
def test_times_are_read_as_they_come(linq, written, expected):
    """An unreadable time is replaced by the event's own."""
    [receipt] = _told(linq, new("message.delivered", delivered_at=written))

    assert moment(expected) == receipt.delivered_at


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b'{"event_type": "message.sent"}',
        b'{"event_type": 5, "data": {}}',
        b'{"event_type": "message.sent", "data": []}',
        b'{"event_type": "message.sent", "data": {"id": null}}',
        b'{"event_type": "message.failed", "data": {"code": 1}}',
        b'{"event_type": "message.sent", "data": {"id": "\\ud800"}}',
        b"[" * 100_000,
        b'{"event_type": ' + b"9" * 5000 + b"}",
    ],
    ids=range(12),
)
def test_what_is_not_documented_is_unreadable(linq, body):
    """A genuine webhook of another shape is a WebhookError, and nothing else."""
    with pytest.raises(WebhookError):
        linq.receive(Webhook(signed(body), body, NOW))


def test_a_configured_secret_cannot_be_skipped(linq):
    """Taking it on trust is for those who have no secret."""
    body = packed(new("message.sent"))

    with pytest.raises(WebhookError):
        linq.receive(Webhook({}, body, NOW, unverified=True))


def test_without_a_secret_nothing_is_received():
    """The error says what to set, or how to go without."""
    body = packed(new("message.sent"))

    with pytest.raises(ConfigError, match=r"LINQ_WEBHOOK_SECRET.*unverified=True"):
        Linq(api_key="k", sender=LINE).receive(Webhook(signed(body), body, NOW))


def test_on_trust_a_webhook_without_a_secret_is_read():
    """Whoever says so receives what anybody may have posted."""
    body = packed(new("message.sent"))

    told = Linq(api_key="k", sender=LINE).receive(
        Webhook({}, body, NOW, unverified=True)
    )

    assert [MESSAGE] == [receipt.id for receipt in told]


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n"], ids=repr)
def test_secrets_are_separated_as_people_do(between):
    """White space or commas: both secrets are good."""
    linq = Linq(
        api_key="k", sender=LINE, webhook_secret=OTHER_SECRET + between + LINQ_SECRET
    )

    assert 1 == len(_told(linq, new("message.sent")))


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_tolerance_is_a_number_of_seconds(seconds):
    """Whatever would switch freshness off is refused."""
    with pytest.raises(ConfigError):
        Linq(api_key="k", sender=LINE, webhook_tolerance=seconds)


def test_secrets_are_not_shown(linq):
    """A provider's repr can go to a log."""
    assert LINQ_SECRET not in repr(linq)
    assert "whsec" not in repr(linq)
