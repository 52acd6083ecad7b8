"""
Whether a webhook is genuine. Pure functions; the time comes with the webhook.

Rule: secrets are compared in constant time, on bytes, before anything is parsed.
"""

import hmac
import re

from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence

from ._errors import ConfigError, WebhookError
from ._webhooks import Webhook


TOLERANCE = 300.0
"""Seconds that a signed webhook may be old, or early, as the standard suggests."""

_MAX_DIGITS = 12
_PLACE = "{token}"

# Only characters that no URL escapes: https://www.rfc-editor.org/rfc/rfc3986#section-2.3
_TOKEN = re.compile(r"vn1\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]+)")


def secrets_for(webhook: Webhook, configured: str, *, setting: str) -> list[str]:
    """
    Return the secrets that *webhook* must be checked with; none if it need not be.

    Args:
        configured: What the provider was given: none, one, or several with spaces.

        setting: What to call that in an error.

    Raises:
        ConfigError: There is none, and the webhook is not to be taken on trust.
    """
    secrets = configured.split()
    if not secrets and not webhook.unverified:
        raise ConfigError(
            f"nothing can tell whether this webhook is genuine: set {setting}, "
            "or take webhooks on trust with unverified=True"
        )
    return secrets


def verify_standard_webhook(
    webhook: Webhook, secrets: Sequence[str], *, tolerance: float = TOLERANCE
) -> None:
    """
    Return if *webhook* is signed with one of *secrets*, and fresh.

    Args:
        secrets: Each ``whsec_`` and base64, as the provider shows it.

        tolerance: Seconds that a webhook may be old, or early.

    Raises:
        WebhookError: Do not act on it.

        ConfigError: A secret is none.
    """
    # https://github.com/standard-webhooks/standard-webhooks/blob/main/spec
    name, sent_at = webhook.header("webhook-id"), webhook.header("webhook-timestamp")
    given = webhook.header("webhook-signature").split()
    signed = b"%b.%b.%b" % (_bytes(name), _bytes(sent_at), webhook.body)
    expected = [b"v1," + b64encode(_signature(signed, secret)) for secret in secrets]
    # The texts are compared: base64 has several for the same bytes.
    if not _is_any(map(_bytes, given), expected):
        raise WebhookError(
            "no signature fits: it was not signed with this secret, or its body is "
            "not as it came over the wire"
        )
    age = webhook.received_at - _seconds(sent_at)
    if not -tolerance <= age <= tolerance:
        raise WebhookError(
            f"it was signed {age:.0f} seconds ago, and {tolerance:.0f} are allowed"
        )


def verify_shared_secret(webhook: Webhook, header: str, secrets: Sequence[str]) -> None:
    """
    Return if *webhook* carries one of *secrets* in its *header*.

    Raises:
        WebhookError: Do not act on it.
    """
    if not _is_any([_bytes(webhook.header(header.lower()))], map(_bytes, secrets)):
        raise WebhookError(f"the secret in its {header} header is another one")


def callback_url(url: str, secret: str, key: str) -> str:
    """
    Return *url* with a token in it, which only *secret* can make for the note *key*.

    The token takes the place of ``{token}`` in *url*, or becomes a parameter of its
    query. It is an HMAC, so nothing has to be remembered in order to check it.
    """
    named = urlsafe_b64encode(_bytes(key)).rstrip(b"=").decode()
    token = f"vn1.{named}.{_callback_mac(secret, named)}"
    if _PLACE in url:
        return url.replace(_PLACE, token)
    url, hash_, fragment = url.partition("#")
    return f"{url}{'&' if '?' in url else '?'}token={token}{hash_}{fragment}"


def verify_callback(webhook: Webhook, secrets: Sequence[str]) -> str:
    """
    Return the key of the note that the token in *webhook*'s URL was made for.

    Raises:
        WebhookError: There is no token, or none of *secrets* has made it.
    """
    found = _TOKEN.search(webhook.url)
    if found is None:
        raise WebhookError("its URL has no token, as a callback's has; give url=")
    named, given = found.groups()
    expected = (_bytes(_callback_mac(secret, named)) for secret in secrets)
    if not _is_any([_bytes(given)], expected):
        raise WebhookError("the token in its URL was not made here")
    return urlsafe_b64decode(named + "=" * (-len(named) % 4)).decode(
        "utf-8", "surrogatepass"
    )


def has_token(url: str) -> bool:
    """Return whether *url* looks like one that `callback_url` has made."""
    return _TOKEN.search(url) is not None


def _callback_mac(secret: str, named: str) -> str:
    mac = hmac.digest(_bytes(secret), b"voicenote callback " + _bytes(named), "sha256")
    return urlsafe_b64encode(mac[:18]).decode()  # 144 bits, and no padding


def _signature(signed: bytes, secret: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise ConfigError(
            "a webhook secret must be whsec_ and base64, as the provider shows it"
        ) from error
    if not key:
        raise ConfigError("a webhook secret must not be empty")
    return hmac.digest(key, signed, "sha256")


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise WebhookError("its webhook-timestamp header is no number of seconds")
    return int(text)


def _is_any(given: Iterable[bytes], expected: Iterable[bytes]) -> bool:
    wanted = list(expected)
    return any(hmac.compare_digest(one, other) for one in given for other in wanted)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
