"""
What Sendblue posts: https://docs.sendblue.com/getting-started/webhooks

Rule: an account's webhooks carry a secret in a header; a status callback carries
nothing, so that its URL has to have a token.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from voicenote import (
    Inbound,
    Receipt,
    Service,
    Webhook,
    WebhookError,
    has_token,
    secrets_for,
    understood,
    verify_callback,
    verify_shared_secret,
)

from ._schema import STATUSES, Message


# https://docs.sendblue.com/guides/voice-notes: a .caf. Nothing but its name tells a
# voice note from another file.
_AUDIO = (".aac", ".aif", ".aiff", ".amr", ".caf", ".m4a", ".mp3", ".oga", ".ogg",
          ".opus", ".wav")  # fmt: skip

_SERVICES = {service.value.lower(): service for service in Service}


def verified(webhook: Webhook, configured: str, header: str) -> str | None:
    """
    Return the key of the note that a genuine *webhook* was made for, if it says so.

    Raises:
        WebhookError: Neither its header nor its URL proves it genuine, or one of
            them is wrong.

        ConfigError: There is no secret to check it with.
    """
    secrets = secrets_for(
        webhook, configured, setting="webhook_secret (SENDBLUE_WEBHOOK_SECRET)"
    )
    if not secrets:
        return None
    has_header = header.lower() in webhook.headers
    if has_header:
        verify_shared_secret(webhook, header, secrets)
    if has_token(webhook.url):
        return verify_callback(webhook, secrets)
    if not has_header:
        raise WebhookError(
            f"it has no {header} header, and its URL has no token, as a callback's has"
        )
    return None


def told(webhook: Webhook, key: str | None) -> list[Receipt | Inbound]:
    """
    Return what a genuine *webhook* says about notes, or about the one with *key*.

    Raises:
        WebhookError: It is not what Sendblue documents.
    """
    raw = webhook.json()
    message = understood(raw, Message)
    is_ours = raw.get("is_outbound")
    # Sendblue tells of calls, contacts and typing too, without is_outbound.
    if is_ours is False:
        return _inbound(message, raw)
    if is_ours is True or (key and (message.status or "").upper() in STATUSES):
        return [attrs.evolve(message.receipt(_named(message, raw)), key=key)]
    return []


def _named(message: Message, raw: dict[str, Any]) -> dict[str, Any]:
    if not message.id:
        raise WebhookError("its body names no message")
    return raw


def _inbound(message: Message, raw: Mapping[str, Any]) -> list[Receipt | Inbound]:
    url = message.media_url or ""
    path = url.partition("?")[0].partition("#")[0]
    if not path.lower().endswith(_AUDIO):
        return []
    if not message.id:
        raise WebhookError("its body names no message")
    return [
        Inbound(
            "sendblue",
            message.id,
            sender=message.from_number or "",
            line=_line(raw),
            chat=message.group_id or None,
            service=_SERVICES.get((message.service or "").lower()),
            url=url,
            filename=path.rpartition("/")[2],
            at=message.date_sent or message.date_created or message.date_updated,
            raw=raw,
        )
    ]


def _line(raw: Mapping[str, Any]) -> str | None:
    # In groups, to_number is a list of everybody.
    found = (raw.get("sendblue_number"), raw.get("to_number"))
    return next((one for one in found if isinstance(one, str) and one), None)
