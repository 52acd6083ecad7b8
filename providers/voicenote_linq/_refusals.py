"""
What Linq means by its error codes. https://docs.linqapp.com/error/codes/
"""

import attrs

from voicenote import (
    Failure,
    RecipientError,
    RejectedError,
    Response,
    SendError,
    UnauthorizedError,
    UnavailableError,
    UnexpectedResponseError,
    UnroutableError,
    VoiceNoteError,
    body,
    refused,
    structure,
)


_OUR_FAULT = 500

# Linq's code: what it means for the note, and what its own words leave out.
_MEANINGS: dict[int, tuple[type[SendError], str]] = {
    1002: (RecipientError, "a number is not E.164"),
    1006: (RejectedError, "a direct chat cannot be changed"),
    1007: (UnavailableError, "Linq's rate limit; wait"),
    2001: (UnroutableError, "Linq does not know this chat, or it is not yours"),
    2003: (RejectedError, "Linq does not know this attachment, or it is not yours"),
    2004: (UnauthorizedError, "check api_key"),
    2005: (UnauthorizedError, "this key may not do this"),
    2006: (UnauthorizedError, "this key may not send from this line; check sender"),
    2007: (UnavailableError, ""),
    2008: (UnroutableError, "on this line a person has to write to you first"),
    2009: (UnavailableError, ""),
    2011: (UnauthorizedError, "your account does not have this feature"),
    2013: (UnroutableError, "your line has left this chat"),
    2015: (RejectedError, "the chat's state does not allow it"),
    2016: (UnroutableError, "not possible in groups"),
    2017: (UnroutableError, "not possible on the recipient's service"),
    2024: (RecipientError, ""),
    2026: (RecipientError, "you have blocked the recipient"),
    2027: (UnavailableError, "the line may not send for now; use another, or wait"),
    4005: (RecipientError, "the recipient cannot receive voice memos"),
    5001: (RejectedError, "the audio is too large for Linq"),
    5004: (RejectedError, "Linq does not take this kind of file"),
    5005: (RejectedError, "the audio is too large for Linq"),
    5006: (RejectedError, "the file is not what its type says"),
}

# Nothing was done, and the cause passes within seconds.
_PASSING = {2007: 3.0, 2009: 3.0}


@attrs.frozen
class _Error:
    code: int | None = None
    message: str | None = None
    retry_after: int | None = None


@attrs.frozen
class _Envelope:
    error: _Error
    trace_id: str | None = None


def refusal(response: Response) -> SendError | None:
    """Return what Linq refuses by *response*; None if it says nothing that we know."""
    if response.is_success:
        return None
    try:
        envelope = structure(body(response), _Envelope)
    except UnexpectedResponseError:
        return None
    told = envelope.error
    kind, hint = _MEANINGS.get(told.code or 0, (None, ""))
    if response.status_code >= _OUR_FAULT:
        kind = None  # whatever its code, nobody knows how far Linq had come
    failure = Failure(str(told.code or ""), told.message or "")
    trace_id = envelope.trace_id or response.headers.get("x-trace-id")
    reason = ", ".join(filter(None, (str(failure), hint, _trace(trace_id))))
    error = refused(response, reason, kind)
    error.failure = failure
    if isinstance(error, UnavailableError) and error.retry_after is None:
        error.retry_after = told.retry_after or _PASSING.get(told.code or 0)
    return error


def passes(response: Response) -> float | None:
    """Return the seconds after which Linq may not refuse the same any more."""
    if not response.is_client_error:
        return None
    try:
        told = structure(body(response), _Envelope).error
    except VoiceNoteError:
        return None
    return _PASSING.get(told.code or 0, told.retry_after)


def _trace(trace_id: str | None) -> str:
    return f"trace {trace_id}" if trace_id else ""
