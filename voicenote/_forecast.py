"""
What a send would do, found out without a network.
"""

from collections.abc import Mapping
from enum import StrEnum

import attrs

from ._errand import check_recipients
from ._models import VoiceNote
from ._plans import Policy
from ._prepare import check_url
from ._providers import Provider, SupportsCaveats, supports
from .audio import Format, outline


class Route(StrEnum):
    """How the audio reaches the provider."""

    URL = "url"
    UPLOAD = "upload"
    FETCH = "fetch and upload"


@attrs.frozen
class Forecast:
    """
    What a send would do.

    Attributes:
        provider: Who would be asked first.

        failover: Who would be asked next, in this order, when it is safe.

        route: Whether the provider fetches the audio, or gets it uploaded.

        action: ``pass``, ``rewrap`` or ``encode``; None if the audio is not here to
            be looked at.

        source: The audio's format now, or None.

        target: The format that is handed over, or None.

        source_bytes: The audio's size now, or None.

        target_bytes: Its size when handed over, in bytes, estimated unless it is
            passed through; None if unknown.

        duration: Seconds, or None if only decoding would tell.

        doubts: What may go wrong, each in a sentence.
    """

    provider: str
    failover: tuple[str, ...] = ()
    route: Route = Route.UPLOAD
    action: str | None = None
    source: Format | None = None
    target: Format | None = None
    source_bytes: int | None = None
    target_bytes: int | None = None
    duration: float | None = None
    doubts: tuple[str, ...] = ()


def forecast(
    note: VoiceNote, providers: Mapping[str, Provider], policy: Policy
) -> Forecast:
    """
    Return what a send of *note* would do. Blocks on the disk, asks no network.

    Raises:
        VoiceNoteError: What the send itself would raise before it asks anybody.
    """
    (name, provider), *others = providers.items()
    check_recipients(note, provider)
    blank = Forecast(
        provider=name,
        failover=tuple(other for other, _ in others),
        doubts=tuple(
            provider.caveats(note) if supports(provider, SupportsCaveats) else ()
        ),
    )
    if note.audio.url:
        return _of_url(note.audio.url, blank, provider, policy)
    seen = outline(note.audio, provider.accepts, policy.audio)
    return attrs.evolve(
        blank,
        action=seen.action.value,
        source=seen.source.format,
        target=seen.format,
        source_bytes=seen.source.size,
        target_bytes=seen.size,
        duration=seen.duration,
        doubts=(*blank.doubts, *seen.doubts),
    )


def _of_url(url: str, blank: Forecast, provider: Provider, policy: Policy) -> Forecast:
    check_url(url, policy.fetching)
    urls = provider.accepts.urls
    objection = urls.objection(url) if urls else "it takes no URLs"
    if objection:
        why = f"{blank.provider} does not fetch this URL itself: {objection}"
        return attrs.evolve(blank, route=Route.FETCH, doubts=(*blank.doubts, why))
    why = "nobody here has looked at the audio behind the URL"
    return attrs.evolve(
        blank, route=Route.URL, action="pass", doubts=(*blank.doubts, why)
    )
