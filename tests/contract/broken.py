"""
Providers that are broken on purpose, each in one way; and one that is right.

Rule: this file is a stranger's: it knows what voicenote shows to everybody, and is run
in a folder of its own.
"""

import time

from uuid import uuid4

import attrs
import httpx
import pytest

import voicenote

from voicenote import (
    Audio,
    AudioSpec,
    Receipt,
    RejectedError,
    Status,
    audible,
    check,
    read,
    repeatable,
    request,
    secret,
    setting,
)
from voicenote.testing import ProviderContract


@attrs.frozen
class Stored:
    """Acme's answer to an upload."""

    url: str


@attrs.frozen
class Sent:
    """Acme's answer to a send."""

    id: str
    status: str | None = None
    to: str | None = None


WORDS = {"queued": Status.QUEUED, "sent": Status.SENT}


@attrs.frozen
class Acme:
    """A provider as it should be: a lookup, an upload, and a send."""

    name = "acme"
    accepts = AudioSpec.caf_opus()
    base_url = "https://acme.example"

    api_key: str = secret()
    sender: str = setting()

    def send(self, note):
        check((yield self.ask("GET", "/account")))
        url = yield from self.stored(note.audio)
        response = yield audible(self.ask("POST", "/notes", self.body(note, url)))
        return self.receipt(response)

    def stored(self, audio: Audio):
        upload = self.ask("POST", "/files", content=audio.data)
        return read((yield repeatable(upload)), Stored).url

    def body(self, note, url):
        if len(note.to) != 1:
            raise voicenote.UnroutableError("Acme writes to one person at a time")
        return {
            "to": note.to[0],
            "from": note.sender or self.sender,
            "url": url,
            **note.options.get(self.name, {}),
        }

    def receipt(self, response):
        sent = read(response, Sent)
        return Receipt(self.name, sent.id, WORDS.get(sent.status, Status.UNKNOWN))

    def ask(self, method, path, json=None, content=None):
        return request(
            method,
            f"{self.base_url}{path}",
            headers={"Authorization": f"Bearer {self.api_key}"},
            json=json,
            content=content,
        )


HAPPY_PATH = [
    (200, {"name": "Ada"}),
    (201, {"url": "https://acme.example/f1"}),
    (202, {"id": "n1", "status": "queued", "to": "+12025550123"}),
]
REFUSALS = [(200, {"id": "n1", "status": "refused"})]


class ReprShowsSecret(Acme):
    """Its key is in its repr."""

    caught_by = "test_its_repr_has_no_secrets"
    fix = "Make each credential a secret()"

    def __repr__(self):
        return f"Acme(api_key={self.api_key!r})"


class SecretInUrl(Acme):
    """Its key is in the query, where every log has it."""

    caught_by = "test_secrets_stay_where_they_belong"
    fix = "Send the credential in a header"

    def ask(self, method, path, json=None, content=None):
        return super().ask(method, f"{path}?key={self.api_key}", json, content)


class SecretInBody(Acme):
    """Its key is in the body, which a debugger prints."""

    caught_by = "test_secrets_stay_where_they_belong"
    fix = "Send the credential in a header"

    def body(self, note, url):
        return {**super().body(note, url), "key": self.api_key}


class SecretInError(Acme):
    """Its key is in what it says about a refusal."""

    caught_by = "test_errors_keep_secrets"
    fix = "Leave credentials out of messages"

    def receipt(self, response):
        if response.status_code == 401:
            raise RejectedError(f"the key {self.api_key} is wrong")
        return super().receipt(response)


class ReadsByHand(Acme):
    """It takes the vendor's JSON for what it is documented to be."""

    caught_by = "test_nonsense_becomes_our_error"
    fix = "Read answers with read()"

    def receipt(self, response):
        check(response)
        return Receipt(self.name, response.json()["id"], Status.QUEUED)


class ForgetsTheUpload(Acme):
    """It sends a note whose upload was refused."""

    caught_by = "test_refusals_become_our_errors"
    fix = "Check the answer to every request"

    def stored(self, audio):
        yield repeatable(self.ask("POST", "/files", content=audio.data))
        return "https://acme.example/f1"


class StrictWords(Acme):
    """It knows all words that the vendor has today."""

    caught_by = "test_new_words_crash_nothing"
    fix = "Read answers with read()"

    def receipt(self, response):
        return Receipt(self.name, "n1", WORDS[read(response, Sent).status or "queued"])


class StrictFields(Acme):
    """It knows all fields that the vendor has today."""

    caught_by = "test_new_fields_change_nothing"
    fix = "Ignore fields that you do not name"

    def receipt(self, response):
        super().receipt(response)
        if set(response.json()) - {"id", "status", "to"}:
            raise voicenote.UnexpectedResponseError("Acme has a new field")
        return super().receipt(response)


class StreamsItsBody(Acme):
    """Its upload is an iterator, which one of the drivers cannot send."""

    caught_by = "test_bodies_are_in_memory"
    fix = "Give bodies as bytes or JSON"

    def stored(self, audio):
        upload = httpx.Request(
            "POST", f"{self.base_url}/files", content=iter([audio.data])
        )
        return read((yield repeatable(upload)), Stored).url


class RandomKey(Acme):
    """Each of its requests has another idempotency key: a repeat is a second note."""

    caught_by = "test_two_runs_ask_for_the_same"
    fix = "Make requests from the note alone"

    def body(self, note, url):
        return {**super().body(note, url), "idempotency_key": str(uuid4())}


class AsksTheClock(Acme):
    """Its request has the time of day in it."""

    caught_by = "test_two_runs_ask_for_the_same"
    fix = "Make requests from the note alone"

    def body(self, note, url):
        return {**super().body(note, url), "at": time.time_ns()}


class PlainHttp(Acme):
    """Everybody on the way can listen."""

    caught_by = "test_everything_goes_over_https"
    fix = "Ask https URLs"
    base_url = "http://acme.example"


class Relative(Acme):
    """Its URLs name no host."""

    caught_by = "test_everything_goes_over_https"
    fix = "Ask https URLs with a host"
    base_url = ""


class Immortal(Acme):
    """It asks for more after it was abandoned."""

    caught_by = "test_it_can_be_abandoned"
    fix = "Let GeneratorExit pass"

    def stored(self, audio):
        try:
            return (yield from super().stored(audio))
        except GeneratorExit:
            check((yield self.ask("DELETE", "/files")))
            raise


class SwallowsItsEnd(Acme):
    """It returns a receipt after it was abandoned."""

    caught_by = "test_it_can_be_abandoned"
    fix = "Let GeneratorExit pass"

    def send(self, note):
        try:
            return (yield from super().send(note))
        except GeneratorExit:
            return Receipt(self.name, "n1", Status.QUEUED)


class SwallowsLostAnswers(Acme):
    """It hopes that a note whose answer was lost has arrived."""

    caught_by = "test_a_lost_answer_comes_out"
    fix = "Check the answer to every request"

    def send(self, note):
        try:
            return (yield from super().send(note))
        except httpx.RequestError:
            return Receipt(self.name, "n1", Status.QUEUED)


class CallsItRefused(Acme):
    """It says that a note whose answer was lost was not sent."""

    caught_by = "test_a_lost_answer_to_the_send_is_in_doubt"
    fix = "Claim nothing about a note that nobody knows of"

    def send(self, note):
        try:
            return (yield from super().send(note))
        except httpx.RequestError as error:
            raise RejectedError("Acme did not answer") from error


class RepeatsTheSend(Acme):
    """Its send is marked as harmless."""

    caught_by = "test_the_send_goes_out_once"
    fix = "Make the send a POST, and do not mark it repeatable()"

    def ask(self, method, path, json=None, content=None):
        return repeatable(super().ask(method, path, json, content))


class SendsByPut(Acme):
    """Its send has a method that may be repeated by its nature."""

    caught_by = "test_the_send_goes_out_once"
    fix = "Make the send a POST"

    def ask(self, method, path, json=None, content=None):
        method = "PUT" if path == "/notes" else method
        return super().ask(method, path, json, content)


class Unmarked(Acme):
    """Nothing says which of its requests is heard."""

    caught_by = "test_the_send_goes_out_once"
    fix = "Mark the request that makes the note heard with audible()"

    def send(self, note):
        check((yield self.ask("GET", "/account")))
        url = yield from self.stored(note.audio)
        return self.receipt((yield self.ask("POST", "/notes", self.body(note, url))))


class UploadsOnce(Acme):
    """Its upload is taken for something that is heard."""

    caught_by = "test_what_nobody_hears_may_repeat"
    fix = "Mark with repeatable() what nobody hears"

    def stored(self, audio):
        upload = self.ask("POST", "/files", content=audio.data)
        return read((yield upload), Stored).url


class SendsTwice(Acme):
    """It sends the note again when the vendor stumbles."""

    caught_by = "test_a_server_error_to_the_send_is_in_doubt"
    fix = "Never send again in doubt"

    def send(self, note):
        check((yield self.ask("GET", "/account")))
        body = self.body(note, (yield from self.stored(note.audio)))
        response = yield audible(self.ask("POST", "/notes", body))
        if response.is_server_error:
            response = yield audible(self.ask("POST", "/notes", body))
        return self.receipt(response)


class AllIsDoubt(Acme):
    """It does not say that a refusal is one."""

    caught_by = "test_a_refusal_of_the_send_is_definite"
    fix = "Let check() or read() decide what"

    def receipt(self, response):
        if not response.is_success:
            raise voicenote.UnconfirmedError("something went wrong")
        return super().receipt(response)


class BelievesEverySuccess(Acme):
    """It does not look into the body, which says no."""

    caught_by = "test_a_refusal_that_says_200_is_noticed"
    fix = "Look into the body before it is a receipt"
    refusals = REFUSALS


class AnothersName(Acme):
    """Its receipts say that somebody else has the note."""

    caught_by = "test_a_success_gives_a_receipt"
    fix = "Give the receipt the provider's own name"

    def receipt(self, response):
        return attrs.evolve(super().receipt(response), provider="other")


class NoReceipt(Acme):
    """It returns the vendor's JSON."""

    caught_by = "test_a_success_gives_a_receipt"
    fix = "Return a Receipt from send"

    def receipt(self, response):
        super().receipt(response)
        return response.json()


class RawBytes(Acme):
    """Its receipt holds what no JSON can."""

    caught_by = "test_the_receipt_can_be_stored"
    fix = "Give the receipt datetimes with a time zone"

    def receipt(self, response):
        return attrs.evolve(super().receipt(response), raw={"body": response.content})


class BareErrors(Acme):
    """It raises whatever comes to hand."""

    caught_by = "test_refusals_become_our_errors"
    fix = "Read answers with read()"

    def receipt(self, response):
        if not response.is_success:
            raise ValueError("Acme said no")
        return super().receipt(response)


class KeepsState(Acme):
    """It uploads once in its life, and remembers where."""

    caught_by = "test_two_runs_ask_for_the_same"
    fix = "Make requests from the note alone"
    count = [0]  # noqa: RUF012 -- the defect

    def body(self, note, url):
        self.count[0] += 1
        return {**super().body(note, url), "number": self.count[0]}


class MixesNotes(Acme):
    """What it knows of one note, it tells of another."""

    caught_by = "test_two_runs_do_not_meet"
    fix = "Keep nothing on the provider between requests"
    running = []  # noqa: RUF012 -- the defect

    def send(self, note):
        self.running.append(note)
        try:
            return (yield from super().send(note))
        finally:
            self.running.remove(note)

    def body(self, note, url):
        return {**super().body(note, url), "running": len(self.running)}


class ForgetsPeople(Acme):
    """Of a group, one person gets the note."""

    caught_by = "test_everybody_is_addressed"
    fix = "Address everybody in note.to"

    def body(self, note, url):
        return super().body(attrs.evolve(note, to=note.to[:1]), url)


class ForgetsTheChat(Acme):
    """A note into a conversation goes to somebody else."""

    caught_by = "test_a_chat_is_respected"
    fix = "Send into note.chat"

    def body(self, note, url):
        to = note.to or ("+12025550123",)
        return super().body(attrs.evolve(note, to=to, chat=None), url)


class ForgetsTheSender(Acme):
    """Every note goes out from the one line."""

    caught_by = "test_the_sender_is_respected"
    fix = "Send from note.sender or self.sender"

    def body(self, note, url):
        return {**super().body(note, url), "from": self.sender}


class ForgetsOptions(Acme):
    """The escape hatch is locked."""

    caught_by = "test_options_reach_the_vendor"
    fix = "Merge note.options"

    def body(self, note, url):
        return super().body(attrs.evolve(note, options={}), url)


class Impatient(Acme):
    """It sends with its own hands, and is no generator."""

    caught_by = "test_a_success_gives_a_receipt"
    fix = "Write it as a generator"

    def send(self, note):
        return Receipt(self.name, "n1", Status.QUEUED)


class YieldsSomethingElse(Acme):
    """It asks the core for a pause."""

    caught_by = "test_a_success_gives_a_receipt"
    fix = "Yield requests only"

    def send(self, note):
        yield 1.0
        return (yield from super().send(note))


class Nameless(Acme):
    """Nobody can configure it."""

    caught_by = "test_it_is_a_provider"
    fix = "Give it a name in lower case"
    name = "Acme"


BROKEN = [
    cls
    for cls in list(globals().values())
    if isinstance(cls, type) and issubclass(cls, Acme) and cls is not Acme
]


def contract(cls: type[Acme]) -> type[ProviderContract]:
    """Return what an author writes for *cls*."""

    class TestIt(ProviderContract):
        @pytest.fixture
        def provider(self):
            return cls(api_key="ac-s3cret", sender="+12025550101")

        @pytest.fixture
        def happy_path(self):
            return HAPPY_PATH

        @pytest.fixture
        def refusals(self):
            return getattr(cls, "refusals", [])

    TestIt.__name__ = TestIt.__qualname__ = f"Test{cls.__name__}"
    return TestIt


globals().update({f"Test{cls.__name__}": contract(cls) for cls in (Acme, *BROKEN)})
