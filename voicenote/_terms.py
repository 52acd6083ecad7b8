"""
What both clients are told, and the plans that they drive.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import attrs

from . import _plans
from ._errors import ConfigError
from ._flows import Plan
from ._forecast import Forecast, forecast
from ._models import VoiceNote
from ._plans import Policy
from ._plugins import suggestion
from ._prepare import Fetching, Progress
from ._providers import Provider
from ._receipts import Receipt
from ._retry import Retry
from .audio import AudioSettings


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
    """

    providers: Mapping[str, Provider] = attrs.field(converter=_named, kw_only=False)
    timeout: float = attrs.field(default=120.0, validator=attrs.validators.gt(0))
    retry: Retry = attrs.field(factory=Retry)
    audio: AudioSettings = attrs.field(factory=AudioSettings)
    allow_private_urls: bool = False
    progress: Progress = lambda _: None

    @classmethod
    def from_config(
        cls,
        path: str | Path | None = None,
        *,
        env: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> Self:
        """
        Return the client that the configuration describes.

        Args:
            path: A TOML file; otherwise ``VOICENOTE_CONFIG``, ``voicenote.toml`` or
                ``pyproject.toml`` in the working directory.

            env: Instead of the process's environment.

            settings: Arguments of the client; they win over the configuration.

        Raises:
            ConfigError: Something is missing, misspelled or contradictory; the
                message names every place that was looked in.
        """
        from .config import configured  # noqa: PLC0415

        return cls(**{**configured(path, env=env), **settings})

    def plan(self, note: VoiceNote, *, via: str | None = None) -> Forecast:
        """
        Return what a send of *note* would do; nothing goes over the network.

        Raises:
            VoiceNoteError: What the send would raise before it asks anybody.
        """
        return forecast(note, self._chosen(via), self._policy)

    @property
    def _policy(self) -> Policy:
        return Policy(
            retry=self.retry,
            audio=self.audio,
            fetching=Fetching(allow_private=self.allow_private_urls),
            timeout=self.timeout,
            progress=self.progress,
        )

    def _chosen(self, via: str | None) -> Mapping[str, Provider]:
        return self.providers if via is None else {via: self._provider(via)}

    def _provider(self, name: str) -> Provider:
        try:
            return self.providers[name]
        except KeyError:
            raise ConfigError(
                f"this client has no provider {name!r}{suggestion(name, self.providers)}; "
                f"it has {', '.join(self.providers)}"
            ) from None

    def _deliver(
        self, note: VoiceNote, via: str | None, timeout: float | None
    ) -> Plan[Receipt]:
        return _plans.deliver(note, self._chosen(via), self._policy, timeout)

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

    def _check(self, name: str) -> Plan[str]:
        return _plans.check(name, self._provider(name), self._policy)
