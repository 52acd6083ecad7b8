"""
What a journal in a file adds to a send.

Run as ``python benchmarks/journal.py``. Exits with 1 if a limit is missed. Seconds of the
clock and not of the processor, because a journal waits for the disk: an attempt is synced
before its request leaves. The vendor answers from another process. Medians of rounds in
which both take turns; in parentheses the quartiles of the rounds' ratios. The journal is
in the directory for temporary files; TMPDIR=... chooses another disk.
"""

import os
import sys
import tempfile
import time

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from _table import Row, show
from sends import ANN, AUDIO, CHAT, LINE, vendor

import voicenote

from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


ROUNDS, SENDS = 60, 20

# Seconds that a journal may add to a send.
MOST = 0.002


def senders(
    provider: voicenote.Provider, note: Callable[[], voicenote.VoiceNote], path: Path
) -> Iterator[list[float]]:
    """Yield the seconds per send with a journal at *path*, and without one."""
    with (
        voicenote.Journal(path) as journal,
        voicenote.Client([provider], journal=journal, pacing=False) as journalled,
        voicenote.Client([provider], pacing=False) as bare,
    ):
        clients = (journalled, bare)
        seconds: tuple[list[float], list[float]] = ([], [])
        for client in clients:
            _seconds(client, note)  # connections, caches, the file itself
        for number in range(ROUNDS):
            for one in (0, 1) if number % 2 else (1, 0):
                seconds[one].append(_seconds(clients[one], note))
    yield from seconds


def _seconds(
    client: voicenote.Client, note: Callable[[], voicenote.VoiceNote]
) -> float:
    start = time.perf_counter()
    for _ in range(SENDS):
        client.send(note())
    return (time.perf_counter() - start) / SENDS


def row(name: str, journalled: list[float], bare: list[float]) -> Row:
    """Return the row of one provider; the added time decides, not the ratio."""
    added = median(one - other for one, other in zip(journalled, bare, strict=True))
    ratios = [one / other for one, other in zip(journalled, bare, strict=True)]
    low, ratio, high = quantiles(ratios, n=4)
    return Row(
        f"{name}: a journal adds {_milliseconds(added)}",
        _milliseconds(median(journalled)),
        _milliseconds(median(bare)),
        ratio,
        "+2 ms",
        added <= MOST,
        (low, high),
    )


def sync(path: Path) -> float:
    """Return the seconds that this disk alone takes to keep a page."""
    taken = []
    with path.open("wb") as file:
        for _ in range(200):
            file.write(bytes(4096))
            file.flush()
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - start)
    return median(taken)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"


def main() -> int:
    """Print the table, and return 1 if a limit is missed."""
    with vendor() as base, ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        linq = Linq(api_key="key", sender=LINE, base_url=base)
        keys = {"api_key": "key", "api_secret": "secret", "base_url": base}
        sendblue = Sendblue(**keys, sender=LINE)
        cases = {
            "Linq": (linq, lambda: voicenote.VoiceNote(AUDIO, chat=CHAT)),
            "Sendblue": (sendblue, lambda: voicenote.VoiceNote(AUDIO, ANN)),
        }
        missed = show(
            row(name, *senders(provider, note, folder / f"{name}.db"))
            for name, (provider, note) in cases.items()
        )
        print(
            f"\none bare fdatasync on this disk: {_milliseconds(sync(folder / 'file'))}"
        )
    return missed


if __name__ == "__main__":
    sys.exit(main())
