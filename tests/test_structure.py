"""
JSON becomes models, and answers become errors.
"""

import attrs
import httpx
import pytest

import voicenote

from voicenote import repeatable, request
from voicenote._structure import read, refused, retry_after, structure


@attrs.frozen
class Thing:
    id: str
    size: int | None = None
    tags: list[str] | None = None


def _answer(code, *, method="GET", mark=lambda request: request, **content):
    asked = mark(request(method, "https://x.example/secret-path?token=s3cret"))
    return httpx.Response(code, request=asked, **content)


def test_null_is_no_text():
    """A required text that is null is an error, and not the text 'None'."""
    with pytest.raises(voicenote.UnexpectedResponseError, match=r"\$\.id"):
        structure({"id": None}, Thing)


def test_errors_name_the_path():
    """A deep mistake is found by the path in the message."""
    with pytest.raises(voicenote.UnexpectedResponseError, match=r"\$\[1\]\.id"):
        structure([{"id": "a"}, {"id": 5}], list[Thing])


@pytest.mark.parametrize("strange", ["five", True, [5], {}])
def test_an_optional_field_that_does_not_fit_is_none(strange):
    """What may be missing may also be strange."""
    assert Thing("a") == structure({"id": "a", "size": strange}, Thing)


def test_fields_we_do_not_name_are_ignored():
    """A provider may add a field any day."""
    assert Thing("a", 5) == structure({"id": "a", "size": 5, "new": {}}, Thing)


@pytest.mark.parametrize(
    ("code", "method", "expected"),
    [
        (400, "POST", voicenote.RejectedError),
        (401, "POST", voicenote.UnauthorizedError),
        (403, "POST", voicenote.UnauthorizedError),
        (404, "GET", voicenote.RejectedError),
        (408, "POST", voicenote.UnconfirmedError),
        (429, "POST", voicenote.UnavailableError),
        (500, "POST", voicenote.UnconfirmedError),
        (503, "POST", voicenote.UnconfirmedError),
        (500, "GET", voicenote.UnavailableError),
        (303, "POST", voicenote.UnconfirmedError),
    ],
)
def test_every_status_says_whether_it_was_sent(code, method, expected):
    """The class of the error answers the question; a 5xx to a send is in doubt."""
    with pytest.raises(voicenote.SendError) as caught:
        read(_answer(code, method=method), Thing)

    assert expected is type(caught.value)


def test_a_server_error_to_an_upload_is_no_doubt():
    """Nobody hears an upload, so nothing was sent."""
    with pytest.raises(voicenote.UnavailableError):
        read(_answer(500, method="POST", mark=repeatable), Thing)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"null", b"[]", b"{}", b'{"id": 1}', b'{"id": "a']
)
def test_an_accepted_send_that_cannot_be_read_is_in_doubt(body):
    """A 2xx to a send says that something was done, whatever its body holds."""
    with pytest.raises(voicenote.UnconfirmedError):
        read(_answer(200, method="POST", content=body), Thing)


def test_an_answer_to_a_question_that_cannot_be_read_is_the_vendors_fault():
    """A GET sends nothing, so its answer is only unexpected."""
    with pytest.raises(voicenote.UnexpectedResponseError, match="without JSON"):
        read(_answer(200, content=b"<html>"), Thing)


def test_messages_show_neither_path_nor_query():
    """A URL may hold a token, a signature or a number."""
    with pytest.raises(voicenote.SendError) as caught:
        read(_answer(400, text="no"), Thing)

    assert "GET x.example was answered 400: no" == str(caught.value)


def test_long_answers_are_cut():
    """An HTML page does not fill the terminal."""
    with pytest.raises(voicenote.SendError) as caught:
        read(_answer(400, text="<p>\n" * 1000), Thing)

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "600"}, 600.0),
        ({"retry-after": "soon"}, None),
        (
            {
                "date": "Wed, 21 Oct 2026 07:28:00 GMT",
                "retry-after": "Wed, 21 Oct 2026 07:29:30 GMT",
            },
            90.0,
        ),
    ],
    ids=["none", "seconds", "nonsense", "date"],
)
def test_retry_after_is_seconds_or_a_date(headers, expected):
    """A date is measured against the answer's own clock."""
    assert expected == retry_after(_answer(429, headers=headers))


def test_unavailable_carries_the_wait():
    """Whoever catches it knows when to come back."""
    error = refused(_answer(429, headers={"retry-after": "45"}), "busy")

    assert isinstance(error, voicenote.UnavailableError)
    assert 45.0 == error.retry_after
