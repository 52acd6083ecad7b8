"""
A program that sends one note at a time and dies when it is told to.

Reads jobs from standard input, one JSON object a line; for each it forks a process that
sends the note, and writes what became of that process as a line of JSON. Forks, because
a fresh interpreter would spend its time on imports.
"""

import json
import os
import select
import signal
import sys

from pathlib import Path
from typing import Any

import attrs
import httpx

import voicenote

from voicenote._journal import Entry
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


VENDORS = {"linq": Linq, "sendblue": Sendblue}

CAF = Path(__file__).parents[1] / "audio" / "samples" / "voice_24k.caf"


@attrs.define
class Fate:
    """
    Ends this process, as SIGKILL does, when the step *at* is come to.

    Attributes:
        at: The step's number, from 0; None to live.

        passed: What was come to.
    """

    at: int | None
    passed: list[str] = attrs.field(factory=list)

    def step(self, name: str) -> None:
        """Come to the next step."""
        if len(self.passed) == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(name)


@attrs.frozen
class Doomed:
    """A keeper in which every call is a step before, and a step after."""

    keeper: voicenote.Journal
    fate: Fate

    def recall(self, key: str) -> Entry | None:
        return self._call("recall", key)

    def attempt(self, trace: voicenote.Receipt, at: float) -> bool:
        return self._call("attempt", trace, at)

    def accept(self, receipt: voicenote.Receipt) -> None:
        return self._call("accept", receipt)

    def refuse(self, attempt: Entry) -> None:
        return self._call("refuse", attempt)

    def update(self, receipt: voicenote.Receipt) -> voicenote.Receipt:
        return self._call("update", receipt)

    def _call(self, name: str, *arguments: Any) -> Any:
        self.fate.step(f"before {name}")
        done = getattr(self.keeper, name)(*arguments)
        self.fate.step(f"after {name}")
        return done


@attrs.frozen
class Doom(httpx.BaseTransport):
    """A transport: before a request leaves, when it has left, when its answer is here."""

    fate: Fate
    # Loopback is not encrypted, and certificates take long to read.
    real: httpx.HTTPTransport = attrs.field(
        factory=lambda: httpx.HTTPTransport(verify=False)
    )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # An upload's own address has a random end.
        last = request.url.path.rpartition("/")[2]
        name = f"{request.method} {'file' if request.method == 'PUT' else last}"

        # https://www.encode.io/httpcore/extensions/#trace
        def trace(event: str, _: Any) -> None:
            if event == "http11.send_request_body.complete":
                self.fate.step(f"{name} has left")

        self.fate.step(f"before {name}")
        request.extensions = {**request.extensions, "trace": trace}
        response = self.real.handle_request(request)
        self.fate.step(f"{name} was answered")
        return response

    def close(self) -> None:
        self.real.close()


def send(job: dict[str, Any], fate: Fate) -> dict[str, Any]:
    """Send the one note of *job*, and return how it ended."""
    provider = VENDORS[job["vendor"]](**job["settings"])
    note = voicenote.VoiceNote(CAF.read_bytes(), job["to"], key=job["key"])
    with (
        voicenote.Journal(job["journal"]) as journal,
        voicenote.Client(
            [provider],
            journal=Doomed(journal, fate),
            transport=Doom(fate),
            certain_after=0.3,
            looks=(0.05, 0.1),
        ) as client,
    ):
        try:
            return {"id": client.send(note).id}
        except voicenote.VoiceNoteError as error:
            return {"error": type(error).__name__, "message": str(error)}


def forked(job: dict[str, Any]) -> dict[str, Any]:
    """Return how *job* ended in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        fate = Fate(job["at"])
        done = send(job, fate)
        os.write(writer, json.dumps({**done, "passed": fate.passed}).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        if (
            job["after"] is not None
            and not select.select([pipe], [], [], job["after"])[0]
        ):
            os.kill(child, signal.SIGKILL)
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status)}
    return dict(json.loads(told))


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(forked(json.loads(line))) + "\n")
        sys.stdout.flush()
