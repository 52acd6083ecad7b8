"""
Webhook subscriptions: https://docs.linqapp.com/api (WebhookSubscription)
"""

from base64 import b64encode
from typing import Any

from voicenote.sandbox import Request, Response

from ._refusals import Refused
from ._state import API, V3, State, Subscribed, body_of, routes
from ._words import iso


_PATH = f"{V3}/webhook-subscriptions"


@routes("POST", API, _PATH)
def subscribe(state: State, request: Request) -> Response:
    """Make a subscription; this is the only answer with its secret."""
    body = body_of(request)
    url, events = body.get("target_url"), body.get("subscribed_events")
    if not isinstance(url, str) or not isinstance(events, list):
        raise Refused(1001, "target_url and subscribed_events are required")
    # Loopback, for a sandbox's own use; the vendor takes public https only.
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise Refused(1003, "target_url must be https")
    if any(one.url == url for one in state.subscriptions.values()):
        raise Refused(1003, "target_url is in use")
    key = bytes.fromhex(state.world.token(64))
    made = Subscribed(
        state.world.uuid(), url, tuple(map(str, events)),
        "whsec_" + b64encode(key).decode(), state.world.now(),
    )  # fmt: skip
    state.subscriptions[made.id] = made
    return Response(201, json={**_json(made), "signing_secret": made.secret})


@routes("GET", API, _PATH)
def subscriptions(state: State, request: Request) -> Response:  # noqa: ARG001
    """Return them all, without secrets."""
    found = [_json(one) for one in state.subscriptions.values()]
    return Response(200, json={"subscriptions": found})


@routes("DELETE", API, f"{_PATH}/{{subscription_id}}")
def unsubscribe(
    state: State,
    request: Request,  # noqa: ARG001
    subscription_id: str,
) -> Response:
    """End one."""
    if state.subscriptions.pop(subscription_id, None) is None:
        raise Refused(2010)
    return Response(204)


def _json(one: Subscribed) -> dict[str, Any]:
    return {
        "id": one.id,
        "target_url": one.url,
        "subscribed_events": list(one.events),
        "phone_numbers": None,
        "is_active": True,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.created_at),
    }
