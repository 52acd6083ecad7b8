"""
What a plugin may implement.

Rule: hooks are called, never awaited, and do no I/O.
"""

from collections.abc import Sequence
from typing import Any

import pluggy

from ._events import Event


hookspec = pluggy.HookspecMarker("voicenote")
hookimpl = pluggy.HookimplMarker("voicenote")


@hookspec
def voicenote_providers() -> Sequence[type[Any]]:  # type: ignore[empty-body]
    """Return the provider classes that this plugin adds; see `Provider`."""


@hookspec
def voicenote_sandboxes() -> Sequence[type[Any]]:  # type: ignore[empty-body]
    """Return the players that this plugin adds; see `voicenote.sandbox.Player`."""


@hookspec
def voicenote_observed(event: Event) -> None:
    """Learn that *event* has happened. What is raised is logged, and changes nothing."""
