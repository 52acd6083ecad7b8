"""
The blocking front door. Each method is a plan and a driver.

Rule: its awaiting twin is _async_client.py; what differs is `await`, and nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from types import TracebackType
from typing import Any, Self

import attrs
import httpx

from ._clocked import clock
from ._drivers import run
from ._errors import UnconfirmedError
from ._exchange import NoCookies
from ._flows import Plan, T
from ._models import Audio, AudioLike, Status, VoiceNote
from ._receipts import Receipt
from ._terms import Terms, check_proxy
from ._webhooks import Headers, Inbound, Subscription
from .audio import Format


# A vendor may take a minute to answer a send; it answers a connection at once.
TIMEOUT = httpx.Timeout(60.0, connect=5.0)
LIMITS = httpx.Limits()


@attrs.define(kw_only=True)
class Client(Terms):
    """
    Sends voice notes, blocking. One connection pool; a context manager.

    Attributes:
        transport: An httpx transport, for those behind proxies, and for tests.

        limits: The pool's limits.

        http_timeout: Seconds for each single operation on the network.

        proxy: A proxy's URL.
    """

    transport: httpx.BaseTransport | None = attrs.field(default=None, repr=False)
    limits: httpx.Limits = LIMITS
    http_timeout: httpx.Timeout = TIMEOUT
    proxy: str | None = attrs.field(default=None, repr=False, validator=check_proxy)
    _http: httpx.Client | None = attrs.field(default=None, init=False, repr=False)
    _opening: Lock = attrs.field(factory=Lock, init=False, repr=False, eq=False)

    def send(
        self,
        note: VoiceNote,
        *,
        via: str | None = None,
        timeout: float | None = None,
    ) -> Receipt:
        """
        Send *note* once, and return what the provider confirmed.

        Args:
            via: One provider's name, instead of all in their order.

            timeout: Seconds in total, instead of the client's.

        Raises:
            AudioError: Nothing was sent: the audio cannot become a voice note.

            RejectedError: Nothing was sent, and asking again will not help.

            UnavailableError: Nothing was sent, but asking again later may help.

            UnconfirmedError: Nobody knows; asking again may send it twice.
        """
        return self._run(self._deliver(note, via, timeout))

    def status(self, receipt: Receipt | str, *, via: str | None = None) -> Receipt:
        """
        Return *receipt*, or the note with that id, with what is known now.

        Args:
            via: The provider's name, for an id.

        Raises:
            ConfigError: This provider cannot be asked.

            SendError: It refused, or did not answer.
        """
        return self._run(self._status(receipt, via))

    def wait(
        self,
        receipt: Receipt,
        *,
        timeout: float = 60.0,
        until: Status | None = None,
        told: Callable[[Receipt], object] = lambda _: None,
    ) -> Receipt:
        """
        Return *receipt* once nothing more is expected, or at the deadline.

        Polls, politely. A webhook is told sooner.

        Args:
            timeout: Seconds; after them the last receipt is returned as it is.

            until: Enough, even if more may follow, for example `Status.DELIVERED`.

            told: Called with each receipt on the way.

        Raises:
            ConfigError: This provider cannot be asked.

            SendError: It refuses to answer.
        """
        return self._run(self._wait(receipt, until, timeout, told))

    def reconcile(self, doubt: UnconfirmedError | str) -> Receipt:
        """
        Look for a note whose answer was lost, and return its receipt.

        Args:
            doubt: The error, or the note's key if it is in this client's journal.

        Raises:
            UnconfirmedError: It is not to be found; nobody knows.

            ConfigError: Nothing is in doubt about this key.
        """
        return self._run(self._reconcile(doubt))

    def check(self, name: str) -> str:
        """
        Return a sentence about the account at *name*; sends nothing.

        Raises:
            SendError: The provider refuses the credentials, or does not answer.
        """
        return self._run(self._check(name))

    def receive(
        self,
        name: str,
        headers: Headers,
        body: bytes | str,
        *,
        url: str | None = None,
        unverified: bool = False,
    ) -> list[Receipt | Inbound]:
        """
        Return what a webhook says, once it has proved to come from *name*.

        Of a note in this client's journal, the receipt has all that is known. Other
        events than voice notes give an empty list.

        Args:
            name: The provider that is expected at this URL.

            headers: A mapping, or pairs; of texts, or of bytes.

            body: As it came over the wire.

            url: Where it was posted to, for callbacks that have a token in it.

            unverified: Take it on trust if no secret is configured.

        Raises:
            WebhookError: It is not genuine, stale or unreadable: answer 400.

            ConfigError: Nothing is configured that could tell: answer 500.
        """
        return self._run(self._receive(name, headers, body, url, unverified=unverified))

    def download(self, inbound: Inbound, *, to: Format | None = None) -> Audio:
        """
        Return the audio of *inbound*, ready for speech-to-text.

        Opus in CAF, which hardly anything reads, becomes Opus in Ogg without being
        decoded; everything else stays as it is. No credentials go with the request.

        Args:
            to: Make it this format instead.

        Raises:
            AudioError: It cannot be had, is too large, or cannot become *to*.
        """
        return self._run(self._download(inbound, to))

    def subscribe(
        self, name: str, url: str, events: Sequence[str] = ()
    ) -> Subscription:
        """
        Have *name* post webhooks to *url*.

        Args:
            url: Where, https.

            events: Which, in the provider's words; those about notes by default.

        Returns:
            With the secret that proves them genuine, if it was made just now. Keep
            it: it may never be told again.

        Raises:
            ConfigError: This provider cannot be asked, or lacks something.

            SendError: It refuses, or does not answer.
        """
        return self._run(self._subscribe(name, url, events))

    def unsubscribe(self, name: str, subscription: str) -> None:
        """
        Have *name* post no more webhooks to *subscription*, an id or a URL.

        Raises:
            ConfigError: This provider cannot be asked, or has no such subscription.

            SendError: It refuses, or does not answer.
        """
        return self._run(self._unsubscribe(name, subscription))

    def close(self) -> None:
        """
        Close the connection pool, and the journal that the configuration named.

        Both open again if the client is used again.
        """
        http, self._http = self._http, None
        if http is not None:
            http.close()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, plan: Plan[T]) -> T:
        return run(plan, self._http or self._open())

    def _open(self) -> httpx.Client:
        with self._opening:
            if self._http is None:
                http = httpx.Client(
                    transport=self.transport,
                    limits=self.limits,
                    timeout=self.http_timeout,
                    proxy=self.proxy,
                    cookies=NoCookies(),
                )
                pools = (http._transport, *http._mounts.values())  # noqa: SLF001
                clock(pools)
                self._http = http
            return self._http


def send(
    audio: AudioLike,
    to: str | Iterable[str] = (),
    *,
    via: str | None = None,
    timeout: float | None = None,
    **fields: Any,
) -> Receipt:
    """
    Send *audio* as a voice note, as the configuration says.

    For more than one note, a `Client` keeps its connections.

    Args:
        audio: A path, an https URL, bytes, an open binary file, or an `Audio`.

        to: A phone number (E.164) or e-mail address, or several for a group.

        via: One provider's name, instead of the configured order.

        timeout: Seconds in total.

        fields: Other fields of `VoiceNote`.

    Raises:
        VoiceNoteError: See `Client.send`, and `Client.from_config`.
    """
    note = VoiceNote(audio, to if isinstance(to, str) else tuple(to), **fields)
    with Client.from_config(providers=[via] if via else None) as client:
        return client.send(note, timeout=timeout)
