"""
The one dangerous question: may this request go out twice?

Everything that could send a voice note twice asks here: retries, the meaning of an
error, and failover.
"""

from collections.abc import Callable

import httpx

from httpx import Request, Response


_REPEATABLE = "voicenote.repeatable"
_PATIENCE = "voicenote.patience"
_TRACE = "voicenote.trace"

# https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})

# These are raised before the first byte of a request is written.
_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

TOO_MANY_REQUESTS = 429


def repeatable(request: Request) -> Request:
    """Mark *request* as harmless to repeat, although it is a POST."""
    request.extensions = {**request.extensions, _REPEATABLE: True}
    return request


def patient(request: Request, wait: Callable[[Response], float | None]) -> Request:
    """
    Mark *request* as one to ask again after certain answers.

    Args:
        wait: Returns the seconds to wait after an answer that says that nothing was
            done, and that asking again may help; None after any other.
    """
    request.extensions = {**request.extensions, _PATIENCE: wait}
    return request


def audible(
    request: Request, *, chat: str | None = None, media: str | None = None
) -> Request:
    """
    Mark *request* as the one that makes a note heard, and say how to find it again.

    Args:
        chat: The provider's name for the conversation that it goes into.

        media: The provider's name for its audio: an id, or a URL.
    """
    request.extensions = {**request.extensions, _TRACE: (chat, media)}
    return request


def trace(request: Request) -> tuple[str | None, str | None]:
    """Return the chat and the media by which *request*'s note can be found again."""
    found: tuple[str | None, str | None] = request.extensions.get(_TRACE, (None, None))
    return found


def may_repeat(request: Request) -> bool:
    """Return whether *request* going out twice has the effect of once."""
    return request.method in _IDEMPOTENT or _REPEATABLE in request.extensions


def never_left(error: Exception) -> bool:
    """Return whether *error* came before anything was sent."""
    return isinstance(error, _NEVER_LEFT)


def patience(request: Request, response: Response) -> float | None:
    """
    Return after how many seconds *response* invites to ask again, at least.

    None means that it does not; 0, that it does and names no time.
    """
    wait: Callable[[Response], float | None] | None = request.extensions.get(_PATIENCE)
    seconds = wait(response) if wait else None
    if seconds is None and response.status_code == TOO_MANY_REQUESTS:
        return 0.0
    return seconds
