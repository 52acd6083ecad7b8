"""
What is heard and told when something goes wrong: ours, and the vendors' official SDKs.

Run as ``python benchmarks/faults.py``; with ``--write`` the page docs/reliability.md is
written anew. Exits with 1 if a note is heard twice or an outcome of ours is not true.
Needs the ``test`` extra, a few seconds, and loopback.
"""

import sys

from pathlib import Path


# The cases are the tests' own, so that the page shows nothing that is not tested.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.matrix import PATIENCE, matrix
from tests.faults.report import PAGE, page, table


def main(arguments: list[str]) -> int:
    """Print or write the table, and return 1 if something in ours is wrong."""
    with matrix() as run:
        shown = table(run)
        if "--write" in arguments:
            PAGE.write_text(page(run, PATIENCE), encoding="utf-8")
        else:
            print(shown, end="")
    return int("**no**" in shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
