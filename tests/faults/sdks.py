"""
Voice notes through the vendors' official SDKs, written as their documentation shows.

Rule: their defaults stay as they are, but for the seconds that they wait for an answer,
and those that they sleep before they try again, which are none.
"""

import time

from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import Mock, patch

import httpx
import linq
import sendblue_api

from tests.conftest import CAF


def _sleepless(module: str) -> Any:
    """Return a patch by which an SDK's *module* does not sleep."""
    return patch(f"{module}.time", Mock(wraps=time, sleep=lambda _: None))


@_sleepless("linq._base_client")
def by_linq(settings: Mapping[str, str], to: str, patience: float) -> Any:
    """
    Send a voice memo as https://docs.linqapp.com, guide "Voice memos", shows.

    Args:
        patience: Seconds for each operation on the network.
    """
    with linq.LinqAPIV3(
        base_url=settings["base_url"], api_key=settings["api_key"], timeout=patience
    ) as client:
        chats = client.chats.list_chats(from_=settings["sender"], to=to)
        chat = next(chat for chat in chats if not chat.is_group)
        place = client.attachments.create(
            content_type="audio/x-caf", filename="note.caf", size_bytes=len(CAF)
        )
        httpx.put(
            place.upload_url,
            content=CAF,
            headers=place.required_headers,
            timeout=patience,
        ).raise_for_status()
        return client.chats.send_voicememo(chat.id, attachment_id=place.attachment_id)


@_sleepless("sendblue_api._base_client")
def by_sendblue(settings: Mapping[str, str], to: str, patience: float) -> Any:
    """
    Send a voice note as https://docs.sendblue.com/guides/voice-notes shows.

    Args:
        patience: Seconds for each operation on the network.
    """
    keys = {name: settings[name] for name in ("base_url", "api_key", "api_secret")}
    with sendblue_api.SendblueAPI(**keys, timeout=patience) as client:
        # The SDK has no method for uploads; this is its escape hatch.
        stored = client.post(
            "/api/upload-file",
            cast_to=httpx.Response,
            files={"file": ("note.caf", CAF, "audio/x-caf")},
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )
        return client.messages.send(
            number=to,
            from_number=settings["sender"],
            media_url=stored.json()["media_url"],
            content="",
        )


SENDERS: Mapping[str, Callable[[Mapping[str, str], str, float], Any]] = {
    "linq": by_linq,
    "sendblue": by_sendblue,
}
