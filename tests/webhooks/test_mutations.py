"""
Ten thousand webhooks that are not quite what they were.
"""

import json
import random
import time

import pytest

from tests.webhooks.conftest import (
    NOW,
    SHARED_SECRET,
    linq_event,
    memo,
    new,
    old,
    packed,
    sendblue_event,
    sendblue_inbound,
    signed,
)
from voicenote import Inbound, Receipt, Webhook, WebhookError, callback_url


COUNT = 10_000
LINQ = [
    new("message.delivered", memo()),
    new("message.received", memo()),
    old("message.received", memo(), memo(type="media")),
    old("message.read"),
    linq_event("message.failed", {"message_id": "m1", "code": 4001}),
]
SENDBLUE = [sendblue_event(), sendblue_inbound(), sendblue_event(status="ERROR")]

STRANGE = [
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "\x00",
    "x" * 999,
    [],
    {},
    [[]],
    {"a": {}},
    "\ud800",
]


def _bent(body: bytes, chance: random.Random) -> bytes:
    """Return *body* with some of its bytes changed, lost, repeated or added."""
    bent = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at, much = chance.randrange(len(bent) + 1), chance.randint(1, 8)
        match chance.randrange(5):
            case 0 if bent:
                bent[at % len(bent)] ^= 1 << chance.randrange(8)
            case 1:
                del bent[at : at + much]
            case 2:
                bent[at:at] = bent[at : at + much]
            case 3:
                bent[at:at] = chance.randbytes(much)
            case _:
                del bent[at:]
    return bytes(bent)


def _warped(value, chance: random.Random):
    """Return *value*, JSON's own types, with one thing in it replaced or missing."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        name = chance.choice(list(value))
        if chance.random() < 0.1:
            return {key: one for key, one in value.items() if key != name}
        return {**value, name: _warped(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        return [_warped(value[0], chance), *value[1:]]
    return chance.choice(STRANGE)


def _outcome(provider, *webhook, **more):
    """Return what came of it, if that is anything that is allowed to."""
    try:
        told = provider.receive(Webhook(*webhook, NOW, **more))
    except WebhookError:
        return "refused"
    assert all(isinstance(one, Receipt | Inbound) and one.id for one in told)
    # It can be stored, and queued: no half characters, no strange types.
    json.dumps([one.to_dict() for one in told], ensure_ascii=False).encode()
    return "told"


def test_no_bent_body_keeps_its_signature(linq):
    """Whatever happened to the bytes, it is refused; and in no time."""
    chance = random.Random(1)
    began = time.process_time()
    outcomes = set()
    for _ in range(COUNT):
        body = packed(chance.choice(LINQ))
        bent = _bent(body, chance)
        if bent != body:
            outcomes.add(_outcome(linq, signed(body), bent))

    assert {"refused"} == outcomes
    assert time.process_time() - began < 20


def test_no_bent_header_passes(linq):
    """Nothing but a WebhookError, whatever is in the headers."""
    chance, body = random.Random(2), packed(LINQ[0])
    outcomes = set()
    for _ in range(COUNT):
        headers = signed(body)
        name = chance.choice(list(headers))
        bent = _bent(headers[name].encode(), chance)
        # Around a signature, white space is none of its own.
        if bent.split() != headers[name].encode().split():
            headers[name] = bent
            outcomes.add(_outcome(linq, headers, body))

    assert {"refused"} == outcomes


def test_bent_bodies_that_are_signed_are_read_or_refused(linq):
    """If the vendor itself posts damaged JSON, nothing else than a refusal comes of it."""
    chance = random.Random(3)
    bodies = [_bent(packed(chance.choice(LINQ)), chance) for _ in range(COUNT)]

    outcomes = {_outcome(linq, signed(body), body) for body in bodies}

    assert {"told", "refused"} == outcomes


@pytest.mark.parametrize("vendor", ["linq", "sendblue"])
def test_warped_events_that_are_genuine_are_read_or_refused(vendor, request):
    """Any field of any type, or missing: a right answer, or a refusal."""
    provider, chance = request.getfixturevalue(vendor), random.Random(4)
    events = LINQ if vendor == "linq" else SENDBLUE
    outcomes = set()
    for _ in range(COUNT):
        body = json.dumps(_warped(chance.choice(events), chance)).encode()
        headers = {**signed(body), "sb-signing-secret": SHARED_SECRET}
        outcomes.add(_outcome(provider, headers, body))

    assert {"told", "refused"} == outcomes


def test_no_bent_token_passes(sendblue):
    """A callback's URL proves its note, or nothing."""
    chance, body = random.Random(5), packed(SENDBLUE[0])
    url = callback_url("https://app.example/s", SHARED_SECRET, "key-1")
    token = url.partition("vn1.")[2]
    outcomes = set()
    for _ in range(COUNT):
        bent = _bent(url.encode(), chance).decode("latin-1")
        if token not in bent:
            outcomes.add(_outcome(sendblue, {}, body, url=bent))

    assert {"refused"} == outcomes
