"""
Looking for a note whose answer was lost: it is found, or surely not there, or unknown.
"""

from datetime import UTC, datetime, timedelta

import pytest

import voicenote

from voicenote import Receipt, Status, UnexpectedResponseError, file_stem
from voicenote.testing import answer, rehearse
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


LINE, ADA = "+12025550101", "+12025550123"
LEFT = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://media.example/VoiceNote.caf"
OWN = f"https://store.example/ab12_{file_stem('k')}.caf"


def _trace(provider, media):
    return Receipt(
        provider,
        "",
        Status.UNKNOWN,
        to=[ADA],
        sender=LINE,
        chat="c1",
        media=media,
        key="k",
        created_at=LEFT,
    )


def _at(seconds):
    return (LEFT + timedelta(seconds=seconds)).isoformat()


def _memo(name, seconds=1, *, part="x", filename="a.m4a", **fields):
    return {
        "id": name,
        "delivery_status": "sent",
        "is_from_me": True,
        "created_at": _at(seconds),
        "parts": [{"id": part, "filename": filename}],
        **fields,
    }


def _note(name, seconds=1, media=URL, **fields):
    return {
        "message_handle": name,
        "status": "SENT",
        "media_url": media,
        "date_sent": _at(seconds),
        "number": ADA,
        **fields,
    }


def _linq(*pages):
    linq = Linq(api_key="s3cret", sender=LINE)
    answers = [
        answer(json={"messages": page, "next_cursor": "n" if at < len(pages) else None})
        for at, page in enumerate(pages, 1)
    ]
    return rehearse(linq.find(_trace("linq", "att-1")), answers)


def _sendblue(*pages, media=URL):
    sendblue = Sendblue(api_key="k3y", api_secret="s3cret", sender=LINE)
    answers = [answer(json={"status": "OK", "data": page}) for page in pages]
    return rehearse(sendblue.find(_trace("sendblue", media)), answers)


FOUND = {
    "by its file": [_memo("m1", filename=f"{file_stem('k')}.m4a")],
    "by its attachment": [_memo("m1", part="att-1")],
    "beside misfits": [{"id": 5}, "x", _memo("m1", part="att-1")],
}


@pytest.mark.parametrize("page", FOUND.values(), ids=FOUND)
def test_linq_s_memo_is_found(page):
    """The file's name is of this note only; its attachment counts if it is young."""
    assert "m1" == _linq(page).result.id


ABSENT = {
    "nothing": [],
    "another's": [_memo("m1")],
    "an older twin": [_memo("m1", -60, part="att-1")],
    "somebody else's": [_memo("m1", part="att-1", is_from_me=False)],
}


@pytest.mark.parametrize("page", ABSENT.values(), ids=ABSENT)
def test_linq_s_other_messages_are_not_it(page):
    """An older message with the same audio is another note."""
    assert _linq(page).result is None


def test_a_busy_chat_is_looked_through():
    """What was sent since does not hide the memo."""
    busy = [_memo(f"x{n}", 100 - n) for n in range(100)]

    assert "m1" == _linq(busy, [_memo("m1", part="att-1")]).result.id


def test_older_pages_are_not_asked_for():
    """Newest first, a page that ends before the memo left is the last one."""
    linq = Linq(api_key="s3cret", sender=LINE)
    page = {"messages": [_memo("x1", 5), _memo("x2", -60)], "next_cursor": "n"}

    done = rehearse(linq.find(_trace("linq", "att-1")), [answer(json=page)])

    assert (1, None) == (len(done.requests), done.result)


def test_a_chat_without_end_leaves_doubt():
    """What could not be looked through is not believed to be empty."""
    linq = Linq(api_key="s3cret", sender=LINE)
    page = {"messages": [_memo("x", 5)], "next_cursor": "n"}

    with pytest.raises(UnexpectedResponseError, match="too many"):
        rehearse(
            linq.find(_trace("linq", "att-1")), [answer(json=page) for _ in range(20)]
        )


def test_sendblue_s_note_is_found_by_its_upload():
    """An upload's URL has the note's own name in it, whatever the clocks say."""
    page = [_note("h1", -3600, media=OWN)]

    assert "h1" == _sendblue(page, media=OWN).result.id


def test_sendblue_s_note_is_found_by_its_url():
    """A URL of the user's counts if the message is young enough."""
    assert "h1" == _sendblue([_note("h1")]).result.id


@pytest.mark.parametrize(
    "page",
    [[], [_note("h1", -60)], [_note("h1", media="https://media.example/Other.caf")]],
    ids=["nothing", "an older twin", "another's"],
)
def test_sendblue_s_other_messages_are_not_it(page):
    """An older message with the same URL is another note."""
    assert _sendblue(page).result is None


def test_a_busy_line_is_looked_through():
    """A hundred notes since do not hide the one that is looked for."""
    busy = [_note(f"x{n}", media="https://media.example/O.caf") for n in range(100)]

    done = _sendblue(busy, [_note("h1")])

    assert "h1" == done.result.id
    assert ["0", "100"] == [one.url.params["offset"] for one in done.requests]


def test_a_line_without_end_leaves_doubt():
    """What could not be looked through is not believed to be empty."""
    busy = [_note(f"x{n}", media="https://media.example/O.caf") for n in range(100)]

    with pytest.raises(UnexpectedResponseError, match="too many"):
        _sendblue(*[busy] * 20)


UPLOAD = {
    "attachment_id": "a1",
    "upload_url": "https://uploads.example/put?X-Amz-Signature=s1gned",
    "required_headers": {},
}
MEMO = {"voice_memo": {"id": "m1", "status": "queued"}}


def _sending(*answers):
    linq = Linq(api_key="s3cret", sender=LINE)
    audio = voicenote.Audio(b"x", content_type="audio/mpeg", filename="a.mp3")
    return rehearse(linq.send(voicenote.VoiceNote(audio, chat="c/1")), answers)


def test_a_place_that_refuses_is_replaced_once():
    """A place whose time is over is worth another one."""
    done = _sending(
        answer(json=UPLOAD),
        answer(403, text="<AWSAccessKeyId>"),
        answer(json=UPLOAD),
        answer(),
        answer(202, MEMO),
    )

    assert "m1" == done.result.id


def test_a_store_that_refuses_is_not_quoted():
    """Its words hold the signature; nothing was sent, and another may try."""
    with pytest.raises(voicenote.UnavailableError) as caught:
        _sending(
            *[answer(json=UPLOAD), answer(403, text="<SignatureProvided>s1gned")] * 2
        )

    assert "s1gned" not in str(caught.value)


def test_an_id_is_one_segment_of_a_path():
    """Whatever is in a chat's name leads to no other endpoint."""
    done = _sending(answer(json=UPLOAD), answer(), answer(202, MEMO))

    assert done.requests[-1].url.raw_path.endswith(b"/v3/chats/c%2F1/voicememo")


def test_somebody_with_a_time_of_leaving_has_left():
    """Linq marks those who left by a status, or only by the time."""
    linq = Linq(api_key="s3cret", sender=LINE)
    handles = [
        {"handle": LINE, "is_me": True},
        {"handle": ADA},
        {"handle": "+12025550124", "left_at": "2026-01-01T00:00:00Z"},
    ]
    chats = [{"id": "bad"}, {"id": "c1", "is_group": False, "handles": handles}]
    note = voicenote.VoiceNote(URL, ADA)

    done = rehearse(linq.send(note), [answer(json={"chats": chats}), answer(202, MEMO)])

    assert done.requests[-1].url.path.endswith("/c1/voicememo")


def test_an_upload_is_never_in_doubt():
    """Sendblue's own word for doubt means nothing where nobody hears anything."""
    sendblue = Sendblue(api_key="k3y", api_secret="s3cret", sender=LINE)
    audio = voicenote.Audio(b"x", content_type="audio/x-caf", filename="a.caf")

    with pytest.raises(voicenote.UnavailableError):
        rehearse(
            sendblue.send(voicenote.VoiceNote(audio, ADA)),
            [answer(400, {"status": "ERROR", "error_code": 5000})],
        )


def test_a_line_of_others_is_no_line_of_yours():
    """A number that only begins like one of the account's is refused."""
    sendblue = Sendblue(api_key="k3y", api_secret="s3cret", sender="+1202555010")

    with pytest.raises(voicenote.UnauthorizedError, match="no line of this account"):
        rehearse(sendblue.check(), [answer(json={"numbers": ["+12025550102"]})])


def test_a_look_up_keeps_the_send_s_trace():
    """What the vendor's support wants to know is of the send, and not of a look-up."""
    linq = Linq(api_key="s3cret", sender=LINE)
    message = {"id": "m1", "delivery_status": "sent"}

    done = rehearse(
        linq.status("m1"), [answer(json=message, headers={"x-trace-id": "lookup"})]
    )

    assert done.result.trace_id is None


def test_the_vendor_s_wait_is_obeyed():
    """Linq names the seconds in the body where the header is missing."""
    request = next(
        Linq(api_key="s3cret", sender=LINE).send(voicenote.VoiceNote(URL, chat="c1"))
    )
    busy = answer(429, {"error": {"code": 1007, "retry_after": 45}})

    assert 45 == request.extensions["voicenote.patience"](busy)
