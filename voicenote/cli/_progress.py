"""
What a person sees while something takes long: one line that comes and goes.
"""

import time

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import attrs

from rich.live import Live
from rich.spinner import Spinner

from ._screen import clean, length, stderr


# Encoding reports several times a second; when it is silent, something else happens.
_FRESH = 0.5


@attrs.define
class Progress:
    """
    How far a piece of work has come; give it to the library as its ``progress``.

    Attributes:
        what: What is being done, apart from encoding; its text is asked for each time.
    """

    what: object
    _encoded: float = attrs.field(default=0.0, init=False)
    _at: float = attrs.field(default=float("-inf"), init=False)
    _spinner: Spinner = attrs.field(factory=lambda: Spinner("dots"), init=False)

    def __call__(self, seconds: float) -> None:
        """Take note that *seconds* of audio have been encoded."""
        self._encoded, self._at = seconds, time.monotonic()

    def shown(self) -> AbstractContextManager[Any]:
        """Show the line for the length of a ``with`` statement, on a terminal only."""
        console = stderr()
        if not console.is_terminal or console.is_dumb_terminal:
            return nullcontext()
        return Live(
            get_renderable=self._line,
            console=console,
            refresh_per_second=10,
            transient=True,
        )

    def _line(self) -> Spinner:
        self._spinner.update(text=clean(self._text()))
        return self._spinner

    def _text(self) -> str:
        if time.monotonic() - self._at > _FRESH:
            return str(self.what)
        return f"encoding: {length(self._encoded)} so far"
