"""
Where an account's webhooks go: https://docs.sendblue.com/getting-started/webhooks
"""

from typing import Any

from voicenote.sandbox import Request, Response, World

from ._state import api, body_of, invalid, webhooks


_PATH = "/api/account/webhooks"


@api("GET", _PATH)
def listed(world: World, request: Request) -> Response:  # noqa: ARG001
    """Return what is posted where."""
    return _shown(world)


@api("POST", _PATH)
def added(world: World, request: Request) -> Response:
    """Add some URLs to those of one type."""
    body = body_of(request)
    new, event = _new(body), str(body.get("type") or "receive")
    webhooks(world).setdefault(event, []).extend(new)
    return _shown(world)


@api("PUT", _PATH)
def replaced(world: World, request: Request) -> Response:
    """Replace everything: what is not listed is gone."""
    new = body_of(request).get("webhooks")
    if not isinstance(new, dict):
        raise invalid("Missing fields: webhooks")
    there = webhooks(world)
    there.clear()
    there.update(new)
    return _shown(world)


@api("DELETE", _PATH)
def removed(world: World, request: Request) -> Response:
    """Take some URLs from those of one type."""
    body = body_of(request)
    gone, event = _new(body), str(body.get("type") or "receive")
    left = [one for one in webhooks(world).get(event, []) if _url(one) not in gone]
    webhooks(world)[event] = left
    return Response(200, json={"status": "OK", "message": "Webhooks deleted"})


def _shown(world: World) -> Response:
    return Response(200, json={"status": "OK", "webhooks": webhooks(world)})


def _new(body: dict[str, Any]) -> list[Any]:
    new = body.get("webhooks")
    if not isinstance(new, list):
        raise invalid("Missing fields: webhooks")
    return new


def _url(entry: Any) -> object:
    return entry.get("url") if isinstance(entry, dict) else entry
