"""
Once for each key: deadlines, ends from outside, and what a provider does afterwards.
"""

import anyio
import attrs
import httpx
import pytest

from tests.conftest import Courier, play
from tests.faults.couriers import FINDER, ONE, TWO, listed, sent, stored, until_sending
from voicenote import (
    AsyncClient,
    UnavailableError,
    UnconfirmedError,
)
from voicenote._deliver import deliver
from voicenote._journal import Memory, Standing


# The caller's time


def test_time_that_is_over_before_the_send_sends_nothing(note, policy, clock):
    """An upload took it all: the error is a no, and the key may be sent anew."""

    def answers():
        clock.now += 200.0
        yield stored()

    with pytest.raises(UnavailableError, match="nothing was sent"):
        play(deliver(note, {"one": ONE}, policy, timeout=100.0), answers(), clock)
    again = play(deliver(note, {"one": ONE}, policy), [stored(), sent()], clock)

    assert "n1" == again.result.id


def test_no_time_is_no_time(note, policy):
    """A timeout of zero seconds is not the usual one."""
    with pytest.raises(UnavailableError, match="out of time"):
        play(deliver(note, {"one": ONE}, policy, timeout=0.0), [])


def test_time_remains_to_look(note, policy, clock):
    """The send has three quarters of the seconds, and its doubt what is left."""
    done = play(
        deliver(note, {"one": FINDER}, policy, 100.0),
        [stored(), httpx.ReadTimeout("slow"), listed({"id": "found"})],
        clock,
    )

    seconds = [one.extensions["voicenote.seconds"] for one in done.requests]
    assert ([75.0, 75.0, 99.0], "found") == (seconds, done.result.id)


# An end from outside


def test_an_end_before_the_attempt_leaves_nothing(note, policy):
    """Whoever is cancelled while uploading may send again at once."""
    plan = deliver(note, {"one": ONE}, policy)
    until_sending(plan, "/files")
    plan.close()

    assert policy.journal.recall(note.key) is None


def test_an_end_at_the_send_leaves_doubt(note, policy):
    """Whoever is cancelled there does not know whether it is heard, and is told so."""
    plan = deliver(note, {"one": ONE}, policy)
    until_sending(plan)
    plan.close()

    with pytest.raises(UnconfirmedError):
        play(deliver(note, {"one": ONE}, policy), [])

    assert Standing.ATTEMPTED is policy.journal.recall(note.key).standing


@attrs.define
class Stuck(httpx.AsyncBaseTransport):
    """A vendor that answers until *path*, at which the caller is cancelled."""

    path: str
    cancel: object = None

    async def handle_async_request(self, request):
        if request.url.path == self.path:
            self.cancel()
            await anyio.sleep_forever()
        return stored() if request.url.path == "/files" else sent()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/files", None, id="uploading"),
        pytest.param("/notes", Standing.ATTEMPTED, id="sending"),
    ],
)
def test_a_cancelled_task_leaves_what_is_known(note, backend, path, expected):
    """On asyncio and on trio: doubt if the request had left, else nothing."""
    journal, transport = Memory(), Stuck(path)

    async def main():
        async with AsyncClient([ONE], transport=transport, journal=journal) as client:
            with anyio.CancelScope() as scope:
                transport.cancel = scope.cancel
                await client.send(note)

    anyio.run(main, backend=backend)

    entry = journal.recall(note.key)
    assert expected == (entry and entry.standing)


# What a provider does after the note has left


@attrs.frozen
class Curious(Courier):
    """A courier that asks what has become of a note before it returns."""

    def send(self, note):
        receipt = yield from Courier.send(self, note)
        return (yield from self.status(receipt.id))


@attrs.frozen
class Careless(Courier):
    """A courier with a mistake in how it reads answers."""

    def send(self, note):
        yield from Courier.send(self, note)
        raise KeyError("id")


def test_what_was_accepted_is_not_failed_over(note, policy):
    """A later request of the same provider fails: that is doubt, and no refusal."""
    down = [httpx.Response(503)] * 3

    with pytest.raises(UnconfirmedError):
        play(
            deliver(note, {"one": Curious("one"), "two": TWO}, policy),
            [stored(), sent(), *down],
        )

    assert Standing.ATTEMPTED is policy.journal.recall(note.key).standing


def test_a_provider_s_mistake_is_doubt(note, policy):
    """Whatever is raised once a note has left, nobody knows whether it is heard."""
    with pytest.raises(UnconfirmedError) as caught:
        play(deliver(note, {"one": Careless("one")}, policy), [stored(), sent()])

    assert isinstance(caught.value.__cause__, KeyError)


def test_a_provider_s_mistake_before_is_a_mistake(note, policy):
    """Nothing has left: the error is what it is."""

    class Broken(Courier):
        def send(self, note):
            raise KeyError("id")
            yield

    with pytest.raises(KeyError):
        play(deliver(note, {"one": Broken("one")}, policy), [])
