"""
``voicenote check``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import typer

from rich.table import Table
from rich.text import Text

from .._client import Client
from .._errors import VoiceNoteError
from ..audio import support
from ._options import Config, Json
from ._outcome import Outcome, message, outcome
from ._progress import Progress
from ._screen import clean, show, show_json
from ._survey import Survey, survey


@attrs.frozen
class Finding:
    """
    What one look at one thing has shown.

    Attributes:
        what: The thing.

        message: What is to be known about it.

        outcome: What a send would come to because of it.
    """

    what: str
    message: str
    outcome: Outcome = Outcome.ACCEPTED

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be done."""
        return self.outcome is Outcome.ACCEPTED


def check(*, config: Config = None, json: Json = False) -> None:
    """
    Try the configuration, the credentials and the audio support; send nothing.

    Example: voicenote check

    The exit status is 0 only if all is well.
    """
    with Progress("asking the providers").shown():
        findings = list(_findings(survey(config), config))
    if json:
        show_json(_document(findings))
    else:
        show(_table(findings))
    raise typer.Exit(next((f.outcome for f in findings if not f.is_well), 0))


def _findings(seen: Survey, path: Path | None) -> Iterator[Finding]:
    problems = [one.problem for one in seen.accounts if one.problem]
    problems += [seen.problem] if seen.problem else []
    for problem in problems:
        yield Finding("configuration", problem, Outcome.NOT_SENT)
    if not problems:
        names = ", then ".join(one.name for one in seen.accounts)
        yield Finding("configuration", f"{seen.file or 'the environment'}: {names}")
        yield from _answers(path)
    yield _audio()


def _answers(path: Path | None) -> Iterator[Finding]:
    with Client.from_config(path) as client:
        for name in client.providers:
            try:
                yield Finding(name, client.check(name))
            except VoiceNoteError as error:
                yield Finding(name, message(error), outcome(error))


def _audio() -> Finding:
    if tool := support():
        return Finding("audio", f"converted by {tool}")
    return Finding(
        "audio",
        "only Ogg Opus and CAF Opus can be re-wrapped; to convert everything else: "
        "pip install 'voicenote[audio]'",
        Outcome.NOT_SENT,
    )


def _table(findings: list[Finding]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for finding in findings:
        mark = Text("✓", "green") if finding.is_well else Text("✗", "red")
        table.add_row(mark, Text(clean(finding.what), "bold"), clean(finding.message))
    return table


def _document(findings: list[Finding]) -> dict[str, Any]:
    return {
        "ok": all(finding.is_well for finding in findings),
        "findings": [
            {"what": one.what, "ok": one.is_well, "message": one.message}
            for one in findings
        ],
    }
