"""
The rest that can be broken on purpose: looking, receiving, playing.

Rule: as in broken.py, this file is a stranger's.
"""

import hmac
import json

from datetime import UTC, datetime
from itertools import count

import attrs
import httpx
import pytest

from voicenote import (
    AudioSpec,
    Receipt,
    Status,
    Webhook,
    WebhookError,
    audible,
    read,
    request,
    secret,
    understood,
)
from voicenote.testing import (
    PlayerContract,
    ReconcileContract,
    StatusContract,
    WebhookContract,
)


WORDS = {"sent": Status.SENT, "delivered": Status.DELIVERED}
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = 1_767_225_600.0


@attrs.frozen
class Sent:
    """Acme's note."""

    id: str
    status: str | None = None
    key: str | None = None
    at: datetime | None = None


@attrs.frozen
class Listed:
    """Acme's notes."""

    notes: list[Sent]


@attrs.frozen
class Acme:
    """A provider as it should be: it can be asked, looks, and receives."""

    name = "acme"
    accepts = AudioSpec.caf_opus()

    api_key: str = secret()

    def send(self, note):
        body = {"to": list(note.to), "size": len(note.audio.data), "key": note.key}
        response = yield audible(self.ask("POST", "/notes", body))
        return self.receipt(read(response, Sent))

    def status(self, message_id):
        return self.receipt(read((yield self.ask("GET", f"/notes/{message_id}")), Sent))

    def find(self, trace):
        notes = read((yield self.ask("GET", "/notes")), Listed).notes
        found = [one for one in notes if self.is_it(one, trace)]
        return self.receipt(found[0]) if found else None

    def is_it(self, sent, trace):
        return sent.key == trace.key

    def receive(self, webhook):
        self.verify(webhook)
        event = webhook.json()
        if event.get("type") != "note":
            return []
        return [self.receipt(understood(event.get("note"), Sent))]

    def verify(self, webhook):
        given, at = webhook.header("acme-signature"), webhook.header("acme-at")
        if not hmac.compare_digest(given.encode("utf-8"), signature(webhook.body, at)):
            raise WebhookError("it is not signed")
        if not abs(webhook.received_at - float(at)) < 300:
            raise WebhookError("it is stale")

    def receipt(self, sent):
        status = WORDS.get(sent.status, Status.UNKNOWN)
        return Receipt(self.name, sent.id, status, created_at=sent.at)

    def ask(self, method, path, json=None):
        return request(
            method,
            f"https://acme.example{path}",
            headers={"Authorization": f"Bearer {self.api_key}"},
            json=json,
        )


def signature(body, at):
    return hmac.digest(b"wh", at.encode() + body, "sha256").hex().encode()


def sign(body):
    at = f"{NOW:.0f}"
    headers = {"acme-signature": signature(body, at).decode(), "acme-at": at}
    return Webhook(headers, body, NOW + 1)


NOTE = {"id": "n1", "status": "sent", "key": "k", "at": "2026-03-01T12:00:01Z"}


class OfAcme:
    """What all of these contracts are told."""

    cls = Acme

    @pytest.fixture
    def provider(self):
        return self.cls(api_key="ac-s3cret")


class Looking(OfAcme, StatusContract):
    @pytest.fixture
    def happy_path(self):
        return [NOTE]


class Finding(OfAcme, ReconcileContract):
    @pytest.fixture
    def trace(self):
        return Receipt("acme", "", Status.UNKNOWN, key="k", media="m", created_at=AT)

    @pytest.fixture
    def happy_path(self):
        return [{"notes": [{**NOTE, "id": "n0", "key": "other"}, NOTE]}]


class Receiving(OfAcme, WebhookContract):
    @pytest.fixture
    def event(self):
        return {"type": "note", "note": NOTE}

    @pytest.fixture
    def other_events(self):
        return [{"type": "typing"}, {}]

    @pytest.fixture
    def sign(self):
        return sign


class Player:
    """Acme, played as it should be."""

    name = "acme"
    hosts = ("acme.example",)
    settings = {"api_key": "sandbox-key"}  # noqa: RUF012

    def __init__(self, world):
        self.world, self.notes = world, {}

    def answer(self, asked):
        if asked.headers.get("authorization") != f"Bearer {self.world.api_key}":
            return httpx.Response(401)
        if asked.method == "POST" and asked.url.path == "/notes":
            return self.take(asked)
        sent = self.notes.get(asked.url.path.rpartition("/")[2])
        if asked.method != "GET" or sent is None:
            return httpx.Response(404)
        status = "delivered" if self.world.now() > sent["sent"] + 5 else "sent"
        return httpx.Response(200, json={**sent, "status": status})

    def take(self, asked):
        try:
            body = json.loads(asked.content)
        except (ValueError, RecursionError):
            return httpx.Response(400)
        if not isinstance(body, dict) or not body.get("to"):
            return httpx.Response(422)
        name = self.world.token(8)
        self.notes[name] = {"id": name, "sent": self.world.now()}
        return httpx.Response(202, json=self.notes[name])


class Playing(PlayerContract):
    cls = Player

    @pytest.fixture
    def player(self):
        return self.cls

    @pytest.fixture
    def provider(self):
        return Acme


class LooksByPost(Acme):
    """Its lookup is taken for something that is heard."""

    contract, caught_by = Looking, "test_looking_may_repeat"
    fix = "Look with GET"

    def status(self, message_id):
        asked = self.ask("POST", "/lookup", {"id": message_id})
        return self.receipt(read((yield asked), Sent))


class AsksForNobody(Acme):
    """It asks what became of the latest note, whichever that is."""

    contract, caught_by = Looking, "test_the_id_is_asked_for"
    fix = "Ask for the note that message_id names"

    def status(self, message_id):
        return self.receipt(read((yield self.ask("GET", "/notes/latest")), Sent))


class StrictStatus(Acme):
    """It looks up the vendor's words where all have to be."""

    contract, caught_by = Looking, "test_new_words_crash_nothing"
    fix = "Read answers with read()"

    def receipt(self, sent):
        return Receipt(self.name, sent.id, WORDS[sent.status or "sent"])


class FindsAnything(Acme):
    """The first note that there is, is the note."""

    contract, caught_by = Finding, "test_another_note_is_not_found"
    fix = "Find a note by what is its own"

    def is_it(self, sent, trace):
        return True


class AbsentWhenDown(Acme):
    """It says that there is no note, when it could not look."""

    contract, caught_by = Finding, "test_a_failed_look_is_no_absence"
    fix = "Raise where looking fails"

    def find(self, trace):
        response = yield self.ask("GET", "/notes")
        if response.status_code == 404:
            return None
        notes = read(response, Listed).notes
        found = [one for one in notes if self.is_it(one, trace)]
        return self.receipt(found[0]) if found else None


class BelievesAll(Acme):
    """It verifies nothing."""

    contract, caught_by = Receiving, "test_a_changed_body_is_refused"
    fix = "Verify the webhook first"

    def verify(self, webhook):
        pass


class BelievesTheBare(Acme):
    """It verifies only what claims to be signed."""

    contract, caught_by = Receiving, "test_without_proof_it_is_refused"
    fix = "Verify the webhook first"

    def verify(self, webhook):
        if "acme-signature" in webhook.headers:
            super().verify(webhook)


class TrustsOnRequest(Acme):
    """Whoever says so is believed, although there is a secret."""

    contract, caught_by = Receiving, "test_trust_does_not_replace_a_secret"
    fix = "Verify the webhook first"

    def verify(self, webhook):
        if not webhook.unverified:
            super().verify(webhook)


class BelievesReplays(Acme):
    """A webhook is genuine for ever."""

    contract, caught_by = Receiving, "test_a_replay_is_refused"
    fix = "Verify the webhook first"

    def verify(self, webhook):
        super().verify(attrs.evolve(webhook, received_at=NOW))


class ReadsEventsByHand(Acme):
    """It takes an event for what it is documented to be."""

    contract, caught_by = Receiving, "test_strange_fields_are_our_error"
    fix = "Read a webhook with webhook.header()"

    def receive(self, webhook):
        self.verify(webhook)
        event = json.loads(webhook.body)
        return [Receipt(self.name, event["note"]["id"], Status.SENT)]


class RefusesTheRest(Acme):
    """It calls an event that it does not know an error."""

    contract, caught_by = Receiving, "test_other_events_tell_nothing"
    fix = "Return [] for what is not about notes"

    def receive(self, webhook):
        news = super().receive(webhook)
        if not news:
            raise WebhookError("never heard of it")
        return news


class BreaksOnGarbage(Player):
    """It believes that its clients send JSON."""

    contract, caught_by = Playing, "test_garbage_is_answered"
    fix = "Answer every request with a Response"

    def take(self, asked):
        json.loads(asked.content)
        return super().take(asked)


class BreaksOnPaths(Player):
    """It knows only paths that it knows."""

    contract, caught_by = Playing, "test_every_path_is_answered"
    fix = "Answer every request with a Response"

    def answer(self, asked):
        if not asked.url.path.startswith("/notes"):
            raise KeyError(asked.url.path)
        return super().answer(asked)


class LetsEverybodyIn(Player):
    """It accepts any key."""

    contract, caught_by = Playing, "test_a_wrong_key_is_refused"
    fix = "Answer 401 or 403"

    def answer(self, asked):
        asked.headers["authorization"] = f"Bearer {self.world.api_key}"
        return super().answer(asked)


class Diced(Player):
    """Its ids come from outside the world."""

    contract, caught_by = Playing, "test_it_is_deterministic"
    fix = "Take ids from world.token()"
    numbers = count()

    def take(self, asked):
        response = super().take(asked)
        return httpx.Response(
            response.status_code, json={**response.json(), "n": next(self.numbers)}
        ) if response.is_success else response  # fmt: skip


class TimeStands(Player):
    """Its notes stay where they are."""

    contract, caught_by = Playing, "test_time_passes"
    fix = "Let messages advance with world.now()"

    def answer(self, asked):
        response = super().answer(asked)
        if asked.method == "GET" and response.is_success:
            return httpx.Response(200, json={**response.json(), "status": "sent"})
        return response


RIGHT = [Looking, Finding, Receiving, Playing]
BROKEN = [cls for cls in list(globals().values()) if hasattr(cls, "caught_by")]

globals().update(
    {f"Test{one.__name__}": type(f"Test{one.__name__}", (one,), {}) for one in RIGHT}
)
globals().update(
    {
        f"Test{cls.__name__}": type(
            f"Test{cls.__name__}", (cls.contract,), {"cls": cls}
        )
        for cls in BROKEN
    }
)
