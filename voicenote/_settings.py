"""
A provider's attributes are its configuration: what its author says about each.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from ._addresses import address
from ._errors import ConfigError


ENV = "voicenote.env"
SECRET = "voicenote.secret"  # noqa: S105


def secret(*, env: Sequence[str] = (), default: str | None = None) -> Any:
    """
    Return an attrs field for a credential, which no repr shows.

    Args:
        env: The vendor's usual environment variables for it.

        default: None makes it a required setting.

    Raises:
        ConfigError: On construction, if it has characters that no credential has;
            a line break from a file would end up in an HTTP library's error. If it is
            required and empty.
    """
    return attrs.field(
        default=attrs.NOTHING if default is None else default,
        converter=_credential,
        validator=_not_empty if default is None else None,
        repr=lambda value: "'***'" if value else "''",
        metadata={ENV: tuple(env), SECRET: True},
        kw_only=True,
    )


def setting(
    *,
    env: Sequence[str] = (),
    default: Any = None,
    converter: Callable[[Any], Any] | None = None,
) -> Any:
    """
    Return an attrs field for anything else that a provider has to be told.

    Args:
        env: The vendor's usual environment variables for it.

        default: None makes it a required setting.

        converter: Checks and normalises what was given.
    """
    return attrs.field(
        default=attrs.NOTHING if default is None else default,
        converter=converter,
        metadata={ENV: tuple(env)},
        kw_only=True,
    )


def secrets(*, env: Sequence[str] = ()) -> Any:
    """
    Return an attrs field for none, one or several credentials, which no repr shows.

    Several, separated by white space or commas, are one value with spaces: so a new
    one is accepted before the old one is gone.

    Args:
        env: The vendor's usual environment variables for it.

    Raises:
        ConfigError: On construction, as `secret` does.
    """
    return attrs.field(
        default="",
        converter=_credentials,
        repr=lambda value: "'***'" if value else "''",
        metadata={ENV: tuple(env), SECRET: True},
        kw_only=True,
    )


def line(text: str) -> str:
    """
    Return *text*, one of the user's own lines, if it is an E.164 number or e-mail.

    Raises:
        ConfigError: It is neither.
    """
    try:
        return address(text)
    except Exception as error:
        raise ConfigError(f"the sender {error}") from error


def _credential(text: str) -> str:
    if not isinstance(text, str):
        raise ConfigError(f"a credential must be a text, not {type(text).__name__}")
    text = text.strip()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ConfigError(
            "a credential has a character that no credential has, such as a line "
            "break or a space inside; copy it again"
        )
    return text


def _not_empty(_: Any, field: "attrs.Attribute[Any]", text: Any) -> None:
    if not text:
        raise ConfigError(f"{field.name!r} is empty; it needs a credential")


def _credentials(text: str) -> str:
    if not isinstance(text, str):
        return _credential(text)
    return " ".join(map(_credential, text.replace(",", " ").split()))
