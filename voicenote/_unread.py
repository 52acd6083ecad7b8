"""
Refusing what nothing would read: it is most likely misspelled.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from importlib.metadata import entry_points

from ._errors import ConfigError
from ._options import OPTIONS, SECTIONS
from ._plugins import GROUP, Plugins
from ._source import Source, variable
from ._values import check_known, fields


_TOP = ("providers", "journal", *OPTIONS)
_OURS = "VOICENOTE_"
_VARIABLES = {
    f"{_OURS}{key}".upper() for key in (*_TOP, "config", "plugins", "disabled_plugins")
}

# What is recorded for tests has settings of its own; see tests/test_cassettes.py.
_OTHERS = ("VOICENOTE_LIVE_",)


def check_keys(source: Source, plugins: Plugins) -> None:
    """
    Refuse every key of the file that nothing reads.

    Raises:
        ConfigError: With a suggestion.
    """
    sections = {*SECTIONS, *plugins.providers}
    for key, value in source.table.items():
        if not isinstance(value, dict) and key not in sections:
            check_known(key, _TOP, source.label)
            continue
        table = source.section(key)
        if key not in SECTIONS:
            cls = plugins.provider(source.kind(key))
            known = {"use", *(field.name for field in fields(cls))}
            for name in table:
                check_known(name, known, f"[{key}] in {source.label}")


def check_variables(source: Source, plugins: Plugins) -> None:
    """
    Refuse every variable ``VOICENOTE_...`` that nothing reads.

    Those of a provider whose plugin is left out, or broken, are not judged.

    Raises:
        ConfigError: With a suggestion.
    """
    known = _VARIABLES | set(_of_providers(source, plugins))
    for name, value in source.env.items():
        if not name.startswith(_OURS) or name in known or not value:
            continue
        if not name.startswith((*_OTHERS, *_left_out(plugins))):
            raise ConfigError(
                f"nothing reads the variable {name}{_suggested(name, known)}"
            )


def _of_providers(source: Source, plugins: Plugins) -> Iterator[str]:
    """Yield the variables of every provider, under its name and those in the file."""
    sections = [key for key, value in source.table.items() if isinstance(value, dict)]
    named = {key: source.kind(key) for key in sections if key not in SECTIONS}
    for name, kind in {**{name: name for name in plugins.providers}, **named}.items():
        for field in fields(plugins.provider(kind)):
            yield variable(name, field.name)


def _left_out(plugins: Plugins) -> Iterator[str]:
    """Yield what begins the variables of a plugin that is installed and not in use."""
    for name in {point.name for point in entry_points(group=GROUP)}:
        if name not in plugins.providers:
            yield variable(name, "")


def _suggested(name: str, known: Iterable[str]) -> str:
    # What all of them begin with would make everything look alike.
    ends = [one.removeprefix(_OURS) for one in known]
    close = get_close_matches(name.removeprefix(_OURS), ends, n=1)
    if close:
        return f"; did you mean {_OURS}{close[0]}?"
    return "; docs/configuration.md lists those that are read"
