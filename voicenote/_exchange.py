"""
What bounds one request and its response: seconds in total, and bytes of the body.

httpx's own timeouts are for each operation: an answer that trickles never ends.
"""

import time

import httpx


SECONDS = "voicenote.seconds"
MAX_BYTES = "voicenote.max_bytes"

# An answer of a messaging API has a few kilobytes; a listing has some hundred.
_MAX_BYTES = 10_000_000


def timed(request: httpx.Request, timeout: httpx.Timeout) -> httpx.Request:
    """Return *request* with *timeout*, cut to the seconds that it has in total."""
    seconds: float | None = request.extensions.get(SECONDS)
    each = timeout.as_dict()
    if seconds is not None:
        each = {name: min(seconds, value or seconds) for name, value in each.items()}
        request.extensions["voicenote.until"] = time.monotonic() + seconds
    request.extensions["timeout"] = each
    return request


class Body:
    """The body of a response, while it arrives."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._chunks: list[bytes] = []
        self._size = 0
        self._is_late = False
        extensions = response.request.extensions
        self._most: int = extensions.get(MAX_BYTES, _MAX_BYTES)
        self._until: float | None = extensions.get("voicenote.until")

    def add(self, chunk: bytes) -> bool:
        """Keep *chunk*; return whether there may be more."""
        self._size += len(chunk)
        self._is_late = self._until is not None and time.monotonic() > self._until
        if self._is_late or self._size > self._most:
            return False
        self._chunks.append(chunk)
        return True

    def response(self) -> httpx.Response:
        """
        Return the whole response, decoded.

        Raises:
            httpx.DecodingError: It has more bytes than the request allows.

            httpx.ReadTimeout: The request's time was over before its end.
        """
        arrived = self._response
        request = arrived.request
        if self._size > self._most:
            raise httpx.DecodingError(
                f"the answer has more than {self._most} bytes", request=request
            )
        if self._is_late:
            raise httpx.ReadTimeout("the answer did not end in time", request=request)
        headers = arrived.headers.copy()
        for name in ("content-encoding", "content-length", "transfer-encoding"):
            headers.pop(name, None)
        return httpx.Response(
            arrived.status_code,
            headers=headers,
            content=b"".join(self._chunks),
            request=request,
            extensions=arrived.extensions,
        )
