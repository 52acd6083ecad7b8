"""
A setting's value: of the type that its attribute says, from a text or from TOML.
"""

from collections.abc import Collection
from typing import Any, get_type_hints

import attrs

from ._errors import ConfigError
from ._plugins import suggestion


_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

# What a file or a variable can say.
_PLAIN = {cls.__name__: cls for cls in (str, int, float, bool)}


def fields(cls: type[Any]) -> tuple["attrs.Attribute[Any]", ...]:
    """Return what *cls* is made of, each with its type and not the type's name."""
    try:
        hints = get_type_hints(cls)
    except NameError:  # imported for type checkers only
        hints = {
            field.name: _PLAIN[field.type]
            for field in attrs.fields(cls)
            if isinstance(field.type, str) and field.type in _PLAIN
        }
    return tuple(
        field.evolve(type=hints.get(field.name, field.type))
        for field in attrs.fields(cls)
        if field.init
    )


def is_given(value: Any) -> bool:
    """Return whether *value* says anything; an empty text does not."""
    return not isinstance(value, str) or bool(value.strip())


def from_text(text: str, cls: Any, what: str) -> Any:
    """
    Return an environment variable's *text* as *cls*.

    Raises:
        ConfigError: It is none.
    """
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


def typed(value: Any, cls: Any, what: str) -> Any:
    """
    Return TOML's *value*, if it is a *cls*.

    Raises:
        ConfigError: It is none.
    """
    if cls is float and type(value) is int:
        return float(value)
    if isinstance(cls, type) and type(value) is not cls:
        raise ConfigError(
            f"{what} must be of type {cls.__name__}, not {type(value).__name__}"
        )
    return value


def plain(cls: type[Any]) -> dict[str, Any]:
    """Return the attributes of *cls* that a file can set, with their types."""
    return {
        field.name: field.type for field in fields(cls) if field.type in _PLAIN.values()
    }


def check_known(key: str, known: Collection[str], where: str) -> None:
    """
    Refuse *key* if it is none of *known*: it is most likely misspelled.

    Raises:
        ConfigError: With a suggestion, or with all that there are.
    """
    if key in known:
        return
    close = suggestion(key, known) or f"; there are {', '.join(sorted(known))}"
    raise ConfigError(f"{where}: there is no setting {key!r}{close}")
