"""
Kills a sender 200 times, starts it again, and counts what its recipient heard.

Run as ``python benchmarks/kill.py [RUNS]``. Exits with 1 if a note is lost or doubled.
Over real HTTP: the sandbox is in this process, the senders in others. The runs take
turns: both vendors, every step (before a request leaves, when it has left, when its
answer is here; before and after every call of the journal), and in every third run
SIGKILL comes at a random moment instead, wherever the sender is. In half of the runs the
second sender is killed too.
"""

import random
import sys
import tempfile
import time

from collections import Counter
from pathlib import Path


sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.kill.crashes import Crashes, Death, End, crashes


RUNS = 200
VENDORS = ("linq", "sendblue")

# Seconds, by which a sender that lives is done.
_LIFE = 0.08


def deaths(number: int, steps: int, chance: random.Random) -> list[Death]:
    """Return how the senders of run *number* die, one or two of them."""
    first = Death(at=number // len(VENDORS) % steps)
    if number % 3 == 0:
        first = Death(after=chance.uniform(0, _LIFE))
    second = Death(at=chance.randrange(steps)) if chance.random() < 1 / 2 else None
    return [first, second] if second else [first]


def runs(senders: Crashes, folder: Path, count: int) -> list[End]:
    """Return how *count* notes ended."""
    chance = random.Random(4)  # noqa: S311  (the same runs each time)
    journal = folder / "notes.db"
    steps = {
        vendor: len(senders.run(vendor, journal, vendor).passed) for vendor in VENDORS
    }
    ends = []
    for number in range(count):
        vendor = VENDORS[number % len(VENDORS)]
        killed = deaths(number, steps[vendor], chance)
        ends.append(senders.run(vendor, journal, f"note {number}", killed))
    return ends


def main() -> int:
    """Print what was counted, and return 1 if a note is lost or doubled."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    began = time.perf_counter()
    with crashes() as senders, tempfile.TemporaryDirectory() as folder:
        ends = runs(senders, Path(folder), count)
    heard = Counter(min(end.heard, 2) for end in ends)
    unsettled = sum("id" not in end.outcome for end in ends)
    print(f"runs                {len(ends)}")
    print(f"senders started     {sum(end.starts for end in ends)}")
    print(f"senders killed      {sum(end.kills for end in ends)}")
    print(f"lost                {heard[0]}")
    print(f"doubled             {heard[2]}")
    print(f"without a receipt   {unsettled}")
    print(f"seconds             {time.perf_counter() - began:.0f}")
    return int(heard[1] < len(ends) or unsettled > 0)


if __name__ == "__main__":
    sys.exit(main())
