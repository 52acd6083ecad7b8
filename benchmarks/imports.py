"""
What ``import voicenote`` costs, against ``import linq``, which is Linq's SDK.

Run as ``python benchmarks/imports.py``. Exits with 1 if a limit is missed. Processor
time of the import alone, in fresh interpreters that take turns; in parentheses the
quartiles of the rounds' ratios. Everybody's bytecode is written before, as an installer
does: otherwise a checkout, whose bytecode may be missing, is compared with wheels.
"""

import os
import subprocess
import sys
import tempfile

from _table import compared, show


ROUNDS = 25

_TIMED = """
import time
start = time.process_time()
import {module}
print(time.process_time() - start)
"""


def seconds(module: str, bytecode: str) -> float:
    """Return the processor seconds that a fresh interpreter needs for *module*."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    program = _TIMED.format(module=module)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def measured(*modules: str) -> dict[str, list[float]]:
    """Return for each of *modules* the seconds of its imports, round by round."""
    taken: dict[str, list[float]] = {module: [] for module in modules}
    with tempfile.TemporaryDirectory() as bytecode:
        for module in modules:
            seconds(module, bytecode)
        for number in range(ROUNDS):
            for module in modules if number % 2 else reversed(modules):
                taken[module].append(seconds(module, bytecode))
    return taken


def main() -> int:
    """Print the table, and return 1 if a limit is missed."""
    taken = measured("voicenote", "linq")
    row = compared(
        "import voicenote, against linq",
        taken["voicenote"],
        taken["linq"],
        limit="<= 0.5",
        most=0.5,
        shown=lambda one: f"{one * 1000:.0f} ms",
    )
    return show([row])


if __name__ == "__main__":
    sys.exit(main())
