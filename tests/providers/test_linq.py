"""
Linq, without a network.
"""

import json

from datetime import datetime

import httpx
import pytest

import voicenote

from tests.conftest import CAF
from voicenote import Rendering, Service, Status, VoiceNote
from voicenote.testing import answer, rehearse
from voicenote_linq import Linq


LINE = "+12025550101"
ADA, BOB = "+12025550123", "+12025550124"
TRACE = {"x-trace-id": "0123456789abcdef0123456789abcdef"}

UPLOAD = {
    "attachment_id": "a1",
    "upload_url": "https://uploads.example/put?X-Amz-Signature=1",
    "http_method": "PUT",
    "required_headers": {"Content-Type": "audio/x-caf", "Content-Length": "4"},
}
MEMO = {
    "voice_memo": {
        "id": "m1",
        "status": "queued",
        "service": "iMessage",
        "from": LINE,
        "to": [ADA],
        "created_at": "2026-03-01T11:59:59.500Z",
        "chat": {"id": "c1", "handles": []},
        "voice_memo": {"id": "a1", "duration_ms": None},
    }
}


def _handle(handle, **fields):
    return {"handle": handle, "status": "active", **fields}


def _chat(name, *handles, is_group=False, **fields):
    mine = _handle(LINE, is_me=True)
    return {"id": name, "handles": [mine, *handles], "is_group": is_group, **fields}


def _chats(*chats, cursor=None):
    return answer(json={"chats": list(chats), "next_cursor": cursor})


@pytest.fixture
def linq():
    return Linq(api_key="s3cret", sender=LINE)


def _note(to=ADA, **fields):
    audio = voicenote.Audio(
        CAF[:4], content_type="audio/x-caf", filename="voice_note.caf", duration=1.0
    )
    return VoiceNote(audio, to, key="key-1", **fields)


def _in_chat(**fields):
    return _note((), chat="c1", **fields)


def _upload_and(*answers):
    return [answer(json=UPLOAD), answer(), *answers]


def test_a_memo_is_uploaded_and_sent_into_its_chat(linq):
    """Lookup, reservation, PUT and memo are four requests."""
    done = rehearse(
        linq.send(_note()),
        [
            _chats(_chat("c1", _handle(ADA))),
            *_upload_and(answer(202, MEMO, headers=TRACE)),
        ],
    )

    assert [
        ("GET", "/api/partner/v3/chats"),
        ("POST", "/api/partner/v3/attachments"),
        ("PUT", "/put"),
        ("POST", "/api/partner/v3/chats/c1/voicememo"),
    ] == [(one.method, one.url.path) for one in done.requests]
    assert {"attachment_id": "a1"} == json.loads(done.requests[3].content)


def test_the_receipt_keeps_what_linq_said(linq):
    """The outer id is the message's, the inner one the attachment's."""
    done = rehearse(
        linq.send(_in_chat()), _upload_and(answer(202, MEMO, headers=TRACE))
    )

    assert (
        voicenote.Receipt(
            "linq",
            "m1",
            Status.QUEUED,
            to=[ADA],
            sender=LINE,
            chat="c1",
            media="a1",
            trace_id=TRACE["x-trace-id"],
            created_at=datetime.fromisoformat("2026-03-01T11:59:59.5Z"),
        )
        == done.result
    )


def test_the_service_at_acceptance_is_only_a_plan(linq):
    """Nobody knows yet whether it will be a bubble."""
    done = rehearse(linq.send(_in_chat()), _upload_and(answer(202, MEMO)))

    assert (None, None) == (done.result.service, done.result.rendering)


def test_the_upload_has_exactly_the_required_headers(linq):
    """The URL is signed over them, and belongs to somebody else than Linq."""
    done = rehearse(linq.send(_in_chat()), _upload_and(answer(202, MEMO)))

    put = done.requests[1]

    assert "authorization" not in put.headers
    assert {"content-type", "content-length", "host"} == set(put.headers)


@pytest.mark.parametrize(
    "place",
    [
        {**UPLOAD, "upload_url": "http://uploads.example/put"},
        {**UPLOAD, "http_method": "POST"},
        {**UPLOAD, "upload_url": None},
    ],
    ids=["http", "POST", "null"],
)
def test_a_strange_place_for_the_upload_is_refused(linq, place):
    """Audio goes by PUT over https, or not at all; nothing was sent."""
    with pytest.raises(voicenote.UnexpectedResponseError):
        rehearse(linq.send(_in_chat()), [answer(json=place)])


def test_a_url_needs_no_upload(linq):
    """Linq fetches a URL that qualifies by itself."""
    note = VoiceNote("https://cdn.example/a.mp3", chat="c1")

    done = rehearse(linq.send(note), [answer(202, MEMO)])

    assert {"voice_memo_url": "https://cdn.example/a.mp3"} == json.loads(
        done.requests[0].content
    )


def test_options_are_merged_into_the_memo(linq):
    """The escape hatch reaches the body, and only Linq's own does."""
    note = VoiceNote(
        "https://cdn.example/a.mp3",
        chat="c1",
        options={"linq": {"override_optout": True}, "other": {"x": 1}},
    )

    body = json.loads(
        rehearse(linq.send(note), [answer(202, MEMO)]).requests[0].content
    )

    assert {"voice_memo_url", "override_optout"} == set(body)


def test_an_accepted_memo_without_an_id_is_no_failure(linq):
    """Linq took it; it can just not be followed."""
    done = rehearse(
        linq.send(_in_chat()),
        _upload_and(answer(202, {"voice_memo": {"status": "queued"}})),
    )

    assert ("", Status.QUEUED, "c1") == (
        done.result.id,
        done.result.status,
        done.result.chat,
    )


PAGES = {
    "only a group": [_chat("g", _handle(ADA), _handle(BOB), is_group=True)],
    "somebody left": [
        _chat("g", _handle(ADA), _handle(BOB, status="left"), is_group=True)
    ],
    "another line": [_chat("c", _handle(BOB))],
    "none": [],
}


@pytest.mark.parametrize("chats", PAGES.values(), ids=PAGES)
def test_a_memo_needs_a_chat(linq, chats):
    """Without a chat the error names the line, the person and three remedies."""
    with pytest.raises(voicenote.UnroutableError) as caught:
        rehearse(linq.send(_note()), [_chats(*chats)])

    said = str(caught.value)
    assert all(word in said for word in (LINE, ADA, "write to you first", "opener"))


@pytest.mark.parametrize(
    ("to", "chats", "expected"),
    [
        (ADA, [_chat("c1", _handle(ADA))], "c1"),
        (ADA, [_chat("c1", _handle(ADA, is_me=None, status=None))], "c1"),
        (
            ADA,
            [{"id": "c1", "is_group": False, "handles": [_handle(LINE), _handle(ADA)]}],
            "c1",
        ),
        (
            "Ada@example.com",
            [_chat("c1", _handle("ADA@example.com"))],
            "c1",
        ),
        (
            ADA,
            [
                _chat("old", _handle(ADA), updated_at="2026-01-01T00:00:00Z"),
                _chat("new", _handle(ADA), updated_at="2026-02-01T00:00:00Z"),
            ],
            "new",
        ),
        (
            [ADA, BOB],
            [
                _chat("d", _handle(ADA)),
                _chat("g", _handle(BOB), _handle(ADA), is_group=True),
            ],
            "g",
        ),
        (
            [ADA, BOB],
            [
                _chat(
                    "g",
                    _handle(ADA),
                    _handle(BOB),
                    _handle("+12025550125", status="removed"),
                    is_group=True,
                )
            ],
            "g",
        ),
    ],
    ids=[
        "direct",
        "unmarked",
        "line without is_me",
        "mail",
        "latest",
        "group",
        "removed",
    ],
)
def test_the_chat_has_exactly_the_note_s_people(linq, to, chats, expected):
    """Participants are compared as a set, without our line and without those who left."""
    done = rehearse(
        linq.send(_note(to)), [_chats(*chats), *_upload_and(answer(202, MEMO))]
    )

    assert done.requests[3].url.path.endswith(f"/{expected}/voicememo")


def test_the_lookup_follows_pages(linq):
    """A chat on the second page is found."""
    done = rehearse(
        linq.send(_note()),
        [
            _chats(_chat("x", _handle(BOB)), cursor="20"),
            _chats(_chat("c1", _handle(ADA))),
            *_upload_and(answer(202, MEMO)),
        ],
    )

    assert "20" == done.requests[1].url.params["cursor"]
    assert b"%2B12025550123" in done.requests[0].url.query


def test_two_groups_of_the_same_people_are_ambiguous(linq):
    """The error lists both, for the caller to choose."""
    twins = [
        _chat(
            name, _handle(ADA), _handle(BOB), is_group=True, display_name=f"Team {name}"
        )
        for name in ("g1", "g2")
    ]

    with pytest.raises(
        voicenote.RejectedError, match=r"g1 \(Team g1\), g2 \(Team g2\)"
    ):
        rehearse(linq.send(_note([ADA, BOB])), [_chats(*twins)])


def test_a_group_has_at_most_31_people(linq):
    """Linq's limit is known before the network."""
    crowd = [f"+1202555{n:04}" for n in range(32)]

    with pytest.raises(voicenote.UnroutableError, match="32 recipients"):
        rehearse(linq.send(_note(crowd)), [])


OPENED = {"chat": {"id": "c9", "message": {"id": "m0"}}}


def _opening(*answers):
    linq = Linq(api_key="s3cret", sender=LINE, opener="Hi, a voice note follows.")
    return rehearse(
        linq.send(_note()),
        [_chats(), answer(201, OPENED), answer(json={"id": "m0", "delivery_status": "sent"}),
         *answers],
    )  # fmt: skip


def test_an_opener_creates_the_chat():
    """The configured text goes first, under a key of the note's own."""
    done = _opening(*_upload_and(answer(202, MEMO)))

    message = json.loads(done.requests[1].content)["message"]

    assert {
        "parts": [{"type": "text", "value": "Hi, a voice note follows."}],
        "idempotency_key": "key-1-opener",
    } == message
    assert done.requests[-1].url.path.endswith("/c9/voicememo")


def test_a_memo_that_fails_after_its_opener_says_both():
    """The caller learns that a text went out and the memo did not."""
    with pytest.raises(voicenote.RejectedError, match="the opener was sent"):
        _opening(*_upload_and(answer(400, {"error": {"code": 5004, "message": "no"}})))


ERRORS = [
    (400, 1002, voicenote.RecipientError),
    (400, 1003, voicenote.RejectedError),
    (400, 1005, voicenote.RejectedError),
    (400, 5004, voicenote.RejectedError),
    (400, 5005, voicenote.RejectedError),
    (400, 5006, voicenote.RejectedError),
    (401, 2004, voicenote.UnauthorizedError),
    (403, 2005, voicenote.UnauthorizedError),
    (403, 2006, voicenote.UnauthorizedError),
    (403, 2008, voicenote.UnroutableError),
    (403, 2011, voicenote.UnauthorizedError),
    (403, 2024, voicenote.RecipientError),
    (403, 2026, voicenote.RecipientError),
    (403, 2027, voicenote.UnavailableError),
    (404, 2001, voicenote.UnroutableError),
    (404, 2003, voicenote.RejectedError),
    (404, 2007, voicenote.UnavailableError),
    (409, 2009, voicenote.UnavailableError),
    (409, 2013, voicenote.UnroutableError),
    (409, 2015, voicenote.RejectedError),
    (409, 2016, voicenote.UnroutableError),
    (413, 5001, voicenote.RejectedError),
    (422, 1003, voicenote.RejectedError),
    (422, 4005, voicenote.RecipientError),
    (429, 1007, voicenote.UnavailableError),
    (418, 9999, voicenote.RejectedError),
    (500, 3006, voicenote.UnconfirmedError),
    (500, 5002, voicenote.UnconfirmedError),
    (503, 4004, voicenote.UnconfirmedError),
    (504, 3005, voicenote.UnconfirmedError),
]


@pytest.mark.parametrize(("code", "error", "expected"), ERRORS)
def test_every_refusal_has_its_class(linq, code, error, expected):
    """Linq's code decides, except that a server error to a send is always in doubt."""
    body = {"success": False, "error": {"code": error, "message": "said"}, **TRACE}

    with pytest.raises(voicenote.SendError) as caught:
        rehearse(linq.send(_in_chat()), _upload_and(answer(code, body, headers=TRACE)))

    assert expected is type(caught.value)
    assert voicenote.Failure(str(error), "said") == caught.value.failure
    assert TRACE["x-trace-id"] in str(caught.value)


@pytest.mark.parametrize(("code", "error"), [(404, 2007), (409, 2009)])
def test_what_passes_may_be_asked_again(linq, code, error):
    """An upload that is not ready, and a chat that is being created, are waited for."""
    request = next(linq.send(VoiceNote("https://cdn.example/a.mp3", chat="c1")))
    refusal = answer(code, {"error": {"code": error}})

    assert 3.0 == request.extensions["voicenote.patience"](refusal)


def test_a_page_of_html_is_in_doubt(linq):
    """A gateway's 502 says nothing about the memo."""
    with pytest.raises(voicenote.UnconfirmedError):
        rehearse(linq.send(_in_chat()), _upload_and(answer(502, text="<html>")))


def test_retry_after_in_the_body_is_kept(linq):
    """Whoever waits knows how long."""
    body = {"error": {"code": 1007, "retry_after": 45}}

    with pytest.raises(voicenote.UnavailableError) as caught:
        rehearse(linq.send(_in_chat()), _upload_and(answer(429, body)))

    assert 45 == caught.value.retry_after


@pytest.mark.parametrize(
    ("word", "service", "status", "rendering", "downgraded"),
    [
        ("pending", "iMessage", Status.QUEUED, None, None),
        ("sent", None, Status.SENT, None, None),
        ("delivered", "iMessage", Status.DELIVERED, Rendering.VOICE_NOTE, False),
        ("delivered", "RCS", Status.DELIVERED, Rendering.ATTACHMENT, False),
        ("sent", "SMS", Status.SENT, Rendering.ATTACHMENT, True),
        ("failed", "iMessage", Status.FAILED, None, None),
        ("teleported", "Pigeon", Status.UNKNOWN, None, None),
    ],
)
def test_a_status_tells_what_the_recipient_sees(
    linq, word, service, status, rendering, downgraded
):
    """A bubble is promised on iMessage only, and only once it is on its way."""
    message = {"id": "m1", "delivery_status": word, "service": service, "chat_id": "c1"}

    receipt = rehearse(linq.status("m1"), [answer(json=message)]).result

    assert (status, rendering, downgraded) == (
        receipt.status,
        receipt.rendering,
        receipt.downgraded,
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://api.linqapp.com/api/partner/v3",
        "https://api.linqapp.com/api/partner/v3/",
        "https://api.linqapp.com/api/partner/",
    ],
)
def test_the_base_url_has_two_spellings(url):
    """With and without the version, it is the same place."""
    linq = Linq(api_key="s3cret", sender=LINE, base_url=url)

    assert "https://api.linqapp.com/api/partner" == linq.base_url


def test_a_check_finds_the_line(linq):
    """The account's list of lines has the sender in it."""
    lines = {"phone_numbers": [{"id": "1", "phone_number": LINE, "line_type": "RCS"}]}

    assert "RCS line" in rehearse(linq.check(), [answer(json=lines)]).result


def test_a_check_refuses_another_account_s_line(linq):
    """A key that works for other lines is not enough."""
    lines = {"phone_numbers": [{"phone_number": "+12025550199"}]}

    with pytest.raises(voicenote.UnauthorizedError, match=r"its lines: \+12025550199"):
        rehearse(linq.check(), [answer(json=lines)])


def test_secrets_stay_out_of_the_repr(linq):
    """A provider may be logged."""
    assert "s3cret" not in repr(linq)


def test_a_key_with_a_line_break_is_refused_before_it_can_leak():
    """An HTTP library would show the header in its error."""
    with pytest.raises(voicenote.ConfigError, match="copy it again") as caught:
        Linq(api_key="s3c\nret", sender=LINE)

    assert "s3c" not in str(caught.value)


def test_two_runs_ask_for_the_same(linq):
    """A flow has no memory, no clock and no dice."""
    runs = [
        rehearse(linq.send(_in_chat()), _upload_and(answer(202, MEMO))).requests
        for _ in range(2)
    ]

    first, second = (
        [(one.method, one.url, one.headers, one.content) for one in run] for run in runs
    )
    assert first == second


def test_a_send_may_be_abandoned_at_every_step(linq):
    """A closed flow asks for nothing more."""
    replies = [_chats(_chat("c1", _handle(ADA))), *_upload_and()]
    for steps in range(len(replies) + 1):
        flow = linq.send(_note())
        request = next(flow)
        for reply in replies[:steps]:
            reply.request = request
            request = flow.send(reply)

        flow.close()

        with pytest.raises(StopIteration):
            next(flow)


def test_a_service_is_one_of_three():
    """What Linq calls a service, a receipt calls the same."""
    assert ["iMessage", "RCS", "SMS"] == [one.value for one in Service]


def test_a_lost_answer_leaves_the_flow(linq):
    """The provider does not swallow what the core has to judge."""
    with pytest.raises(httpx.ReadTimeout):
        rehearse(linq.send(_in_chat()), _upload_and(httpx.ReadTimeout("slow")))
