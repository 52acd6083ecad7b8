"""
The awaiting front door. Each method is a plan and a driver.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from types import TracebackType
from typing import Self

import attrs
import httpx

from ._client import LIMITS, TIMEOUT
from ._clocked import clock
from ._drivers import arun
from ._errors import UnconfirmedError
from ._exchange import NoCookies
from ._flows import Plan, T
from ._models import Audio, Status, VoiceNote
from ._receipts import Receipt
from ._terms import Terms, check_proxy
from ._webhooks import Headers, Inbound, Subscription
from .audio import Format


@attrs.define(kw_only=True)
class AsyncClient(Terms):
    """
    Sends voice notes, awaiting, on asyncio and on trio. One connection pool.

    Attributes:
        transport, limits, http_timeout, proxy: As `Client` has them.
    """

    transport: httpx.AsyncBaseTransport | None = attrs.field(default=None, repr=False)
    limits: httpx.Limits = LIMITS
    http_timeout: httpx.Timeout = TIMEOUT
    proxy: str | None = attrs.field(default=None, repr=False, validator=check_proxy)
    _http: httpx.AsyncClient | None = attrs.field(default=None, init=False, repr=False)
    _opening: Lock = attrs.field(factory=Lock, init=False, repr=False, eq=False)

    async def send(
        self,
        note: VoiceNote,
        *,
        via: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Receipt:
        """Send *note* once; see `Client.send`."""
        return await self._run(self._deliver(note, via, timeout))

    async def status(
        self, receipt: Receipt | str, *, via: str | None = None
    ) -> Receipt:
        """Return what is known now; see `Client.status`."""
        return await self._run(self._status(receipt, via))

    async def wait(
        self,
        receipt: Receipt,
        *,
        timeout: float = 60.0,  # noqa: ASYNC109
        until: Status | None = None,
        told: Callable[[Receipt], object] = lambda _: None,
    ) -> Receipt:
        """Return *receipt* once nothing more is expected; see `Client.wait`."""
        return await self._run(self._wait(receipt, until, timeout, told))

    async def reconcile(self, doubt: UnconfirmedError | str) -> Receipt:
        """Look for a note whose answer was lost; see `Client.reconcile`."""
        return await self._run(self._reconcile(doubt))

    async def check(self, name: str) -> str:
        """Return a sentence about the account; see `Client.check`."""
        return await self._run(self._check(name))

    async def receive(
        self,
        name: str,
        headers: Headers,
        body: bytes | str,
        *,
        url: str | None = None,
        unverified: bool = False,
    ) -> list[Receipt | Inbound]:
        """Return what a webhook says; see `Client.receive`."""
        return await self._run(
            self._receive(name, headers, body, url, unverified=unverified)
        )

    async def download(self, inbound: Inbound, *, to: Format | None = None) -> Audio:
        """Return the audio of *inbound*; see `Client.download`."""
        return await self._run(self._download(inbound, to))

    async def subscribe(
        self, name: str, url: str, events: Sequence[str] = ()
    ) -> Subscription:
        """Have *name* post webhooks to *url*; see `Client.subscribe`."""
        return await self._run(self._subscribe(name, url, events))

    async def unsubscribe(self, name: str, subscription: str) -> None:
        """Have *name* post no more; see `Client.unsubscribe`."""
        return await self._run(self._unsubscribe(name, subscription))

    async def aclose(self) -> None:
        """Close what is open; see `Client.close`."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()
        self._release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _run(self, plan: Plan[T]) -> T:
        return await arun(plan, self._http or self._open())

    def _open(self) -> httpx.AsyncClient:
        with self._opening:
            if self._http is None:
                http = httpx.AsyncClient(
                    transport=self.transport,
                    limits=self.limits,
                    timeout=self.http_timeout,
                    proxy=self.proxy,
                    cookies=NoCookies(),
                )
                pools = (http._transport, *http._mounts.values())  # noqa: SLF001
                clock(pools, is_async=True)
                self._http = http
            return self._http
