"""
Which request is under way; and nobody but us logs it.

Rule: httpx logs URLs at INFO and its pool headers at DEBUG: numbers, signatures.
"""

import logging
import time

from contextvars import ContextVar

import httpx


UNTIL = "voicenote.until"
ADDRESSES = "voicenote.addresses"

# A timeout of 0 means "do not block", which is another error.
_LEAST = 0.001

_LOGGERS = (
    "httpx",
    # Each of its own: a filter is not inherited.
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "hpack.hpack",  # HTTP/2, with a transport of the caller's
    "hpack.table",
)

_request: ContextVar[httpx.Request | None] = ContextVar("_request", default=None)


class Underway:
    """Lets *request* be the one that is under way, for a ``with`` statement."""

    # A class, since a generator's context manager costs more than all it does here.
    def __init__(self, request: httpx.Request) -> None:
        self._token = _request.set(request)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        _request.reset(self._token)


def left(timeout: float | None) -> float | None:
    """Return *timeout*, in seconds, cut to what the request under way has left."""
    request = _request.get()
    until = request.extensions.get(UNTIL) if request else None
    if until is None:
        return timeout
    rest: float = max(until - time.monotonic(), _LEAST)
    return rest if timeout is None else min(timeout, rest)


def addresses(host: str) -> list[str]:
    """Return what to connect to for *host*: what was checked, or the name itself."""
    request = _request.get()
    if request is None or host != request.url.raw_host.decode():  # a proxy's
        return [host]
    return request.extensions.get(ADDRESSES) or [host]


def _is_others(record: logging.LogRecord) -> bool:  # noqa: ARG001
    return _request.get() is None


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_is_others)
