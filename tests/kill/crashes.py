"""
A note whose sender is killed and started again, until it says how it ended.
"""

import json
import subprocess
import sys

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from voicenote.sandbox import Sandbox


ANN = "+12025550123"

# A sender that is never certain would be started for ever.
_STARTS = 40


@attrs.frozen
class Death:
    """
    When a sender dies: by SIGKILL, in both cases.

    Attributes:
        at: The number of the step before which it kills itself, from 0.

        after: Seconds after which it is killed, wherever it is, even inside a write.
    """

    at: int | None = None
    after: float | None = None


@attrs.frozen
class End:
    """
    What became of a note.

    Attributes:
        heard: How often its recipient heard it.

        outcome: What the last sender said: the note's id, or an error.

        kills: How many senders were killed.

        starts: How many were started.

        passed: The steps of the last one.
    """

    heard: int
    outcome: dict[str, Any]
    kills: int
    starts: int
    passed: list[str]


@attrs.frozen
class Crashes:
    """Senders that are killed, and a vendor that goes on."""

    sandbox: Sandbox
    program: subprocess.Popen[str]

    def run(
        self, vendor: str, journal: Path, key: str, deaths: Sequence[Death] = ()
    ) -> End:
        """
        Send a note until a sender lives to say how it ended.

        Args:
            deaths: Those of the first senders, in their order; who comes after lives.
        """
        before = len(self.sandbox.heard)
        kills = 0
        for start in range(_STARTS):
            death = deaths[start] if start < len(deaths) else Death()
            done = self._send(vendor, journal, key, death)
            kills += "killed" in done
            # In doubt, as a killed one is: somebody has to ask again.
            if "killed" not in done and done.get("error") != "UnconfirmedError":
                break
        passed = done.pop("passed", [])
        heard = len(self.sandbox.heard) - before
        return End(heard, done, kills, start + 1, passed)

    def _send(
        self, vendor: str, journal: Path, key: str, death: Death
    ) -> dict[str, Any]:
        assert self.program.stdin
        assert self.program.stdout
        job = {
            "vendor": vendor,
            "settings": self.sandbox.settings(vendor),
            "to": ANN,
            "key": key,
            "journal": str(journal),
            **attrs.asdict(death),
        }
        self.program.stdin.write(json.dumps(job) + "\n")
        self.program.stdin.flush()
        return dict(json.loads(self.program.stdout.readline()))


@contextmanager
def crashes() -> Iterator[Crashes]:
    """Give a vendor, and senders in a process of their own."""
    with (
        Sandbox() as sandbox,
        subprocess.Popen(
            [sys.executable, Path(__file__).with_name("child.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as program,
    ):
        yield Crashes(sandbox, program)
