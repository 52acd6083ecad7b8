"""
Sendblue as a voicenote provider.
"""

import voicenote

from ._provider import Sendblue


__all__ = ["Sendblue"]


@voicenote.hookimpl
def voicenote_providers() -> list[type[Sendblue]]:
    """Add Sendblue."""
    return [Sendblue]


@voicenote.hookimpl
def voicenote_sandboxes() -> list[type[object]]:
    """Add Sendblue's player."""
    from .sandbox import SendbluePlayer  # noqa: PLC0415

    return [SendbluePlayer]
