"""
Finding providers and players: one entry-point group for ours and everyone else's.

Rule: a plugin that is broken hurts only who asks for it.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from importlib.metadata import EntryPoint
from typing import Any

import attrs
import pluggy

from . import hookspecs
from ._errors import ConfigError
from ._events import Event


GROUP = "voicenote"


@attrs.frozen
class Plugin:
    """
    A distribution's entry point, loaded or not.

    Attributes:
        name: The entry point's.

        module: What it points to.

        distribution: Who installed it, with its version; empty if unknown.

        providers: The provider classes that it adds.

        players: The sandbox players that it adds.

        observers: What it wants to be told; each is called with an `Event`.

        error: Why it could not be used.
    """

    name: str
    module: str
    distribution: str = ""
    providers: tuple[type[Any], ...] = ()
    players: tuple[type[Any], ...] = ()
    observers: tuple[Callable[[Event], object], ...] = ()
    error: Exception | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution or self.module})"


@attrs.frozen
class Plugins:
    """
    Everything installed, after loading.

    Attributes:
        found: Every plugin that was to be loaded, the broken ones included.
    """

    found: tuple[Plugin, ...]

    @property
    def providers(self) -> dict[str, type[Any]]:
        """The provider classes by name, without names that two plugins claim."""
        claims = self._claims()
        return {
            cls.name: cls
            for plugin in self.found
            for cls in plugin.providers
            if len(claims[cls.name]) == 1
        }

    @property
    def players(self) -> dict[str, type[Any]]:
        """The sandbox's players, by the name of the provider that each plays."""
        return {cls.name: cls for plugin in self.found for cls in plugin.players}

    @property
    def observers(self) -> tuple[Callable[[Event], object], ...]:
        """Everything that wants to be told what happens."""
        return tuple(one for plugin in self.found for one in plugin.observers)

    def provider(self, name: str) -> type[Any]:
        """
        Return the provider class *name*.

        Raises:
            ConfigError: It is unknown, with a suggestion; or two plugins claim it;
                or its plugin is broken, with the cause.
        """
        claimants = self._claims().get(name, [])
        if len(claimants) > 1:
            raise ConfigError(
                f"two plugins call their provider {name!r}: "
                f"{' and '.join(map(str, claimants))}; "
                "leave one out with VOICENOTE_DISABLED_PLUGINS"
            )
        if claimants:
            return self.providers[name]
        for plugin in self.found:
            if plugin.error and name == plugin.name:
                raise ConfigError(
                    f"the plugin {plugin} is broken: {plugin.error!r}"
                ) from plugin.error
        raise ConfigError(
            f"there is no provider {name!r} among those installed "
            f"({', '.join(sorted(self.providers)) or 'none'})"
            f"{suggestion(name, self.providers)}"
        )

    def _claims(self) -> dict[str, list[Plugin]]:
        claims: dict[str, list[Plugin]] = {}
        for plugin in self.found:
            for cls in plugin.providers:
                claims.setdefault(cls.name, []).append(plugin)
        return claims


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean …?`` if one of *known* is close to *word*."""
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def load(points: Iterable[EntryPoint], env: Mapping[str, str]) -> Plugins:
    """
    Load *points*, except those that the environment leaves out.

    Args:
        env: ``VOICENOTE_PLUGINS`` lists the only ones to load, and
            ``VOICENOTE_DISABLED_PLUGINS`` those not to; separated by commas.
    """
    only = _names(env.get("VOICENOTE_PLUGINS", ""))
    never = _names(env.get("VOICENOTE_DISABLED_PLUGINS", ""))
    manager = pluggy.PluginManager("voicenote")
    manager.add_hookspecs(hookspecs)
    return Plugins(
        tuple(
            _loaded(point, manager)
            for point in points
            if (not only or point.name in only) and point.name not in never
        )
    )


def _names(listed: str) -> set[str]:
    return {name.strip() for name in listed.split(",") if name.strip()}


def _loaded(point: EntryPoint, manager: pluggy.PluginManager) -> Plugin:
    distribution = f"{point.dist.name} {point.dist.version}" if point.dist else ""
    plugin = Plugin(point.name, point.value, distribution)
    try:
        module = point.load()
        manager.register(module, name=point.name)
        manager.check_pending()
        providers = _added(manager, module, "voicenote_providers")
        players = _added(manager, module, "voicenote_sandboxes")
        observers = _observers(manager, module)
    except Exception as error:  # noqa: BLE001
        if manager.has_plugin(point.name):
            manager.unregister(name=point.name)
        return attrs.evolve(plugin, error=error)
    return attrs.evolve(
        plugin, providers=providers, players=players, observers=observers
    )


def _added(
    manager: pluggy.PluginManager, module: object, hook: str
) -> tuple[type[Any], ...]:
    # One hook call for all would let one that raises silence the others.
    others = [other for other in manager.get_plugins() if other is not module]
    classes = [
        cls
        for listed in manager.subset_hook_caller(hook, remove_plugins=others)()
        for cls in listed
    ]
    for cls in classes:
        if not isinstance(cls, type) or not isinstance(getattr(cls, "name", None), str):
            raise TypeError(f"{hook}() gave {cls!r}, which is no class with a name")
    return tuple(classes)


def _observers(
    manager: pluggy.PluginManager, module: object
) -> tuple[Callable[[Event], object], ...]:
    # Called one by one and not as a hook: one that raises must not silence the others.
    return tuple(
        implementation.function
        if implementation.argnames
        else lambda _, function=implementation.function: function()
        for implementation in manager.hook.voicenote_observed.get_hookimpls()
        if implementation.plugin is module
    )
