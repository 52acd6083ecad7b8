"""
The client's own settings, as the file and the environment have them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._errors import ConfigError
from ._retry import Retry
from ._source import Source
from ._sqlite import Journal
from ._values import check_known, from_text, is_given, plain, typed
from .audio import AudioSettings


OPTIONS = {
    "timeout": float,
    "allow_private_urls": bool,
    "pacing": bool,
    "cool_down": float,
    "certain_after": float,
}
SECTIONS = {"audio": AudioSettings, "retry": Retry}


def options(source: Source) -> dict[str, Any]:
    """
    Return the client's own settings, those that are given.

    Raises:
        ConfigError: One is unknown, or of the wrong kind.
    """
    kept = journal(source)
    found: dict[str, Any] = {"journal": kept} if kept else {}
    for key, cls in OPTIONS.items():
        variable = f"VOICENOTE_{key}".upper()
        if source.env.get(variable):
            found[key] = from_text(source.env[variable], cls, variable)
        elif key in source.table:
            found[key] = typed(source.table[key], cls, key)
    for key, section in SECTIONS.items():
        if key in source.table:
            found[key] = _section(section, source.section(key), key)
    return found


def journal(source: Source) -> Journal | None:
    """
    Return the journal that is configured, which is not open yet; None if none is.

    ``VOICENOTE_JOURNAL`` is relative to the working directory, ``journal`` in the
    file to the file's folder.

    Raises:
        ConfigError: It is not a path.
    """
    if named := source.env.get("VOICENOTE_JOURNAL"):
        return Journal(Path(named).expanduser())
    named = typed(source.table.get("journal", ""), str, "journal")
    if source.path is None or not is_given(named):
        return None
    return Journal(source.path.parent / Path(named).expanduser())


def _section(cls: type[Any], table: Mapping[str, Any], key: str) -> Any:
    known = plain(cls)
    for name in table:
        check_known(name, known, f"[{key}]")
    arguments = {
        name: typed(value, known[name], f"{name} under [{key}]")
        for name, value in table.items()
    }
    try:
        return cls(**arguments)
    except ValueError as error:
        raise ConfigError(f"[{key}] {error.args[0]}") from error
