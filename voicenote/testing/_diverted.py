"""
Reading another value from a client than it was given; for the length of a test.
"""

from collections.abc import Callable
from typing import Any, Protocol


class Patch(Protocol):
    """What pytest's ``monkeypatch`` can do, as far as it is needed here."""

    def setattr(self, target: Any, name: str, value: Any) -> None:
        """Replace an attribute until the test ends."""

    def setenv(self, name: str, value: str) -> None:
        """Set an environment variable until the test ends."""


class Diverted:
    """
    A field of a class that is read through a function.

    Also of objects that were made before, which a subclass or a wrapper would miss.
    """

    def __init__(self, field: Any, read: Callable[[Any], Any]) -> None:
        self._field, self._read = field, read

    def __get__(self, owner: Any, cls: type[Any] | None = None) -> Any:
        return self if owner is None else self._read(self._field.__get__(owner, cls))

    def __set__(self, owner: Any, value: Any) -> None:
        self._field.__set__(owner, value)


def divert(
    patch: Patch, cls: type[Any], field: str, read: Callable[[Any], Any]
) -> None:
    """Have *field* of all instances of *cls* read through *read*."""
    patch.setattr(cls, field, Diverted(cls.__dict__[field], read))
