"""
What Sendblue means by its answers: a 2xx may be a refusal, and a 400 a "later".

https://docs.sendblue.com, API reference: error codes
"""

from collections.abc import Mapping
from typing import Any

from voicenote import (
    Failure,
    RecipientError,
    RejectedError,
    Response,
    SendError,
    UnauthorizedError,
    UnavailableError,
    UnconfirmedError,
    UnexpectedResponseError,
    body,
    refused,
)


_FAILED = frozenset({"ERROR", "DECLINED", "FAILED"})

_OUR_FAULT = 500

_KEYS: dict[str, tuple[type[SendError], str]] = {
    "OPTED_OUT": (RecipientError, ""),
    "PRE_REPLY_LIMIT_REACHED": (
        RecipientError,
        "the recipient has to answer before more may be sent",
    ),
    "LINE_HOURLY_LIMIT_REACHED": (UnavailableError, "the line's limit for this hour"),
    "LINE_DAILY_LIMIT_REACHED": (UnavailableError, "the line's limit for today"),
}

_CODES: dict[str, tuple[type[SendError], str]] = {
    "4000": (RejectedError, "the request is wrong"),
    "4001": (UnavailableError, "Sendblue's rate limit; wait"),
    "4002": (RecipientError, "this number must not be written to"),
    "429": (UnavailableError, "the line's limit of new contacts"),
    "5000": (UnconfirmedError, "an internal error; it may have been sent"),
    "5003": (UnavailableError, "Sendblue's rate limit; wait"),
    "5503": (UnavailableError, "the line is not available for some minutes"),
    "5509": (UnavailableError, "Sendblue's rate limit; wait"),
    "10001": (RejectedError, "it could not be sent"),
    "10002": (UnconfirmedError, "Sendblue could not find out what became of it"),
    "SMS_LIMIT_REACHED": (UnavailableError, "the quota of SMS is used up"),
}


def refusal(response: Response) -> SendError | None:
    """Return what Sendblue refuses by *response*, whatever its HTTP status says."""
    told = _told(response)
    if response.is_success and not _is_failure(told):
        return None
    code, key = _text(told.get("error_code")), _text(told.get("error_key"))
    kind, hint = _KEYS.get(key) or _CODES.get(code) or _default(response)
    if response.status_code >= _OUR_FAULT:
        kind = None  # whatever its code, nobody knows how far Sendblue had come
    failure = Failure(key or code, _reason(told))
    reason = ", ".join(filter(None, (str(failure), hint)))
    error = refused(response, reason, kind)
    error.failure = failure
    return error


def dropped(response: Response) -> SendError:
    """
    Return the error for an answer that echoes no audio.

    The message was taken without it; or, if the answer names no message either, nobody
    knows what it says.
    """
    told = _told(response)
    if not (told.get("message_handle") or told.get("uuid")):
        return refused(
            response,
            "neither a message nor its audio is in the answer",
            UnconfirmedError,
        )
    return refused(
        response,
        "Sendblue took the message and dropped the audio: media_url is not in its answer",
        RejectedError,
    )


def _told(response: Response) -> Mapping[str, Any]:
    try:
        told = body(response)
    except UnexpectedResponseError:
        return {}
    return told if isinstance(told, Mapping) else {}


def _is_failure(told: Mapping[str, Any]) -> bool:
    return bool(
        _text(told.get("status")).upper() in _FAILED
        or _text(told.get("error_code")) not in ("", "0")
        or _text(told.get("error_key"))
    )


def _default(response: Response) -> tuple[type[SendError] | None, str]:
    if response.status_code in (401, 403):
        return UnauthorizedError, "check api_key and api_secret"
    # A 2xx that says ERROR without a code that we know: it is not on its way.
    return (RejectedError if response.is_success else None), ""


def _reason(told: Mapping[str, Any]) -> str:
    """Return the explanation, which has four names."""
    for name in ("error_message", "message", "error", "error_reason"):
        match told.get(name):
            case str(text) if text:
                return text
            case {"message": str(text)}:
                return text
    return ""


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""
