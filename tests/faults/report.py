"""
docs/reliability.md, made from a run of the whole table.
"""

import platform

from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from tests.faults.cases import CASES, VENDORS, Case
from tests.faults.matrix import DRIVERS, SDK, Matrix, Outcome


PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

_HEAD = """\
| what goes wrong | ours: heard | told | right | Linq's SDK: heard | told | Sendblue's SDK: heard | told |
|---|---|---|---|---|---|---|---|
"""

_TITLES = {"linq": "Linq", "sendblue": "Sendblue"}

_PAGE = """\
# Reliability

What the recipient hears, and what the caller is told, when something goes wrong on the way. A vendor that has accepted a
note and fails to say so is asked again by its own SDK, and the recipient hears the note three times; this library looks for
the note instead, and returns its receipt. *Right* means: a receipt is of the one note that is heard, an error that says "not
sent" is of none, and `UnconfirmedError` comes only where nobody could know.

{table}
Every row ran over HTTP on loopback, against the [sandbox](sandbox.md), and not against the vendors. A fault hits every send,
unless its name says how often it happens; looking for a note works, unless the name says otherwise. *Ours* is through Linq and
through Sendblue, blocking, on asyncio and on trio: {runs} sends. Where the vendors differ, the cell says so; "-" is what cannot
happen there. The SDKs run with their defaults, written as their documentation shows, but for two things that keep the run
short: they wait {patience:g} second for an answer and not 60, as we do here, and do not sleep before they try again. So the
table does not show that the SDKs ask again within two seconds a vendor that asked for 600. Linq's SDK leaves the upload to
its caller, here to a bare `httpx.put`: that the upload is not repeated is not the SDK's doing.

Generated on {today} by `python benchmarks/faults.py --write`, with voicenote {voicenote}, linq-python {linq}, sendblue
{sendblue}, httpx {httpx} and Python {python}. A test compares the table with a fresh run.
"""


def page(matrix: Matrix, patience: float) -> str:
    """
    Return the whole page.

    Args:
        patience: Seconds for which everybody waits for an answer.
    """
    return _PAGE.format(
        table=table(matrix),
        runs=sum(len(case.vendors) * len(DRIVERS) for case in CASES),
        patience=patience,
        today=datetime.now(UTC).date(),
        voicenote=version("voicenote"),
        linq=version("linq-python"),
        sendblue=version("sendblue"),
        httpx=version("httpx"),
        python=platform.python_version(),
    )


def table(matrix: Matrix) -> str:
    """Return the table; two runs give the same."""
    return _HEAD + "".join(_row(case, matrix) for case in CASES)


def committed() -> str:
    """Return the table of the page that is committed."""
    lines = PAGE.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith("|"))


def _row(case: Case, matrix: Matrix) -> str:
    row = matrix.row(case)
    ours = {
        vendor: [row[vendor, driver] for driver in DRIVERS] for vendor in case.vendors
    }
    cells = [
        case.name,
        _told({v: {_heard(one) for one in some} for v, some in ours.items()}),
        _told({v: {f"`{one.word}`" for one in some} for v, some in ours.items()}),
        _told({v: {_right(case, v, one) for one in some} for v, some in ours.items()}),
    ]
    for vendor in VENDORS:
        theirs = row.get((vendor, SDK))
        cells += [_heard(theirs), _word(theirs)] if theirs else ["-", "-"]
    return f"| {' | '.join(cells)} |\n"


def _told(words: dict[str, set[str]]) -> str:
    """Return one word where the vendors agree, else each of them with its vendor."""
    said = {vendor: " or ".join(sorted(some)) for vendor, some in words.items()}
    alike = [(word, list(names)) for word, names in groupby(said, key=said.__getitem__)]
    if len(alike) == 1:
        return alike[0][0]
    return ", ".join(
        f"{word} at {' and '.join(_TITLES[name] for name in names)}"
        for word, names in alike
    )


def _heard(outcome: Outcome) -> str:
    count = len(outcome.heard)
    return f"**{count}**" if count > 1 else str(count)


def _word(outcome: Outcome) -> str:
    """Return what an SDK told; a result of nothing stands out."""
    if isinstance(outcome.told, Exception):
        return f"`{outcome.word}`"
    return outcome.word if outcome.heard else f"**{outcome.word}**"


def _right(case: Case, vendor: str, outcome: Outcome) -> str:
    if not outcome.is_right(is_knowable=vendor not in case.unknowable):
        return "**no**"
    return "yes: nobody knows" if vendor in case.unknowable else "yes"
