"""
What bounds one request and its response: seconds in total, and bytes of the body.

httpx's own timeouts are for each operation: an answer that trickles never ends.
"""

import time

from collections.abc import AsyncIterator, Callable, Iterator
from http.cookiejar import CookieJar
from math import inf
from typing import Any

import httpx

from ._underway import UNTIL


SECONDS = "voicenote.seconds"
MAX_BYTES = "voicenote.max_bytes"

# An answer of a messaging API has a few kilobytes; a listing has some hundred.
_MAX_BYTES = 10_000_000


class TooLargeError(httpx.DecodingError):
    """The answer has more bytes than its request allows."""


class NoCookies(CookieJar):
    """A jar that stays empty: one answer must not change what the next request says."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Keep nothing of *response*."""


def timed(request: httpx.Request, timeout: httpx.Timeout) -> httpx.Request:
    """Return *request* with *timeout*, cut to the seconds that it has in total."""
    seconds: float | None = request.extensions.get(SECONDS)
    each = timeout.as_dict()
    if seconds is not None:
        each = {name: min(seconds, value or seconds) for name, value in each.items()}
        request.extensions[UNTIL] = time.monotonic() + seconds
    request.extensions["timeout"] = each
    return request


def late(request: httpx.Request) -> httpx.ReadTimeout:
    """Return what to raise when the time of *request* is over."""
    return httpx.ReadTimeout("the answer did not end in time", request=request)


class Bounds(httpx.SyncByteStream, httpx.AsyncByteStream):
    """
    A body that ends where its request's bytes or seconds are over.

    Args:
        stop: Called when they are, instead of leaving an asynchronous body halfway:
            httpx's generators would be left unfinished, which trio minds.
    """

    def __init__(
        self, response: httpx.Response, stop: Callable[[], None] = lambda: None
    ) -> None:
        self._stream: Any = response.stream
        self._stop = stop
        self._request = response.request
        extensions = self._request.extensions
        self._most: int = extensions.get(MAX_BYTES, _MAX_BYTES)
        self._left = self._most
        self._until: float = extensions.get(UNTIL, inf)
        self._is_late = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            if not self._allow(chunk):
                return
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            if self._allow(chunk):
                yield chunk
            else:
                self._stop()

    def close(self) -> None:
        """Close what is bounded."""
        self._stream.close()

    async def aclose(self) -> None:
        """Do the same, awaiting."""
        await self._stream.aclose()

    def check(self) -> None:
        """
        Raise if the body was cut.

        Raises:
            TooLargeError: It has more bytes than the request allows.

            httpx.ReadTimeout: The request's time was over before its end.
        """
        if self._left < 0:
            raise TooLargeError(
                f"the answer has more than {self._most} bytes", request=self._request
            )
        if self._is_late:
            raise late(self._request)

    def _allow(self, chunk: bytes) -> bool:
        self._left -= len(chunk)
        self._is_late = time.monotonic() > self._until
        return self._left >= 0 and not self._is_late


class _Decoded(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response, after its content coding."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_bytes()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._response.aiter_bytes()

    def close(self) -> None:
        self._response.close()

    async def aclose(self) -> None:
        await self._response.aclose()


def decoded(response: httpx.Response) -> httpx.Response:
    """Return *response*, unread, without a content coding: bounds count real bytes."""
    if "content-encoding" not in response.headers:
        return response
    headers = response.headers.copy()
    for name in ("content-encoding", "content-length", "transfer-encoding"):
        headers.pop(name, None)
    return httpx.Response(
        response.status_code,
        headers=headers,
        stream=_Decoded(response),
        request=response.request,
        extensions=response.extensions,
    )
