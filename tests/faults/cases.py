"""
What goes wrong, row by row of the table in docs/reliability.md.

Rule: a fault lasts, as troubles do, unless its name says how often it happens.
"""

from collections.abc import Callable, Mapping
from math import inf

import attrs

from voicenote.sandbox import (
    Disconnected,
    Effect,
    Fault,
    Response,
    Silence,
    afterwards,
    altered,
    changed,
    inflated,
    instead,
    slowly,
    truncated,
)


VENDORS = ("linq", "sendblue")

# Which requests of a send are meant, at each vendor.
SEND = {
    "linq": {"method": "POST", "path": "*/voicememo"},
    "sendblue": {"method": "POST", "path": "*/send-message"},
}
UPLOAD = {
    "linq": {"method": "PUT"},
    "sendblue": {"method": "POST", "path": "*/upload-file"},
}
LOOK = {
    "linq": {"method": "GET", "path": "*/messages"},
    "sendblue": {"method": "GET", "path": "*/messages"},
}

# https://docs.linqapp.com/error/codes/
_STILL_CREATED = {"success": False, "error": {"status": 409, "code": 2009}}
_OPTED_OUT = {"success": False, "error": {"status": 403, "code": 2024}}

# https://docs.sendblue.com, API reference: error codes
_BLOCKED = {"status": "ERROR", "error_code": 4002, "error_message": "Blacklisted"}

# No file has such a URL: Sendblue takes the message, and drops what is not there.
_GONE = {"media_url": "https://storage.googleapis.com/inbound-file-store/gone"}

Faulty = Callable[[str], list[Fault]]


@attrs.frozen
class Case:
    """
    One row.

    Attributes:
        name: What happens.

        faults: Returns the faults at a vendor.

        vendors: Where it can happen.

        unknowable: Where a caller cannot find out whether the note was accepted.

        is_refused: Whether nothing can be connected to.

        timeout: Seconds that the caller gives us in total.

        wait: Seconds that the caller is asked to wait at least, where that ends it.
    """

    name: str
    faults: Faulty = lambda _: []
    vendors: tuple[str, ...] = attrs.field(default=VENDORS, kw_only=True)
    unknowable: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    is_refused: bool = attrs.field(default=False, kw_only=True)
    timeout: float = attrs.field(default=3.0, kw_only=True)
    wait: float | None = attrs.field(default=None, kw_only=True)


def _at(
    requests: Mapping[str, Mapping[str, str]], effect: Effect, times: float = inf
) -> Faulty:
    return lambda vendor: [Fault(effect, **requests[vendor], times=times)]  # type: ignore[arg-type]


def _both(first: Faulty, second: Faulty) -> Faulty:
    return lambda vendor: [*first(vendor), *second(vendor)]


def _busy(seconds: int) -> Effect:
    return instead(Response(429, headers={"Retry-After": str(seconds)}, json={}))


def _refused(vendor: str) -> list[Fault]:
    body = {"linq": _OPTED_OUT, "sendblue": _BLOCKED}[vendor]
    return _at(SEND, instead(Response(200, json=body)))(vendor)


_ERROR_500 = Response(500, json={"error": "Internal error"})
_HTML_502 = Response(502, html="<html><h1>502 Bad Gateway</h1></html>")
_ERROR_503 = Response(503, text="Service unavailable")

CASES = (
    Case("connection refused", is_refused=True),
    Case(
        "connection broken before accepting",
        _at(SEND, instead(Disconnected())),
        unknowable=VENDORS,
    ),
    Case("connection broken after accepting", _at(SEND, afterwards(Disconnected()))),
    Case("no answer after accepting", _at(SEND, afterwards(Silence()))),
    Case("500 after accepting", _at(SEND, afterwards(_ERROR_500))),
    Case("502 with HTML after accepting", _at(SEND, afterwards(_HTML_502))),
    Case("503 after accepting", _at(SEND, afterwards(_ERROR_503))),
    Case(
        "500, nothing accepted",
        _at(SEND, instead(_ERROR_500)),
        unknowable=VENDORS,
    ),
    Case("429 once, Retry-After 1 second", _at(SEND, _busy(1), times=1)),
    Case("429, Retry-After 600 seconds", _at(SEND, _busy(600)), wait=600.0),
    # Linq documents no refusal with a success code, so what this one means is a guess.
    Case("200 with a refusal in the body", _refused, unknowable=("linq",)),
    Case(
        "attachment silently dropped", _at(SEND, altered(_GONE)), vendors=("sendblue",)
    ),
    Case("upload fails once with 503", _at(UPLOAD, instead(_ERROR_503), times=1)),
    Case("upload fails with 503", _at(UPLOAD, instead(_ERROR_503))),
    Case("upload: connection broken once", _at(UPLOAD, instead(Disconnected()), 1)),
    Case(
        "chat still being created, once",
        _at(SEND, instead(Response(409, json=_STILL_CREATED)), times=1),
        vendors=("linq",),
        timeout=10.0,
    ),
    Case("half of the JSON after accepting", _at(SEND, changed(truncated))),
    Case("gzip bomb after accepting", _at(SEND, changed(inflated))),
    Case(
        "answer trickles after accepting, longer than the caller waits",
        _at(SEND, slowly(3.0)),
        timeout=0.8,
    ),
    Case(
        "connection broken after accepting, and nobody can look",
        _both(
            _at(SEND, afterwards(Disconnected())), _at(LOOK, instead(Disconnected()))
        ),
        unknowable=VENDORS,
    ),
)
