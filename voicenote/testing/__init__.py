"""
Tools for people who write providers, and for their users' tests.
"""

from typing import TYPE_CHECKING, Any

from ._rehearsal import Rehearsal, answer, rehearse
from ._scrub import scrub, vcr_config
from ._sound import silence


if TYPE_CHECKING:
    from ._in_process import InProcessSandbox
    from ._lookup_contracts import ReconcileContract, StatusContract
    from ._outbox import Outbox, Posted
    from ._player_contract import PlayerContract
    from ._provider_contract import ProviderContract
    from ._webhook_contract import WebhookContract


__all__ = [
    "InProcessSandbox",
    "Outbox",
    "PlayerContract",
    "Posted",
    "ProviderContract",
    "ReconcileContract",
    "Rehearsal",
    "StatusContract",
    "WebhookContract",
    "answer",
    "rehearse",
    "scrub",
    "silence",
    "vcr_config",
]

# The contracts need pytest, which whoever only scrubs or rehearses may not have.
_ON_DEMAND = {
    "InProcessSandbox": "_in_process",
    "Outbox": "_outbox",
    "Posted": "_outbox",
    "PlayerContract": "_player_contract",
    "ProviderContract": "_provider_contract",
    "ReconcileContract": "_lookup_contracts",
    "StatusContract": "_lookup_contracts",
    "WebhookContract": "_webhook_contract",
}


def __getattr__(name: str) -> Any:
    if name not in _ON_DEMAND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(f".{_ON_DEMAND[name]}", __name__), name)
