"""
What players post by themselves: webhooks, made and proved, but not sent.
"""

import hmac

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import attrs

from ._messages import Message


@attrs.frozen
class Posting:
    """
    A webhook.

    Attributes:
        headers: What proves it genuine, and its type.

        body: JSON.

        url: Where somebody asked for it; empty if nobody did.
    """

    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes
    url: str = ""


@runtime_checkable
class Posts(Protocol):
    """A player whose vendor posts webhooks."""

    def events(self, message: Message) -> list[Posting]:
        """
        Return what is posted about *message* on its whole course, the first event first.

        It is proved as of now, so that whoever receives it now takes it for fresh.
        """

    def reply(self, person: str, audio: bytes) -> Posting:
        """Return what is posted when *person* sends *audio* to the line."""


def sign(body: bytes, secret: str, *, name: str, at: float) -> dict[str, str]:
    """
    Return the headers that prove *body* genuine, as Standard Webhooks has it.

    Args:
        secret: ``whsec_`` and base64.

        name: The event's id.

        at: Seconds since the epoch.
    """
    # https://github.com/standard-webhooks/standard-webhooks/blob/main/spec
    key, sent_at = b64decode(secret.removeprefix("whsec_")), str(int(at))
    mac = hmac.digest(key, f"{name}.{sent_at}.".encode() + body, "sha256")
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": sent_at,
        "webhook-signature": f"v1,{b64encode(mac).decode()}",
    }
