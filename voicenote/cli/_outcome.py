"""
What an error means to a shell: an exit status, a sentence, and JSON.
"""

import re

from enum import IntEnum
from typing import Any

from .._errors import (
    RejectedError,
    SendError,
    UnavailableError,
    UnconfirmedError,
    UnexpectedResponseError,
)


class Outcome(IntEnum):
    """What is known when a command ends: its exit status."""

    ACCEPTED = 0
    NOT_SENT = 2
    REFUSED = 3
    UNAVAILABLE = 4
    IN_DOUBT = 5
    INTERRUPTED = 130


_OPENINGS = {
    Outcome.NOT_SENT: "not sent",
    Outcome.REFUSED: "refused",
    Outcome.UNAVAILABLE: "not sent for now",
    Outcome.IN_DOUBT: "in doubt",
    Outcome.INTERRUPTED: "in doubt",
}

# The library speaks to who writes Python; a shell has options, and a file.
_WORDING = (
    (re.compile(r"\b(to|chat|via)="), r"--\1"),
    (re.compile(r"\bAudioSettings\.(\w+)"), r"\1 under [audio] in voicenote.toml"),
)


# The first class that fits decides.
_BY_CLASS: tuple[tuple[type[BaseException], Outcome], ...] = (
    (KeyboardInterrupt, Outcome.INTERRUPTED),
    (UnavailableError, Outcome.UNAVAILABLE),
    (RejectedError, Outcome.REFUSED),
    (SendError, Outcome.IN_DOUBT),
    (UnexpectedResponseError, Outcome.UNAVAILABLE),  # before anything was sent
)


def outcome(error: BaseException) -> Outcome:
    """Return the exit status for *error*."""
    if isinstance(error, RejectedError) and not error.provider:
        return Outcome.NOT_SENT  # nobody was asked
    found = (known for cls, known in _BY_CLASS if isinstance(error, cls))
    return next(found, Outcome.NOT_SENT)


def sentence(error: BaseException, *, is_send: bool = False) -> str:
    """
    Return what a person reads about *error*.

    Args:
        is_send: Whether a voice note was at stake; the sentence then begins with
            what became of it.
    """
    opening = _OPENINGS[outcome(error)] if is_send else "error"
    provider = getattr(error, "provider", "")
    by = f" ({provider})" if provider else ""
    return f"{opening}{by}: {message(error, is_send=is_send)}{_advice(error)}"


def document(error: BaseException, *, is_send: bool = False) -> dict[str, Any]:
    """Return what a program reads about *error*, as JSON's own types."""
    is_doubt = outcome(error) in (Outcome.IN_DOUBT, Outcome.INTERRUPTED)
    failure = getattr(error, "failure", None)
    return {
        "error": {
            "type": _type(error),
            "message": message(error, is_send=is_send),
            "provider": getattr(error, "provider", "") or None,
            "sent": "unknown" if is_send and is_doubt else "no",
            "retry_after": getattr(error, "retry_after", None),
            "failure": failure and {"code": failure.code, "reason": failure.reason},
        }
    }


def message(error: BaseException, *, is_send: bool = False) -> str:
    """Return why something could not be done, without what that means."""
    match error:
        case KeyboardInterrupt():
            late = "; if the note was already on its way, it may arrive"
            return f"interrupted{late if is_send else ''}"
        case OSError(strerror=str() as reason):
            return f"{error.filename}: {reason}" if error.filename else reason
        case SendError(provider=str() as provider) if provider:
            return str(error)
    if format_message := getattr(error, "format_message", None):
        return str(format_message())
    text = str(error)
    for pattern, words in _WORDING:
        text = pattern.sub(words, text)
    return text


def _type(error: BaseException) -> str:
    # Typer's own names are no promise of ours.
    return "UsageError" if hasattr(error, "format_message") else type(error).__name__


def _advice(error: BaseException) -> str:
    match error:
        case UnavailableError(retry_after=float() | int() as seconds):
            return f"\ntry again in {seconds:.0f} seconds"
        case UnconfirmedError():
            return "\nlook at the conversation before you send it again"
    return ""
