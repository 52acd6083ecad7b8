"""
Every case, over real HTTP on loopback, through this library and through the vendors' SDKs.
"""

import time

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, TypeAlias

import anyio
import attrs
import httpx
import trio  # noqa: F401  (here, and not by anyio in two threads at once: it would hang)

from tests.conftest import CAF
from tests.faults import sdks
from tests.faults.cases import VENDORS, Case
from voicenote import (
    AsyncClient,
    Client,
    Receipt,
    Retry,
    UnconfirmedError,
    VoiceNote,
)
from voicenote.sandbox import Heard, Sandbox
from voicenote_linq import Linq
from voicenote_sendblue import Sendblue


ANN = "+12025550123"

DRIVERS = ("blocking", "asyncio", "trio")
SDK = "SDK"

Cell: TypeAlias = tuple[str, str]
"""A vendor, and a way of sending to it."""

_PROVIDERS = {"linq": Linq, "sendblue": Sendblue}

# Everybody waits this long for one operation on the network, in seconds: the SDKs' own
# minute would be three for each silence.
PATIENCE = 1.0


@attrs.frozen
class Outcome:
    """
    What came of one send.

    Attributes:
        heard: What the recipient hears.

        told: What the caller gets, a result or an error.

        seconds: How long that took.
    """

    heard: list[Heard]
    told: Any
    seconds: float = 0.0

    @property
    def word(self) -> str:
        """The class of what the caller gets; an SDK's results have many."""
        is_ours = isinstance(self.told, Receipt | Exception)
        return type(self.told).__name__ if is_ours else "a result"

    def is_right(self, *, is_knowable: bool) -> bool:
        """
        Return whether the caller was told the truth.

        A receipt is of the one note that is heard; an error that says no, of none;
        and nobody says "nobody knows" of what can be known.
        """
        if isinstance(self.told, Receipt):
            return [self.told.id] == [one.message for one in self.heard]
        if isinstance(self.told, UnconfirmedError):
            return len(self.heard) <= 1 and not is_knowable
        return not self.heard


@attrs.define
class Matrix:
    """
    Runs rows of the table, each of them once.

    Attributes:
        sandboxes: One for each vendor and way of sending to it, so that all the cells
            of a row run at once, and none of them sees another's faults.
    """

    sandboxes: Mapping[Cell, Sandbox]
    _rows: dict[str, dict[Cell, Outcome]] = attrs.field(init=False, factory=dict)

    def row(self, case: Case) -> dict[Cell, Outcome]:
        """Return what comes of *case*, by vendor and way of sending."""
        if case.name not in self._rows:
            cells = [cell for cell in self.sandboxes if cell[0] in case.vendors]
            with ThreadPoolExecutor(len(cells)) as pool:
                outcomes = pool.map(lambda cell: self._outcome(case, *cell), cells)
                self._rows[case.name] = dict(zip(cells, outcomes, strict=True))
        return self._rows[case.name]

    def _outcome(self, case: Case, vendor: str, way: str) -> Outcome:
        sandbox = self.sandboxes[vendor, way]
        sandbox.faults.clear()
        sandbox.faults.add(*case.faults(vendor))
        settings = sandbox.settings(vendor)
        if case.is_refused:
            settings = sandbox.refusing(vendor)
        before, began = len(sandbox.heard), time.monotonic()
        try:
            told = _sent(case, vendor, way, settings)
        except Exception as error:
            told = error
        return Outcome(sandbox.heard[before:], told, time.monotonic() - began)


@contextmanager
def matrix() -> Iterator[Matrix]:
    """Give a matrix whose sandboxes are served."""
    with ExitStack() as stack:
        yield Matrix(
            {
                (vendor, way): stack.enter_context(Sandbox())
                for vendor in VENDORS
                for way in (*DRIVERS, SDK)
            }
        )


def _sent(case: Case, vendor: str, way: str, settings: Mapping[str, str]) -> Any:
    if way == SDK:
        return sdks.SENDERS[vendor](settings, ANN, PATIENCE)
    return _send(_PROVIDERS[vendor](**settings), way, case.timeout)


def _send(provider: Any, driver: str, timeout: float) -> Receipt:
    note = VoiceNote(CAF, ANN)
    terms: dict[str, Any] = {
        "providers": [provider],
        "timeout": timeout,
        "looks": (0.05, 0.1),
        "retry": Retry(wait_initial=0.01, wait_max=0.02),
        "http_timeout": httpx.Timeout(PATIENCE),
    }

    async def awaiting() -> Receipt:
        async with AsyncClient(**terms) as client:
            return await client.send(note)

    if driver == "blocking":
        with Client(**terms) as client:
            return client.send(note)
    return anyio.run(awaiting, backend=driver)
