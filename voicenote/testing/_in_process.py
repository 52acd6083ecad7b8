"""
The sandbox without a server, for the tests of an application.
"""

import time

import attrs

from .. import config
from .._async_client import AsyncClient
from .._client import Client
from .._errors import ConfigError
from ..sandbox import Heard, SandboxTransport, World
from ._diverted import Patch, divert


@attrs.define
class _Clock:
    """The time of day, and how far it was moved ahead."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class InProcessSandbox(SandboxTransport):
    """
    The installed players, where every client of a test ends: no socket, no thread.

    Its `world` has the people, its `faults` what is to go wrong; see docs/sandbox.md.
    """

    def __init__(self) -> None:
        self._clock = _Clock()
        super().__init__(World(self._clock))

    @property
    def heard(self) -> list[Heard]:
        """What has arrived on somebody's phone by now."""
        return self.world.heard

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass for the vendors, at once."""
        self._clock.ahead += seconds

    def divert(self, patch: Patch) -> None:
        """
        Have every client end here until *patch*, pytest's monkeypatch, ends.

        The environment configures all providers that have a player; if nothing says
        which one sends, it is the first, and the others take over.
        """
        for cls in (Client, AsyncClient):
            divert(patch, cls, "transport", lambda _: self)
        for name in self.stage.players:
            for setting, value in self.settings(name).items():
                patch.setenv(config.variable(name, setting), value)
        try:
            config.order(config.find(), config.installed())
        except ConfigError:
            patch.setenv("VOICENOTE_PROVIDERS", ",".join(self.stage.players))
