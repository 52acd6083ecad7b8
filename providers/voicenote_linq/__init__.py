"""
Linq's Partner API v3 as a voicenote provider.
"""

import voicenote

from ._provider import Linq


__all__ = ["Linq"]


@voicenote.hookimpl
def voicenote_providers() -> list[type[Linq]]:
    """Add Linq."""
    return [Linq]


@voicenote.hookimpl
def voicenote_sandboxes() -> list[type[object]]:
    """Add Linq's player."""
    from .sandbox import LinqPlayer  # noqa: PLC0415

    return [LinqPlayer]
