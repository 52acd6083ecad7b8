"""
Sendblue, without a network.
"""

import json

from datetime import datetime

import pytest

import voicenote

from tests.conftest import CAF
from voicenote import Rendering, Service, Status, VoiceNote
from voicenote.testing import answer, rehearse
from voicenote_sendblue import Sendblue


LINE = "+12025550102"
ADA, BOB = "+12025550123", "+12025550124"
MEDIA = "https://storage.googleapis.com/inbound-file-store/ab12_voice_note.caf"
STORED = {"status": "OK", "media_url": MEDIA, "mediaObjectId": "ab12_voice_note.caf"}
QUEUED = {
    "accountEmail": "ops@example.com",
    "status": "QUEUED",
    "error_code": None,
    "error_key": None,
    "message_handle": "h1",
    "date_sent": "2026-01-02T03:04:05.678Z",
    "from_number": LINE,
    "number": ADA,
    "media_url": MEDIA,
    "group_id": "",
    "was_downgraded": None,
    "service": "iMessage",
}


@pytest.fixture
def sendblue():
    return Sendblue(api_key="k3y", api_secret="s3cret", sender=LINE)


def _note(to=ADA, **fields):
    audio = voicenote.Audio(
        CAF, content_type="audio/x-caf", filename="voice_note.caf", duration=2.2
    )
    return VoiceNote(audio, to, key="key-1", **fields)


def _by_url(**fields):
    return VoiceNote(MEDIA, ADA, key="key-1", **fields)


def _body(done):
    return json.loads(done.requests[-1].content)


def test_a_note_is_uploaded_and_sent(sendblue):
    """Nobody needs a bucket: two requests do it."""
    done = rehearse(sendblue.send(_note()), [answer(201, STORED), answer(200, QUEUED)])

    assert ["/api/upload-file", "/api/send-message"] == [
        one.url.path for one in done.requests
    ]
    assert {"number": ADA, "from_number": LINE, "media_url": MEDIA} == _body(done)


def test_the_upload_is_one_part_named_file(sendblue):
    """The file's name ends in .caf, which decides the URL's ending."""
    done = rehearse(sendblue.send(_note()), [answer(201, STORED), answer(200, QUEUED)])

    upload = done.requests[0]

    assert upload.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="vn-' in upload.content
    assert b'.caf"' in upload.content
    assert CAF in upload.content


def test_keys_travel_in_headers(sendblue):
    """Both requests carry them, and nothing else does."""
    done = rehearse(sendblue.send(_note()), [answer(201, STORED), answer(200, QUEUED)])

    for request in done.requests:
        assert "k3y" == request.headers["sb-api-key-id"]
        assert "s3cret" == request.headers["sb-api-secret-key"]
        assert b"s3cret" not in request.content


def test_the_receipt_says_what_sendblue_said(sendblue):
    """The service is open until the note is on its way."""
    done = rehearse(sendblue.send(_by_url()), [answer(202, QUEUED)])

    assert (
        voicenote.Receipt(
            "sendblue",
            "h1",
            Status.QUEUED,
            to=[ADA],
            sender=LINE,
            media=MEDIA,
            created_at=datetime.fromisoformat("2026-01-02T03:04:05.678Z"),
        )
        == done.result
    )


def test_several_recipients_are_a_group(sendblue):
    """The answer's arrays become the receipt's recipients."""
    group = {**QUEUED, "number": [ADA, BOB], "group_id": "sb_group_1"}

    done = rehearse(
        sendblue.send(_note([ADA, BOB])), [answer(201, STORED), answer(200, group)]
    )

    assert "/api/send-group-message" == done.requests[1].url.path
    assert [ADA, BOB] == _body(done)["numbers"]
    assert ((ADA, BOB), "sb_group_1") == (done.result.to, done.result.chat)


def test_a_chat_is_a_group_that_exists(sendblue):
    """A note into a known group names it."""
    note = VoiceNote(MEDIA, chat="sb_group_1")

    body = _body(rehearse(sendblue.send(note), [answer(200, QUEUED)]))

    assert {"group_id", "from_number", "media_url"} == set(body)


def test_a_group_has_at_most_25_people(sendblue):
    """Sendblue's limit is known before the network."""
    crowd = [f"+1202555{n:04}" for n in range(26)]

    with pytest.raises(voicenote.UnroutableError, match="26 recipients"):
        rehearse(sendblue.send(_note(crowd)), [])


@pytest.mark.parametrize(
    ("configured", "given", "expected"),
    [
        ("", None, None),
        ("https://a.example/cb", None, "https://a.example/cb"),
        ("https://a.example/cb", "https://b.example/cb", "https://b.example/cb"),
    ],
    ids=["none", "configured", "the note's"],
)
def test_callbacks_are_per_note_or_configured(configured, given, expected):
    """The note's own URL wins."""
    sendblue = Sendblue(
        api_key="k3y", api_secret="s3cret", sender=LINE, status_callback=configured
    )

    done = rehearse(sendblue.send(_by_url(callback_url=given)), [answer(200, QUEUED)])

    assert expected == _body(done).get("status_callback")


def test_there_is_never_a_caption(sendblue):
    """A text beside the note might turn the bubble into a file."""
    assert "content" not in _body(
        rehearse(sendblue.send(_by_url()), [answer(200, QUEUED)])
    )


def test_options_are_merged_into_the_message(sendblue):
    """The escape hatch reaches the body."""
    note = _by_url(options={"sendblue": {"seat_id": "s1"}, "linq": {"x": 1}})

    body = _body(rehearse(sendblue.send(note), [answer(200, QUEUED)]))

    assert "s1" == body["seat_id"]
    assert "x" not in body


REFUSALS = [
    (200, {"status": "ERROR", "error_code": 5503}, voicenote.UnavailableError),
    (200, {"status": "ERROR", "error_code": 4000}, voicenote.RejectedError),
    (200, {"status": "ERROR", "error_code": 4002}, voicenote.RecipientError),
    (200, {"status": "ERROR", "error_code": 5000}, voicenote.UnconfirmedError),
    (200, {"status": "ERROR", "error_code": 10002}, voicenote.UnconfirmedError),
    (200, {"status": "QUEUED", "error_code": 22}, voicenote.RejectedError),
    (200, {"error_code": "SMS_LIMIT_REACHED"}, voicenote.UnavailableError),
    (200, {"status": "DECLINED", "error_key": "OPTED_OUT"}, voicenote.RecipientError),
    (200, {"error_key": "PRE_REPLY_LIMIT_REACHED"}, voicenote.RecipientError),
    (200, {"status": "failed"}, voicenote.RejectedError),
    (
        400,
        {"error_code": 429, "error_key": "LINE_DAILY_LIMIT_REACHED"},
        voicenote.UnavailableError,
    ),
    (400, {"error_code": 429}, voicenote.UnavailableError),
    (400, {"status": "ERROR", "message": "Missing fields"}, voicenote.RejectedError),
    (400, {"error": {"code": "x", "message": "no"}}, voicenote.RejectedError),
    (
        401,
        {"status": "ERROR", "message": "Invalid Credentials"},
        voicenote.UnauthorizedError,
    ),
    (403, {}, voicenote.UnauthorizedError),
    (404, {"error": "line_not_registered"}, voicenote.RejectedError),
    (429, {}, voicenote.UnavailableError),
    (500, {"error_code": 5003}, voicenote.UnconfirmedError),
]


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    REFUSALS,
    ids=[f"{c}-{n}" for n, (c, *_) in enumerate(REFUSALS)],
)
def test_every_refusal_has_its_class(sendblue, code, said, expected):
    """A 2xx may be a refusal, and a 400 may mean 'later'."""
    body = {"message_handle": "h1", "media_url": MEDIA, **said}

    with pytest.raises(voicenote.SendError) as caught:
        rehearse(sendblue.send(_by_url()), [answer(code, body)])

    assert expected is type(caught.value)


@pytest.mark.parametrize("echo", [None, ""])
def test_a_dropped_attachment_is_no_success(sendblue, echo):
    """Sendblue takes a message and drops a URL that it cannot use, with a 200."""
    with pytest.raises(voicenote.RejectedError, match="dropped the audio"):
        rehearse(sendblue.send(_by_url()), [answer(200, {**QUEUED, "media_url": echo})])


def test_words_are_read_in_any_envelope(sendblue):
    """The explanation has four names."""
    with pytest.raises(voicenote.SendError, match="Missing fields"):
        rehearse(sendblue.send(_by_url()), [answer(400, {"message": "Missing fields"})])


def test_names_that_drift_are_absorbed(sendblue):
    """An older endpoint calls the handle a uuid."""
    old = {"uuid": "h1", "status": "queued", "media_url": MEDIA, "date_created": None}

    assert "h1" == rehearse(sendblue.send(_by_url()), [answer(200, old)]).result.id


@pytest.mark.parametrize(
    ("fields", "status", "service", "rendering"),
    [
        ({"status": "QUEUED"}, Status.QUEUED, None, None),
        ({"status": "REGISTERED"}, Status.QUEUED, None, None),
        ({"status": "SENT"}, Status.SENT, Service.IMESSAGE, Rendering.VOICE_NOTE),
        (
            {"status": "delivered"},
            Status.DELIVERED,
            Service.IMESSAGE,
            Rendering.VOICE_NOTE,
        ),
        (
            {"status": "SENT", "service": "sms"},
            Status.SENT,
            Service.SMS,
            Rendering.ATTACHMENT,
        ),
        (
            {"status": "SENT", "was_downgraded": True},
            Status.SENT,
            Service.SMS,
            Rendering.ATTACHMENT,
        ),
        ({"status": "ERROR", "error_code": 10001}, Status.FAILED, None, None),
        ({"status": "BEAMED"}, Status.UNKNOWN, None, None),
    ],
)
def test_a_status_tells_what_the_recipient_sees(
    sendblue, fields, status, service, rendering
):
    """A failed message is an answer to the question, and no error."""
    receipt = rehearse(
        sendblue.status("h1"), [answer(json={**QUEUED, **fields})]
    ).result

    assert (status, service, rendering) == (
        receipt.status,
        receipt.service,
        receipt.rendering,
    )


def test_a_failure_keeps_its_code(sendblue):
    """Whoever asks why, gets Sendblue's own words."""
    failed = {**QUEUED, "status": "ERROR", "error_code": 10001, "error_message": "nope"}

    receipt = rehearse(sendblue.status("h1"), [answer(json=failed)]).result

    assert voicenote.Failure("10001", "nope") == receipt.failure


@pytest.mark.parametrize("code", [200, 404])
def test_an_unknown_handle_is_refused(sendblue, code):
    """An error envelope is no message, whatever its HTTP status."""
    body = {"status": "ERROR", "message": "Message not found"}

    with pytest.raises(voicenote.RejectedError, match="Message not found"):
        rehearse(sendblue.status("h1"), [answer(code, body)])


def test_a_check_tries_the_keys(sendblue):
    """The account's lines are asked for, and nothing is sent."""
    done = rehearse(sendblue.check(), [answer(json={"numbers": [LINE]})])

    assert "/api/lines" == done.requests[0].url.path
    assert "a line of yours" in done.result


def test_both_hosts_may_be_configured():
    """The vendor spells its host in two ways."""
    sendblue = Sendblue(
        api_key="k", api_secret="s", sender=LINE, base_url="https://api.sendblue.com/"
    )

    assert "api.sendblue.com" == next(sendblue.send(_by_url())).url.host


def test_secrets_stay_out_of_the_repr(sendblue):
    """A provider may be logged."""
    assert "s3cret" not in repr(sendblue)
    assert "k3y" not in repr(sendblue)


def test_two_runs_ask_for_the_same(sendblue):
    """Not even the multipart boundary is random."""
    runs = [
        rehearse(sendblue.send(_note()), [answer(201, STORED), answer(200, QUEUED)])
        for _ in range(2)
    ]

    first, second = (
        [(one.method, one.url, one.headers, one.content) for one in run.requests]
        for run in runs
    )
    assert first == second
