"""
What both clients are told, and the plans that they drive.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import attrs

from . import _deliver, _doubt, _plans, _reception
from ._errors import ConfigError, UnconfirmedError
from ._events import Event, Observer
from ._flows import Plan, work
from ._forecast import Forecast, forecast
from ._journal import Entry, Forgiving, Keeper, Memory, Standing
from ._models import Audio, Status, VoiceNote
from ._plans import Policy
from ._plugins import suggestion
from ._prepare import Fetching, Progress
from ._providers import Provider
from ._receipts import Receipt
from ._retry import Retry
from ._sqlite import Journal
from ._traffic import Traffic
from ._webhooks import Headers, Inbound, News, Subscription, Webhook
from .audio import AudioSettings, Format


def check_proxy(client: Any, _: Any, proxy: str | None) -> None:
    """
    Refuse a proxy where a transport is given, which makes the connections itself.

    Raises:
        ConfigError: Both are given.
    """
    if proxy is not None and client.transport is not None:
        raise ConfigError("give proxy= or transport=, not both: a proxy replaces it")


def _named(
    providers: Iterable[Provider] | Mapping[str, Provider],
) -> Mapping[str, Provider]:
    if isinstance(providers, Mapping):
        named = dict(providers)
    else:
        listed = list(providers)
        named = {provider.name: provider for provider in listed}
        if len(named) < len(listed):
            raise ConfigError(
                "two providers have one name; give a mapping of your own names to them"
            )
    if not named:
        raise ConfigError("a client needs at least one provider")
    return MappingProxyType(named)


@attrs.define(kw_only=True)
class Terms:
    """
    What both clients are told.

    Attributes:
        providers: The first sends; the next ones take over when it is safe. As a
            mapping, under names of your own.

        timeout: Seconds that a send may take in total, uploads and retries included.

        retry: When a request goes out again.

        audio: Limits for audio, and the encoder's settings.

        allow_private_urls: Whether audio is fetched from addresses that are not
            public.

        progress: Called with the seconds of audio that have been encoded; from
            another thread.

        journal: Where attempts are written down, so that a key sends once. By
            default this client's own memory; a `Journal` outlives it. One that is
            given here is the caller's to close.

        cool_down: Seconds for which a provider that was down is asked last.

        pacing: Whether vendors' rate limits are kept here, by waiting.

        certain_after: Seconds after an attempt from which on a look that finds
            nothing is believed, and the same key may be sent anew.

        looks: Seconds before each look for a note whose answer was lost.
    """

    providers: Mapping[str, Provider] = attrs.field(converter=_named, kw_only=False)
    timeout: float = attrs.field(default=120.0, validator=attrs.validators.gt(0))
    retry: Retry = attrs.field(factory=Retry)
    audio: AudioSettings = attrs.field(factory=AudioSettings)
    allow_private_urls: bool = False
    progress: Progress = attrs.field(default=lambda _: None, repr=False)
    journal: Keeper = attrs.field(factory=Memory, repr=False)
    cool_down: float = attrs.field(default=30.0, validator=attrs.validators.ge(0))
    pacing: bool = True
    certain_after: float = attrs.field(default=300.0, validator=attrs.validators.ge(0))
    looks: tuple[float, ...] = (0.2, 1.0, 3.0, 6.0)
    _opened: Journal | None = attrs.field(default=None, init=False, repr=False)
    _policy: Policy = attrs.field(init=False, repr=False)

    @_policy.default
    def _(self) -> Policy:
        return Policy(
            retry=self.retry,
            audio=self.audio,
            fetching=Fetching(allow_private=self.allow_private_urls),
            journal=Forgiving(self.journal),
            traffic=Traffic(cool_down=self.cool_down, is_paced=self.pacing),
            timeout=self.timeout,
            certain_after=self.certain_after,
            looks=self.looks,
            progress=self.progress,
            observe=_observed,
        )

    @classmethod
    def from_config(
        cls,
        path: str | Path | None = None,
        *,
        providers: Iterable[str] | None = None,
        env: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> Self:
        """
        Return the client that the configuration describes.

        Args:
            path: A TOML file; otherwise ``VOICENOTE_CONFIG``, ``voicenote.toml`` or
                ``pyproject.toml`` in the working directory.

            providers: The names of those to use, instead of the configured ones.

            env: Instead of the process's environment.

            settings: Arguments of the client; they win over the configuration.

        Raises:
            ConfigError: Something is missing, misspelled or contradictory; the
                message names every place that was looked in.
        """
        from .config import configured  # noqa: PLC0415

        found = configured(path, providers, env=env)
        try:
            client = cls(**{**found, **settings})
        except ValueError as error:
            raise ConfigError(f"the client's setting {error.args[0]}") from error
        client._opened = found.get("journal")
        return client

    def _release(self) -> None:
        """Close the journal if the configuration named it: nobody else has it."""
        if self._opened:
            self._opened.close()

    def plan(self, note: VoiceNote, *, via: str | None = None) -> Forecast:
        """
        Return what a send of *note* would do; nothing goes over the network.

        Raises:
            VoiceNoteError: What the send would raise before it asks anybody.
        """
        return forecast(note, self._chosen(via), self._policy)

    def _chosen(self, via: str | None) -> Mapping[str, Provider]:
        return self.providers if via is None else {via: self._provider(via)}

    def _provider(self, name: str) -> Provider:
        try:
            return self.providers[name]
        except KeyError:
            raise ConfigError(
                f"this client has no provider {name!r}, only "
                f"{', '.join(self.providers)}{suggestion(name, self.providers)}"
            ) from None

    def _deliver(
        self, note: VoiceNote, via: str | None, timeout: float | None
    ) -> Plan[Receipt]:
        return _deliver.deliver(note, self._chosen(via), self._policy, timeout)

    def _status(self, receipt: Receipt | str, via: str | None) -> Plan[Receipt]:
        if isinstance(receipt, Receipt):
            return _plans.follow(
                receipt, self._provider(receipt.provider), self._policy
            )
        if via is None:
            raise ConfigError(
                "an id alone says nothing: give via=, its provider's name"
            )
        return _plans.status(via, self._provider(via), receipt, self._policy)

    def _wait(
        self,
        receipt: Receipt,
        until: Status | None,
        timeout: float,
        told: Callable[[Receipt], object],
    ) -> Plan[Receipt]:
        return _plans.wait(
            receipt,
            self._provider(receipt.provider),
            self._policy,
            until=until,
            timeout=timeout,
            told=told,
        )

    def _reconcile(self, doubt: UnconfirmedError | str) -> Plan[Receipt]:
        trace = doubt.receipt if isinstance(doubt, UnconfirmedError) else None
        if isinstance(doubt, str):
            entry = yield from work(partial(self.journal.recall, doubt))
            trace = _in_doubt(doubt, entry)
            if entry and entry.standing is Standing.ACCEPTED:
                return entry.receipt
        if trace is None:
            raise ConfigError("this error says of no note where to look for it")
        provider = self.providers.get(trace.provider)
        return (yield from _doubt.reconcile(trace, provider, self._policy))

    def _check(self, name: str) -> Plan[str]:
        return _plans.check(name, self._provider(name), self._policy)

    def _receive(
        self,
        name: str,
        headers: Headers,
        body: bytes | str,
        url: str | None,
        *,
        unverified: bool,
    ) -> Plan[list[News]]:
        webhook = Webhook(
            headers, body, self._policy.now(), url=url or "", unverified=unverified
        )
        return _reception.receive(name, self._provider(name), webhook, self._policy)

    def _download(self, inbound: Inbound, to: Format | None) -> Plan[Audio]:
        return _reception.download(inbound, self._policy, to)

    def _subscribe(
        self, name: str, url: str, events: Sequence[str]
    ) -> Plan[Subscription]:
        provider = self._provider(name)
        return _reception.subscribe(name, provider, url, events, self._policy)

    def _unsubscribe(self, name: str, subscription: str) -> Plan[None]:
        provider = self._provider(name)
        return _reception.unsubscribe(name, provider, subscription, self._policy)


def _in_doubt(key: str, entry: Entry | None) -> Receipt:
    """
    Return where to look for the note with *key*.

    Raises:
        ConfigError: Nothing is in doubt: it was never sent, or surely not.
    """
    if entry is None:
        raise ConfigError(f"no note with key {key!r} was attempted, as far as is known")
    if entry.standing is Standing.REFUSED:
        raise ConfigError(f"the note with key {key!r} was not sent; send it again")
    return entry.receipt


def _observed(event: Event) -> None:
    _observer()(event)


@cache
def _observer() -> Observer:
    # Plugins are looked for at the first event, and not on import.
    from ._observe import observe  # noqa: PLC0415

    return observe
