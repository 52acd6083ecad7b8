"""
TOML and environment become providers.

A value comes from the first of: an argument in code, ``VOICENOTE_<NAME>_<ATTRIBUTE>``,
the TOML file, the vendor's usual environment variable, the default. An empty text is
no value.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import attrs

from ._errors import ConfigError
from ._options import SECTIONS, journal, options
from ._plugins import GROUP, Plugins, load
from ._providers import Provider
from ._settings import ENV
from ._source import Source, environment, find, variable
from ._unread import check_keys, check_variables
from ._values import fields, from_text, is_given, typed


__all__ = [
    "Source",
    "configured",
    "find",
    "installed",
    "journal",
    "order",
    "places",
    "provider",
    "variable",
]


@cache
def installed() -> Plugins:
    """Return the plugins; they are loaded at the first call, not on import."""
    return load(entry_points(group=GROUP), environment())


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
    check_keys(source, plugins)
    check_variables(source, plugins)
    names = order(source, plugins) if providers is None else list(providers)
    return {
        "providers": {name: provider(name, source, plugins) for name in names},
        **options(source),
    }


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
    return names or _complete(source, plugins)


def provider(name: str, source: Source, plugins: Plugins) -> Provider:
    """
    Return the provider that *name* stands for.

    Raises:
        ConfigError: It is unknown, or a setting is missing or wrong.
    """
    section = source.section(name)
    cls = plugins.provider(source.kind(name))
    arguments = {
        field.alias or field.name: value
        for field in fields(cls)
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
        source.env[key]
        for key in field.metadata.get(ENV, ())
        if is_given(source.env.get(key, ""))
    ]
    own = source.env.get(variable(name, field.name), "")
    if is_given(own):
        yield from_text(own, field.type, variable(name, field.name))
    elif is_given(section.get(field.name, "")):
        yield typed(section[field.name], field.type, f"{field.name} under [{name}]")
    elif usual:
        yield from_text(usual[0], field.type, field.name)
    elif field.default is attrs.NOTHING:
        looked = ", ".join(places(name, field, source))
        raise ConfigError(f"{name} needs {field.name!r}; looked for it in: {looked}")


def _listed(source: Source) -> list[str]:
    names = source.table.get("providers", [])
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise ConfigError(f"providers in {source.label} must be a list of names")
    return names


def _is_provider(key: str, source: Source) -> bool:
    return isinstance(source.table[key], dict) and key not in SECTIONS


def _complete(source: Source, plugins: Plugins) -> list[str]:
    """
    Return the one provider for which the environment has every setting.

    Raises:
        ConfigError: There is none, and what the only one lacks that has some; or
            there are several.
    """
    names, lacking = [], {}
    for name in plugins.providers:
        try:
            provider(name, source, plugins)
        except ConfigError as error:
            if _is_begun(name, source, plugins):
                lacking[name] = error
        else:
            names.append(name)
    if len(names) > 1:
        raise ConfigError(
            f"{' and '.join(names)} are configured: say which one sends, with "
            f"VOICENOTE_PROVIDERS={names[0]} or providers = [...] in voicenote.toml"
        )
    if not names:
        check_variables(source, plugins)  # a misspelled one may be why
        raise _unconfigured(source, plugins, lacking)
    return names


def _is_begun(name: str, source: Source, plugins: Plugins) -> bool:
    """Return whether the environment has some setting of *name*."""
    return any(
        source.env.get(key)
        for field in fields(plugins.providers[name])
        for key in (variable(name, field.name), *field.metadata.get(ENV, ()))
    )


def _unconfigured(
    source: Source, plugins: Plugins, lacking: Mapping[str, ConfigError]
) -> ConfigError:
    """Return the error for no provider; of the only one in *lacking*, with its own."""
    error = ConfigError(
        "no provider is configured: neither VOICENOTE_PROVIDERS nor "
        f"{source.label} names one, and the environment has no complete set of "
        f"credentials; installed: {', '.join(sorted(plugins.providers)) or 'none'}"
        + "".join(f"; {why}" for why in lacking.values() if len(lacking) == 1)
    )
    error.__cause__ = next(iter(lacking.values()), None)
    return error
