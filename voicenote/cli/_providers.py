"""
``voicenote providers``.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from .._plugins import Plugin
from .._providers import SupportsCheck, SupportsStatus
from ..audio import AudioSpec
from ._options import Config, Json
from ._screen import facts, heading, length, show, show_json, size
from ._survey import Account, Survey, accepts, installed, survey


# A class has a protocol's method, or it has not; its settings do not matter.
_ABILITIES: dict[str, Callable[[type[Any]], bool]] = {
    "status": lambda cls: issubclass(cls, SupportsStatus),
    "check": lambda cls: issubclass(cls, SupportsCheck),
}


def providers(*, config: Config = None, json: Json = False) -> None:
    """
    List what is installed, what is configured, and what failed to load.

    Example: voicenote providers --json
    """
    seen = survey(config)
    if json:
        show_json(_document(seen))
        return
    for plugin, cls in installed(seen.plugins):
        show(heading(cls.name, plugin.distribution or plugin.module))
        show(facts(_facts(cls, seen)))
        show()
    for plugin in _broken(seen):
        show(heading(plugin.name, plugin.distribution or plugin.module))
        show(facts({"failed to load": repr(plugin.error)}))
        show()
    show(heading("configuration", seen.file or "no file"))
    show(facts(dict(_configuration(seen))))


def _facts(cls: type[Any], seen: Survey) -> dict[str, object]:
    return {
        **_sounds(accepts(cls)),
        "can do": ", ".join(["send", *_abilities(cls)]),
        "needs": seen.needs(cls.name),
    }


def _sounds(spec: AudioSpec | None) -> dict[str, object]:
    if spec is None:
        return {}
    return {
        "takes": ", ".join(sorted(spec.takes)),
        "converts to": ", ".join(spec.targets),
        "limits": _limits(spec),
        "takes URLs": _urls(spec),
    }


def _limits(spec: AudioSpec) -> str:
    parts = size(spec.max_bytes), length(spec.max_seconds)
    return ", ".join(part for part in parts if part)


def _urls(spec: AudioSpec) -> str:
    if spec.urls is None:
        return ""
    signed = "" if spec.urls.query else ", not signed"
    return f"https, ending in {' '.join(spec.urls.suffixes)}{signed}"


def _abilities(cls: type[Any]) -> list[str]:
    return [name for name, is_able in _ABILITIES.items() if is_able(cls)]


def _configuration(seen: Survey) -> Iterator[tuple[str, object]]:
    for place, account in enumerate(seen.accounts, 1):
        yield f"{place}. {account.name}", account.problem or _identity(account)
    yield "problem", seen.problem


def _identity(account: Account) -> str:
    sender = getattr(account.provider, "sender", None)
    kind = getattr(account.provider, "name", account.name)
    use = "" if kind == account.name else f"{kind}, "
    return f"{use}sends from {sender}" if sender else f"{use}ready"


def _broken(seen: Survey) -> list[Plugin]:
    return [plugin for plugin in seen.plugins.found if plugin.error]


def _document(seen: Survey) -> dict[str, Any]:
    return {
        "installed": [
            _described(plugin, cls, seen) for plugin, cls in installed(seen.plugins)
        ],
        "configured": [
            {
                "name": one.name,
                "provider": getattr(one.provider, "name", None),
                "sender": getattr(one.provider, "sender", None),
                "problem": one.problem or None,
            }
            for one in seen.accounts
        ],
        "broken": [
            {"name": one.name, "from": one.distribution, "error": repr(one.error)}
            for one in _broken(seen)
        ],
        "file": seen.file,
        "problem": seen.problem or None,
    }


def _described(plugin: Plugin, cls: type[Any], seen: Survey) -> dict[str, Any]:
    return {
        "name": cls.name,
        "from": plugin.distribution or plugin.module,
        "accepts": _accepted(accepts(cls)),
        "can": ["send", *_abilities(cls)],
        "needs": seen.needs(cls.name) or None,
    }


def _accepted(spec: AudioSpec | None) -> dict[str, Any] | None:
    if spec is None:
        return None
    return {
        "takes": sorted(spec.takes),
        "targets": list(spec.targets),
        "max_bytes": spec.max_bytes,
        "max_seconds": spec.max_seconds,
        "urls": spec.urls and attrs.asdict(spec.urls),
    }
