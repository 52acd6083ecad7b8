"""
How busy providers are: pacing, so that they need not refuse, and cooling down after
they were down. Arithmetic over a clock that is passed in.
"""

import threading

from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from math import inf

import attrs

from ._models import VoiceNote


_MANY = 1000


class By(StrEnum):
    """What a vendor counts."""

    LINE = "line"
    PAIR = "pair"


@attrs.frozen
class Pace:
    """
    A vendor's rate limit.

    Attributes:
        count: How many notes, at least 1.

        seconds: In how many seconds.

        by: Whether for a line, or for each pair of line and recipients.
    """

    count: int
    seconds: float
    by: By


@attrs.define
class Traffic:
    """
    What one client has sent lately, and who was down.

    Attributes:
        cool_down: Seconds for which a provider that was down is asked last.

        is_paced: Whether vendors' rate limits are kept here.
    """

    cool_down: float = 30.0
    is_paced: bool = True
    _turns: dict[tuple[object, Pace, object], deque[float]] = attrs.field(
        factory=dict, init=False, repr=False
    )
    _down: dict[str, float] = attrs.field(factory=dict, init=False, repr=False)
    _lock: threading.Lock = attrs.field(
        factory=threading.Lock, init=False, repr=False, eq=False
    )

    def turn(
        self,
        line: tuple[str, str | None],
        paces: Sequence[Pace],
        note: VoiceNote,
        now: float,
        within: float = inf,
    ) -> float:
        """
        Return the seconds until *note*'s turn, and reserve it if it comes in time.

        Args:
            line: The provider's name, and what the note goes out from.

            now: On the client's clock, in seconds.

            within: Seconds that the note can wait, less than; otherwise nothing is
                reserved, so that whoever gives up makes nobody else wait.
        """
        if not self.is_paced:
            return 0.0
        with self._lock:
            queues = [self._queue(line, pace, note) for pace in paces]
            full = [
                queue[0] + pace.seconds
                for pace, queue in zip(paces, queues, strict=True)
                if len(queue) == pace.count
            ]
            at = max([now, *full])
            for queue in queues if at - now < within else ():
                queue.append(at)
            self._forget(now)
        return at - now

    def failed(self, name: str, now: float) -> None:
        """Note that the provider *name* was down."""
        self._down[name] = now + self.cool_down

    def worked(self, name: str) -> None:
        """Note that the provider *name* is up."""
        self._down.pop(name, None)

    def is_cooling(self, name: str, now: float) -> bool:
        """Return whether the provider *name* was down a short while ago."""
        return self._down.get(name, now) > now

    def _queue(
        self, line: tuple[str, str | None], pace: Pace, note: VoiceNote
    ) -> deque[float]:
        whom = (note.chat, frozenset(note.to)) if pace.by is By.PAIR else None
        return self._turns.setdefault((line, pace, whom), deque(maxlen=pace.count))

    def _forget(self, now: float) -> None:
        """Drop the queues that bind nobody any more, once there are many."""
        if len(self._turns) > _MANY:
            self._turns = {
                (line, pace, whom): queue
                for (line, pace, whom), queue in self._turns.items()
                if queue[-1] + pace.seconds > now
            }
