"""
Linq's own SDK as a judge of what these tests take for Linq's webhooks.
"""

import time

import linq as sdk
import pytest

from standardwebhooks import WebhookVerificationError

from tests.webhooks.conftest import LINQ_SECRET, linq_event, memo, new, packed, signed
from voicenote import Webhook, WebhookError


EVENTS = {
    "sent": new("message.sent", memo(type="media")),
    "delivered": new("message.delivered", memo(type="media")),
    "failed": linq_event("message.failed", {"message_id": "m1", "code": 4001}),
    "received": new("message.received", memo(type="media")),
}


def _unwrapped(body, headers):
    """Return what the SDK makes of it; its library reads the clock by itself."""
    webhooks = sdk.LinqAPIV3(api_key="k", webhook_secret=LINQ_SECRET).webhooks
    return webhooks.unwrap(body.decode(), headers=headers)


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_the_sdk_takes_the_same_for_genuine(linq, event):
    """One signature convinces both. The class that the SDK returns says nothing."""
    body, now = packed(event), time.time()
    headers = signed(body, at=now)

    assert event["event_type"] == _unwrapped(body, headers).event_type
    assert 1 == len(linq.receive(Webhook(headers, body, now)))


def test_the_sdk_refuses_the_same(linq):
    """One changed byte convinces neither."""
    body, now = packed(EVENTS["sent"]), time.time()
    headers = signed(body, at=now)

    with pytest.raises(WebhookVerificationError):
        _unwrapped(body + b" ", headers)
    with pytest.raises(WebhookError):
        linq.receive(Webhook(headers, body + b" ", now))
