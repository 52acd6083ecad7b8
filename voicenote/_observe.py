"""
Who is told what happens: the log, plugins, and OpenTelemetry where it is installed.

Rule: an observer that fails hurts no send.
"""

import logging

from collections.abc import Callable
from functools import cache

from ._events import Event, Kind, Observer
from ._tracing import Tracing
from .config import installed


_log = logging.getLogger("voicenote")
_log.addHandler(logging.NullHandler())  # silent, until the program wants a log

_LEVELS = {
    Kind.SEND: logging.DEBUG,
    Kind.REQUEST: logging.DEBUG,
    Kind.RECEIPT: logging.INFO,
    Kind.RETRY: logging.WARNING,
    Kind.FAILOVER: logging.WARNING,
    Kind.DOUBT: logging.WARNING,
    Kind.ERROR: logging.WARNING,
}


def observe(event: Event) -> None:
    """Tell everybody of *event*."""
    _log.log(_LEVELS[event.kind], "%s", event)
    for observer in _observers():
        try:
            observer(event)
        except Exception:  # noqa: BLE001
            _log.exception("an observer failed")


@cache
def _observers() -> tuple[Observer | Callable[[Event], object], ...]:
    tracing = Tracing.installed()
    return (*installed().observers, *([tracing] if tracing else []))
