"""
Tools for people who write providers, and for their users' tests.
"""

from typing import TYPE_CHECKING, Any

from ._rehearsal import Rehearsal, answer, rehearse
from ._scrub import scrub, vcr_config
from ._sound import silence


if TYPE_CHECKING:
    from ._provider_contract import ProviderContract


__all__ = [
    "ProviderContract",
    "Rehearsal",
    "answer",
    "rehearse",
    "scrub",
    "silence",
    "vcr_config",
]

# The contracts need pytest, which whoever only scrubs or rehearses may not have.
_CONTRACTS = {"ProviderContract": "_provider_contract"}


def __getattr__(name: str) -> Any:
    if name not in _CONTRACTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(f".{_CONTRACTS[name]}", __name__), name)
