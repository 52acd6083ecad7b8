"""
Finding and reading the configuration: one TOML file, and the environment.

Rule: this is the only module that reads the process's environment.
"""

import os
import tomllib

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from ._errors import ConfigError


@attrs.frozen
class Source:
    """
    Where settings come from.

    Attributes:
        table: The TOML file's content.

        path: The file, or None if there is none.

        searched: Where a file was looked for, for error messages.

        env: The environment.
    """

    table: Mapping[str, Any] = attrs.field(repr=False)
    path: Path | None
    searched: tuple[str, ...]
    env: Mapping[str, str] = attrs.field(repr=False)

    @property
    def label(self) -> str:
        """The file's name, or what stands in for it."""
        return str(self.path) if self.path else " or ".join(self.searched)

    def section(self, name: str) -> dict[str, Any]:
        """
        Return a copy of the section *name*; an empty one if there is none.

        Raises:
            ConfigError: It is something else.
        """
        return dict(_section(self.table.get(name, {}), name, self.label))

    def kind(self, name: str) -> str:
        """
        Return which provider the section *name* configures: ``use``, or its own name.

        Raises:
            ConfigError: ``use`` is no name.
        """
        used = self.section(name).get("use", name)
        if not isinstance(used, str) or not used:
            raise ConfigError(
                f"use under [{name}] must be the name of one provider, not {used!r}"
            )
        return used


def environment() -> Mapping[str, str]:
    """Return the process's environment."""
    return os.environ


def find(
    path: str | Path | None = None, env: Mapping[str, str] | None = None
) -> Source:
    """
    Return the configuration's file and environment, by default the process's.

    Raises:
        ConfigError: The file is not there, cannot be read, or is no TOML.
    """
    env = environment() if env is None else env
    named = path or env.get("VOICENOTE_CONFIG")
    if named:
        return Source(_toml(Path(named)), Path(named), (str(named),), env)
    for candidate in (Path("voicenote.toml"), Path("pyproject.toml")):
        if not candidate.is_file():
            continue
        table = _toml(candidate)
        if candidate.name == "pyproject.toml":
            table = _ours(table)
        if table is not None:
            return Source(table, candidate, (str(candidate),), env)
    searched = ("voicenote.toml", "[tool.voicenote] in pyproject.toml")
    return Source({}, None, searched, env)


def variable(name: str, attribute: str) -> str:
    """Return the environment variable that sets *attribute* of the provider *name*."""
    return f"VOICENOTE_{name}_{attribute}".upper().replace("-", "_")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error


def _ours(project: Mapping[str, Any]) -> Any:
    """Return the table of ours in a pyproject.toml, or None if it has none."""
    tool = _section(project.get("tool", {}), "tool", "pyproject.toml")
    if "voicenote" not in tool:
        return None
    return _section(tool["voicenote"], "tool.voicenote", "pyproject.toml")


def _section(value: Any, name: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(
            f"[{name}] in {where} must be a section, not of type {type(value).__name__}"
        )
    return value
