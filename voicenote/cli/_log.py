"""
``voicenote log``.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import config
from .._addresses import shortened
from .._errors import ConfigError
from .._journal import Entry, Standing
from .._sqlite import Journal
from ._options import Config, Json
from ._screen import listing, show, show_json


_COLUMNS = ("when (UTC)", "key", "provider", "to", "what is known", "id")

# A column's worth: both ends of a longer key, because a user's may differ in either.
_KEY = 24


def log(
    *,
    journal: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The journal, instead of the configured one."
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many sends at most.")
    ] = 20,
    config: Config = None,
    json: Json = False,
) -> None:
    """
    List what the journal knows, the latest send first.

    Example: voicenote log --journal notes.db --limit 5
    """
    with _journal(journal, config) as kept:
        entries = kept.entries(limit)
    if json:
        show_json([_document(entry) for entry in entries])
        return
    show(listing(_COLUMNS, (_row(entry) for entry in entries)))


def _journal(path: Path | None, configuration: Path | None) -> Journal:
    kept = Journal(path) if path else config.journal(config.find(configuration))
    if kept is None:
        raise ConfigError(
            "no journal is configured: give --journal FILE, or set journal in "
            "voicenote.toml, or VOICENOTE_JOURNAL"
        )
    if not kept.path.is_file():  # looking at one makes none
        raise ConfigError(f"there is no journal {kept.path}; nothing was sent with it")
    return kept


def _row(entry: Entry) -> tuple[str, ...]:
    receipt = entry.receipt
    return (
        f"{_moment(entry):%Y-%m-%d %H:%M:%S}",
        _key(entry.key),
        receipt.provider,
        ", ".join(map(shortened, receipt.to)),
        _known(entry),
        receipt.id,
    )


def _key(key: str) -> str:
    return f"{key[:12]}…{key[-8:]}" if len(key) > _KEY else key


def _known(entry: Entry) -> str:
    match entry.standing:
        case Standing.ATTEMPTED:
            return "in doubt"
        case Standing.REFUSED:
            return "not sent"
    return entry.receipt.status.value


def _document(entry: Entry) -> dict[str, Any]:
    return {
        "attempted_at": _moment(entry).isoformat(),
        "standing": entry.standing.value,
        "receipt": entry.receipt.to_dict(),
    }


def _moment(entry: Entry) -> datetime:
    return datetime.fromtimestamp(entry.at, UTC)
