"""
TOML and environment become providers.

Rule: this is the only module that reads the environment.

A value comes from the first of: an argument in code, ``VOICENOTE_<NAME>_<ATTRIBUTE>``,
the TOML file, the vendor's usual environment variable, the default.
"""

import os
import tomllib

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import attrs

from ._errors import ConfigError
from ._plugins import GROUP, Plugins, load, suggestion
from ._providers import Provider
from ._retry import Retry
from ._settings import ENV
from ._sqlite import Journal
from .audio import AudioSettings


_OPTIONS = {
    "timeout": float,
    "allow_private_urls": bool,
    "pacing": bool,
    "cool_down": float,
    "certain_after": float,
}
_SECTIONS = {"audio": AudioSettings, "retry": Retry}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


@cache
def installed() -> Plugins:
    """Return the plugins; they are loaded at the first call, not on import."""
    return load(entry_points(group=GROUP), os.environ)


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


def configured(
    path: str | Path | None = None,
    providers: Iterable[str] | None = None,
    *,
    env: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """
    Return the arguments of a client, its providers in their order.

    Args:
        providers: Their names, where the caller has chosen.

    Raises:
        ConfigError: Something is missing, misspelled or contradictory.
    """
    source = find(path, env)
    plugins = installed()
    _check_keys(source, plugins)
    names = order(source, plugins) if providers is None else list(providers)
    return {
        "providers": {name: provider(name, source, plugins) for name in names},
        **_options(source),
    }


def find(
    path: str | Path | None = None, env: Mapping[str, str] | None = None
) -> Source:
    """
    Return the configuration's file and environment, by default the process's.

    Raises:
        ConfigError: The file is not there, cannot be read, or is no TOML.
    """
    env = os.environ if env is None else env
    named = path or env.get("VOICENOTE_CONFIG")
    if named:
        return Source(_toml(Path(named)), Path(named), (str(named),), env)
    for candidate in (Path("voicenote.toml"), Path("pyproject.toml")):
        if not candidate.is_file():
            continue
        table = _toml(candidate)
        if candidate.name == "pyproject.toml":
            table = table.get("tool", {}).get("voicenote")
        if table is not None:
            return Source(table, candidate, (str(candidate),), env)
    searched = ("voicenote.toml", "[tool.voicenote] in pyproject.toml")
    return Source({}, None, searched, env)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error


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
    if source.path is None or "journal" not in source.table:
        return None
    named = _typed(source.table["journal"], str, "journal")
    return Journal(source.path.parent / Path(named).expanduser())


def order(source: Source, plugins: Plugins) -> list[str]:
    """
    Return the names of the providers to use, the first one first.

    ``VOICENOTE_PROVIDERS`` decides, else ``providers`` in the file, else its
    sections, else the one provider that the environment configures completely.

    Raises:
        ConfigError: There is none, or no way to tell which.
    """
    listed = source.env.get("VOICENOTE_PROVIDERS", "").split(",")
    names = [name.strip() for name in listed if name.strip()]
    names = names or _listed(source)
    names = names or [name for name in source.table if _is_provider(name, source)]
    if not names:
        complete = [name for name in plugins.providers if _is_complete(name, source)]
        if len(complete) > 1:
            raise ConfigError(
                f"{' and '.join(complete)} are configured: say which one sends, with "
                f"VOICENOTE_PROVIDERS={complete[0]} or providers = [...] in voicenote.toml"
            )
        names = complete
    if not names:
        raise ConfigError(
            "no provider is configured: neither VOICENOTE_PROVIDERS nor "
            f"{source.label} names one, and the environment has no complete set of "
            f"credentials; installed: {', '.join(sorted(plugins.providers)) or 'none'}"
        )
    return names


def provider(name: str, source: Source, plugins: Plugins) -> Provider:
    """
    Return the provider that *name* stands for.

    Raises:
        ConfigError: It is unknown, or a setting is missing or wrong.
    """
    section = dict(source.table.get(name, {}))
    cls = plugins.provider(section.pop("use", name))
    arguments = {
        field.alias: value
        for field in attrs.fields(cls)
        for value in _values(name, field, section, source)
    }
    try:
        made: Provider = cls(**arguments)
    except (TypeError, ValueError, ConfigError) as error:
        raise ConfigError(f"[{name}] {error}") from error
    return made


def places(name: str, field: "attrs.Attribute[Any]", source: Source) -> list[str]:
    """Return every place that a setting is looked for in, the strongest first."""
    return [
        variable(name, field.name),
        f"{field.name} under [{name}] in {source.label}",
        *field.metadata.get(ENV, ()),
    ]


def _values(
    name: str,
    field: "attrs.Attribute[Any]",
    section: Mapping[str, Any],
    source: Source,
) -> Iterator[Any]:
    """Yield the one value of a setting, or none if its default stands."""
    usual = [
        source.env[key] for key in field.metadata.get(ENV, ()) if source.env.get(key)
    ]
    own = source.env.get(variable(name, field.name))
    if own:
        yield _from_text(own, field.type, variable(name, field.name))
    elif field.name in section:
        yield _typed(section[field.name], field.type, f"{field.name} under [{name}]")
    elif usual:
        yield _from_text(usual[0], field.type, field.name)
    elif field.default is attrs.NOTHING:
        looked = ", ".join(places(name, field, source))
        raise ConfigError(f"{name} needs {field.name!r}; looked for it in: {looked}")


def variable(name: str, attribute: str) -> str:
    """Return the environment variable that sets *attribute* of the provider *name*."""
    return f"VOICENOTE_{name}_{attribute}".upper().replace("-", "_")


def _from_text(text: str, cls: Any, what: str) -> Any:
    """Return an environment variable's *text* as *cls*."""
    word = text.strip().lower()
    if cls is bool and word in _TRUE | _FALSE:
        return word in _TRUE
    if cls in (int, float):
        try:
            return cls(text)
        except ValueError:
            raise ConfigError(f"{what} must be a number, not {text!r}") from None
    if cls is bool:
        raise ConfigError(f"{what} must be true or false, not {text!r}")
    return text


def _typed(value: Any, cls: Any, what: str) -> Any:
    if cls is float and type(value) is int:
        return float(value)
    if isinstance(cls, type) and type(value) is not cls:
        raise ConfigError(
            f"{what} must be of type {cls.__name__}, not {type(value).__name__}"
        )
    return value


def _listed(source: Source) -> list[str]:
    names = source.table.get("providers", [])
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise ConfigError(f"providers in {source.label} must be a list of names")
    return names


def _is_provider(key: str, source: Source) -> bool:
    return isinstance(source.table[key], dict) and key not in _SECTIONS


def _is_complete(name: str, source: Source) -> bool:
    """Return whether the environment alone gives every setting that *name* needs."""
    try:
        provider(name, source, installed())
    except ConfigError:
        return False
    return True


def _options(source: Source) -> dict[str, Any]:
    """Return the client's own settings."""
    kept = journal(source)
    options: dict[str, Any] = {"journal": kept} if kept else {}
    for key, cls in _OPTIONS.items():
        variable = f"VOICENOTE_{key}".upper()
        if source.env.get(variable):
            options[key] = _from_text(source.env[variable], cls, variable)
        elif key in source.table:
            options[key] = _typed(source.table[key], cls, key)
    for key, section in _SECTIONS.items():
        if key in source.table:
            options[key] = _section(section, source.table[key], key)
    return options


def _section(cls: type[Any], table: Mapping[str, Any], key: str) -> Any:
    known = {field.name: field for field in attrs.fields(cls)}
    for name in table:
        _check_known(name, known, f"[{key}]")
    arguments = {
        name: _typed(value, known[name].type, f"{name} under [{key}]")
        for name, value in table.items()
    }
    try:
        return cls(**arguments)
    except ValueError as error:
        raise ConfigError(f"[{key}] {error.args[0]}") from error


def _check_keys(source: Source, plugins: Plugins) -> None:
    """Refuse every key that nothing reads: it is most likely misspelled."""
    for key, table in source.table.items():
        if not isinstance(table, dict):
            _check_known(key, {"providers", "journal", *_OPTIONS}, source.label)
        elif key not in _SECTIONS:
            cls = plugins.provider(table.get("use", key))
            known = {"use", *(field.name for field in attrs.fields(cls))}
            for name in table:
                _check_known(name, known, f"[{key}] in {source.label}")


def _check_known(key: str, known: Any, where: str) -> None:
    if key not in known:
        raise ConfigError(
            f"{where}: there is no setting {key!r}{suggestion(key, known)}"
            if suggestion(key, known)
            else f"{where}: there is no setting {key!r}; there are {', '.join(sorted(known))}"
        )
