"""
Where words go: results to standard output, everything else to standard error.

Rule: nothing is markup. A message may hold ``[brackets]``, or a stranger's escapes.
"""

import json
import sys

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text


# In a pipe, whatever is said stays on its line.
_PIPE = 10_000


def stdout() -> Console:
    """Return standard output, as wide as the terminal."""
    return _console(is_terminal=sys.stdout.isatty())


def stderr() -> Console:
    """Return standard error, as wide as the terminal."""
    return _console(is_terminal=sys.stderr.isatty(), stderr=True)


def _console(*, is_terminal: bool, stderr: bool = False) -> Console:
    return Console(
        stderr=stderr,
        width=None if is_terminal else _PIPE,
        highlight=False,
        markup=False,
        emoji=False,
    )


def clean(value: object) -> str:
    """Return *value* as text without what a terminal would obey."""
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}"
        for char in str(value)
    )


def show(renderable: RenderableType = "") -> None:
    """Print a result for people."""
    with _writing():
        _print(stdout(), renderable)


def show_line(text: str) -> None:
    """Print a line to be copied: however long it is, it is not broken."""
    with _writing():
        sys.stdout.write(text + "\n")


def show_json(value: Any) -> None:
    """Print a result for programs: one JSON document."""
    # Only ASCII, so that no encoding of a pipe can spoil it.
    show_line(json.dumps(value, indent=2, default=str))


def show_aside(aside: str | Table) -> None:
    """Print what accompanies a result; programs that read the result miss nothing."""
    is_text = isinstance(aside, str)
    _print(stderr(), Text(clean(aside), style="dim") if is_text else aside)


def show_error(text: str) -> None:
    """Print why something could not be done."""
    _print(stderr(), Text(clean(text), style="red"))


@contextmanager
def _writing() -> Iterator[None]:
    """Write now, and not at the end, where nobody could tell that it failed."""
    try:
        yield
        sys.stdout.flush()
    except OSError:
        sys.stdout = StringIO()  # or Python itself tries once more, and complains
        raise


def _print(console: Console, renderable: RenderableType) -> None:
    if console.is_terminal:
        console.print(renderable)
        return
    with console.capture() as lines:
        console.print(renderable)
    for line in lines.get().splitlines():
        console.file.write(line.rstrip() + "\n")


def heading(text: object, about: object = "") -> Text:
    """Return a line that opens a block, with what is less important behind it."""
    return Text("  ").join(
        Text(clean(part), style)
        for part, style in ((text, "bold"), (about, "dim"))
        if part
    )


def facts(rows: Mapping[str, object]) -> Table:
    """Return named facts, one a line, without those that are None or empty."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows.items():
        if value not in (None, "", ()):
            table.add_row(f"  {name}", clean(value))
    return table


def listing(
    columns: Iterable[str], rows: Iterable[Iterable[object]], *, gap: int = 2
) -> Table:
    """Return *rows* under *columns*, without lines that would spoil a pipe."""
    padding = (0, gap, 0, 0)
    table = Table(box=None, pad_edge=False, padding=padding, header_style="cyan")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else clean(cell) for cell in row))
    return table


def size(count: int | None) -> str:
    """Return a number of bytes for people, or nothing if it is unknown."""
    if count is None:
        return ""
    for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= step:
            return f"{round(count / step, 1):g} {unit}"
    return f"{count} bytes"


def length(seconds: float | None) -> str:
    """Return a duration for people, or nothing if it is unknown."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} min {rest:.0f} s" if minutes else f"{rest:.1f} s"
