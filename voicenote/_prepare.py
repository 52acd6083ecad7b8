"""
Plans that bring audio into the form that a provider takes.
"""

import socket

from collections.abc import Callable
from functools import partial
from threading import Event
from urllib.parse import urljoin, urlsplit

import attrs
import httpx

from ._errors import AudioFetchError, AudioTooLargeError
from ._exchange import MAX_BYTES, TooLargeError
from ._flows import Plan, work
from ._models import Audio, shown_url
from ._requests import is_private, is_protected, is_public, request
from ._underway import ADDRESSES
from .audio import AudioSettings, AudioSpec, prepare


Resolve = Callable[[str], list[str]]
Progress = Callable[[float], None]

_REDIRECTS = 3


def resolved(host: str) -> list[str]:
    """
    Return the IP addresses of *host*.

    Raises:
        OSError: There are none.
    """
    # In the system's order: RFC 6724 puts first what is most likely to be reached.
    found = (str(info[4][0]) for info in socket.getaddrinfo(host, None))
    return list(dict.fromkeys(found))


@attrs.frozen
class Fetching:
    """
    How the core fetches audio from a URL.

    Attributes:
        allow_private: Whether addresses that are not public may be asked.

        resolve: Turns a host's name into IP addresses; blocks.
    """

    allow_private: bool = False
    resolve: Resolve = resolved


def prepared(
    audio: Audio,
    spec: AudioSpec,
    settings: AudioSettings,
    fetching: Fetching,
    progress: Progress = lambda _: None,
) -> Plan[Audio]:
    """
    Return *audio* as *spec* asks for it: its URL untouched if it qualifies.

    Raises:
        AudioError: It cannot be had, or cannot become what the provider takes.
    """
    if audio.url:
        check_url(audio.url, fetching)
        is_local = is_private(audio.url)  # where no vendor gets
        if spec.urls and not is_local and not spec.urls.objection(audio.url):
            return audio
        audio = yield from fetched(audio.url, settings.max_bytes, fetching)
    stop = Event()

    def step(seconds: float) -> None:
        if stop.is_set():
            raise InterruptedError("the send was abandoned")
        progress(seconds)

    try:
        return (yield from work(partial(prepare, audio, spec, settings, step)))
    finally:
        stop.set()


def check_url(url: str, fetching: Fetching) -> None:
    """
    Raise if *url* is one that nobody should fetch audio from.

    Raises:
        AudioFetchError: It is not https, or names a private address.
    """
    try:
        private, parts = is_private(url), urlsplit(url)
    except ValueError as error:
        raise AudioFetchError(f"{shown_url(url)} is no URL") from error
    if private and not fetching.allow_private:
        raise AudioFetchError(
            f"{shown_url(url)} is an address that is not public; only with "
            "allow_private_urls is audio fetched from such"
        )
    if not parts.hostname or (
        parts.scheme != "https" and not (private and is_protected(url))
    ):
        raise AudioFetchError(
            f"{shown_url(url)} is not https; give an https URL, or bytes"
        )


def fetched(url: str, most: int, fetching: Fetching) -> Plan[Audio]:
    """
    Return the file at *url*, which nobody is shown a credential for.

    Args:
        most: How many bytes it may have.

    Raises:
        AudioFetchError: The URL, or where it leads to, is not allowed, or does not
            give a file.

        AudioTooLargeError: It has more bytes.
    """
    for _ in range(_REDIRECTS + 1):
        check_url(url, fetching)
        addresses = yield from _checked_addresses(url, fetching)
        try:
            response = yield _download(url, most, addresses)
        except TooLargeError as error:
            raise AudioTooLargeError(
                f"{shown_url(url)} has more than {most} bytes, the limit of max_bytes"
            ) from error
        except httpx.RequestError as error:
            raise AudioFetchError(
                f"{shown_url(url)} cannot be fetched: {error or type(error).__name__}"
            ) from error
        if not response.has_redirect_location:
            break
        url = _led(url, response.headers["location"])
    if not response.is_success:
        raise AudioFetchError(
            f"{shown_url(url)} answered {response.status_code}, not with audio"
        )
    return Audio(response.content, filename=urlsplit(url).path.rpartition("/")[2])


def _checked_addresses(url: str, fetching: Fetching) -> Plan[list[str]]:
    """
    Return what *url*'s host leads to: a second look-up might say something else.

    Returns:
        None of them where private addresses may be asked.

    Raises:
        AudioFetchError: It is not known, or leads to a private address.
    """
    if fetching.allow_private:
        return []
    host = urlsplit(url).hostname or ""
    try:
        addresses = yield from work(partial(fetching.resolve, host))
    except (OSError, UnicodeError) as error:  # an overlong label is no text for IDNA
        raise AudioFetchError(f"{shown_url(url)}: its host is not known") from error
    if not all(is_public(address) for address in addresses):
        raise AudioFetchError(
            f"{shown_url(url)} leads to an address that is not public; only with "
            "allow_private_urls is audio fetched from such"
        )
    return addresses


def _led(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise AudioFetchError(f"{shown_url(url)} leads to what is no URL") from error


def _download(url: str, most: int, addresses: list[str]) -> httpx.Request:
    # No credentials: whoever serves the audio is not the provider.
    try:
        download = request("GET", url, headers={"Accept": "audio/*, */*;q=0.5"})
    except httpx.InvalidURL as error:
        raise AudioFetchError(f"{shown_url(url)} is no URL") from error
    bounds = {MAX_BYTES: most, ADDRESSES: addresses}
    download.extensions = {**download.extensions, **bounds}
    return download
