"""
Building requests, and the two URLs rules that every provider shares.

Rule: equal arguments give equal requests, byte for byte; no clock, no randomness.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from httpx import URL, Request

from ._errors import ConfigError, UnexpectedResponseError
from ._models import Audio
from ._version import __version__


_NAT64 = IPv6Network("64:ff9b::/96")

_HEADERS = {"User-Agent": f"voicenote/{__version__}", "Accept": "application/json"}


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    content: bytes | None = None,
) -> Request:
    """
    Return a request that both drivers can send.

    Args:
        json: The body, as JSON's own types; None values of a mapping are left out.

        content: The body, as it is.
    """
    if isinstance(json, Mapping):
        json = {name: value for name, value in json.items() if value is not None}
    return Request(
        method,
        _parsed(url),
        headers={**_HEADERS, **(headers or {})},
        params=params,
        json=json,
        content=content,
    )


@lru_cache(maxsize=256)
def _parsed(url: str) -> URL:
    # httpx takes as long to parse a URL as to do all the rest of a request.
    return URL(url)


def upload(
    url: str, audio: Audio, *, field: str, headers: Mapping[str, str]
) -> Request:
    """
    Return a multipart/form-data POST of *audio* in its one part, *field*.

    The boundary is a hash of the audio, so that two runs ask for the same.
    """
    boundary = sha256(audio.data).hexdigest()[:32]
    post = Request(
        "POST",
        url,
        headers={
            **_HEADERS,
            **headers,
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        },
        files={field: (audio.filename, audio.data, audio.content_type)},
    )
    post.read()  # into memory, for both drivers and for a second attempt
    return post


def file_stem(key: str) -> str:
    """Return how the file of the note *key* is named, by which it is found again."""
    return f"vn-{sha256(key.encode()).hexdigest()[:16]}"


@lru_cache(maxsize=256)
def is_private(url: str) -> bool:
    """Return whether *url* names loopback, or another address that is not public."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    if not host[-1:].isdigit() and ":" not in host:  # no address: a name
        return False
    try:
        return not is_public(host)
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """
    Return whether *address*, an IP address, is one of the internet's.

    An IPv6 address that stands for an IPv4 address is as public as that one.

    Raises:
        ValueError: It is no IP address.
    """
    found = ip_address(address)
    if found.version == 6:  # noqa: PLR2004
        low = IPv4Address(int(found) & 0xFFFF_FFFF)
        # NAT64: RFC 6052, section 2.1; section 3.1 wants public addresses in it alone.
        inner = found.ipv4_mapped or found.sixtofour or (found in _NAT64 and low)
        return (inner or found).is_global
    return found.is_global


def is_protected(url: str) -> bool:
    """Return whether nobody can listen: *url* is https, or stays on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme != "http" or not parts.hostname:
        return False
    try:
        return ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def base_url(url: str) -> str:
    """
    Return *url* without a slash at its end; an attrs converter for providers.

    Raises:
        ConfigError: It is neither https, nor http to a loopback host.
    """
    if not is_protected(url):
        raise ConfigError(
            f"{url!r} cannot be used: a base URL must be https, "
            "or http to a loopback host such as 127.0.0.1"
        )
    return url.rstrip("/")


def upload_url(url: str) -> str:
    """
    Return *url*, to which a provider wants audio to be uploaded.

    Raises:
        UnexpectedResponseError: It is neither https, nor http to a loopback host.
    """
    if not is_protected(url):
        raise UnexpectedResponseError(
            f"the provider wants an upload to {urlsplit(url).scheme}://, not https://"
        )
    return url
