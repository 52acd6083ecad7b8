"""
pytest's door to voicenote: fixtures for everybody's tests. See docs/testing.md.

Rule: every run of pytest imports this, wherever voicenote is installed, so it imports
nothing more than the package itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest


if TYPE_CHECKING:
    from voicenote.testing import InProcessSandbox, Outbox


@pytest.fixture
def voicenote_outbox(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """Nothing leaves: what this test sends through any client is collected here."""
    from voicenote.testing import Outbox  # noqa: PLC0415

    outbox = Outbox()
    outbox.divert(monkeypatch)
    return outbox


@pytest.fixture
def voicenote_sandbox(monkeypatch: pytest.MonkeyPatch) -> InProcessSandbox:
    """The vendors, played in this process: every client ends there, without a socket."""
    from voicenote.testing import InProcessSandbox  # noqa: PLC0415

    sandbox = InProcessSandbox()
    sandbox.divert(monkeypatch)
    return sandbox
