"""
What is installed and what is configured, gathered without asking anybody.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from .. import config
from .._errors import ConfigError
from .._plugins import Plugin, Plugins
from .._providers import Provider
from ..audio import AudioSpec


@attrs.frozen
class Account:
    """
    A provider under the name that the configuration gives it.

    Attributes:
        name: Its name there.

        provider: It itself, or None if its settings are incomplete or wrong.

        problem: Why there is none; empty if there is.
    """

    name: str
    provider: Provider | None = None
    problem: str = ""


@attrs.frozen
class Survey:
    """
    What there is to send through.

    Attributes:
        plugins: What is installed.

        source: Where the configuration comes from; None if it cannot be read.

        accounts: What sends, the first one first.

        problem: Why the configuration cannot be used at all; empty if it can.
    """

    plugins: Plugins
    source: config.Source | None = None
    accounts: tuple[Account, ...] = ()
    problem: str = ""

    @property
    def file(self) -> Path | None:
        """The configuration's file, or None if there is none."""
        return self.source.path if self.source else None

    def needs(self, name: str) -> str:
        """Return what the installed provider *name* lacks; empty if nothing."""
        if self.source is None:
            return ""
        return account(name, self.source, self.plugins).problem


def survey(path: Path | None) -> Survey:
    """Return what there is to send through, with every problem in its place."""
    seen = Survey(config.installed())
    try:
        source = config.find(path)
        seen = attrs.evolve(seen, source=source)
        names = config.order(source, seen.plugins)
        accounts = tuple(account(name, source, seen.plugins) for name in names)
        seen = attrs.evolve(seen, accounts=accounts)
        if not any(one.problem for one in accounts):
            config.configured(path)  # what is left is what nothing reads
    except ConfigError as error:
        return attrs.evolve(seen, problem=str(error))
    return seen


def account(name: str, source: config.Source, plugins: Plugins) -> Account:
    """Return the provider that *name* stands for, or why there is none."""
    try:
        return Account(name, config.provider(name, source, plugins))
    except ConfigError as error:
        return Account(name, problem=str(error))


def installed(plugins: Plugins) -> Iterator[tuple[Plugin, type[Any]]]:
    """Yield every provider class that can be used, with the plugin that adds it."""
    usable = plugins.providers
    for plugin in plugins.found:
        for cls in plugin.providers:
            if usable.get(cls.name) is cls:
                yield plugin, cls


def accepts(cls: type[Any]) -> AudioSpec | None:
    """Return what audio *cls* takes, or None if only an instance could tell."""
    spec = getattr(cls, "accepts", None)
    return spec if isinstance(spec, AudioSpec) else None
