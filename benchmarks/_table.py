"""
The table that a benchmark prints, and what its ratios are made of.
"""

from collections.abc import Callable, Iterable
from statistics import median, quantiles

import attrs


@attrs.frozen
class Row:
    """
    One line of the table: *ours* and *alternative* are shown, *ratio* decides.

    Attributes:
        spread: The lower and the upper quartile of the rounds' ratios.
    """

    name: str
    ours: str
    alternative: str
    ratio: float
    limit: str
    is_kept: bool
    spread: tuple[float, float] | None = None

    def __str__(self) -> str:
        spread = "({:.2f} to {:.2f})".format(*self.spread) if self.spread else ""
        verdict = "" if self.is_kept else "  MISSED"
        return (
            f"{self.name:36}{self.ours:>10}{self.alternative:>14}{self.ratio:>8.2f}"
            f"  {self.limit:8}{spread}{verdict}"
        ).rstrip()


def compared(
    name: str,
    ours: list[float],
    alternative: list[float],
    *,
    limit: str,
    most: float,
    shown: Callable[[float], str],
) -> Row:
    """
    Return the row of two measurements that were taken in the same rounds.

    Args:
        most: An upper bound of the median of the rounds' ratios.

        shown: Returns a measurement as text, with its unit.
    """
    ratios = [one / other for one, other in zip(ours, alternative, strict=True)]
    low, ratio, high = quantiles(ratios, n=4)
    return Row(
        name,
        shown(median(ours)),
        shown(median(alternative)),
        ratio,
        limit,
        ratio <= most,
        (low, high),
    )


def show(rows: Iterable[Row]) -> int:
    """Print the table, and return 1 if a limit is missed."""
    print(f"{'':36}{'ours':>10}{'alternative':>14}{'ratio':>8}  limit")
    missed = False
    for row in rows:
        print(row)
        missed = missed or not row.is_kept
    return int(missed)
