"""
One key in several hands: tasks, threads, processes.
"""

import threading

import anyio
import httpx
import pytest

import voicenote

from tests.conftest import CAF, play
from tests.faults.couriers import (
    ADA,
    FINDER,
    ONE,
    listed,
    policy_of,
    posts,
    sent,
    stored,
    until_sending,
)
from voicenote import (
    AsyncClient,
    Client,
    Status,
    UnconfirmedError,
    VoiceNote,
)
from voicenote._deliver import deliver
from voicenote._events import Kind
from voicenote._journal import Memory, Standing
from voicenote.sandbox import (
    SandboxTransport,
)
from voicenote_sendblue import Sendblue


def test_who_comes_second_gets_the_first_one_s_receipt(note, policy):
    """While the second uploads, the first is accepted; one request makes it heard."""

    def answers():
        play(deliver(note, {"one": ONE}, policy), [stored(), sent("first")])
        yield stored()

    done = play(deliver(note, {"one": ONE}, policy), answers())

    assert ("first", []) == (done.result.id, posts(done))


def test_who_comes_second_does_not_send_while_the_first_is_under_way(note, policy):
    """The first has no answer yet, and the second says so instead of sending."""
    first = deliver(note, {"one": ONE}, policy)

    def answers():
        until_sending(first)
        yield stored()

    with pytest.raises(UnconfirmedError, match="nobody knows") as caught:
        play(deliver(note, {"one": ONE}, policy), answers())

    first.close()
    assert note.key == caught.value.receipt.key


def test_who_comes_second_finds_what_the_first_has_sent(note, policy, clock):
    """Where one can look, the second looks."""
    first = deliver(note, {"one": FINDER}, policy)

    def answers():
        until_sending(first)
        yield stored()
        yield listed({"id": "first"})

    done = play(deliver(note, {"one": FINDER}, policy), answers(), clock)

    first.close()
    assert ("first", []) == (done.result.id, posts(done))


def test_a_rival_s_refusal_is_not_ours(note, policy):
    """If the first was refused, nothing was sent, and the second may ask again."""

    def answers():
        with pytest.raises(voicenote.RejectedError):
            play(
                deliver(note, {"one": ONE}, policy),
                _refused_late(policy, note),
            )
        yield stored()
        yield sent("second")

    done = play(deliver(note, {"one": ONE}, policy), answers())

    assert "second" == done.result.id


def _refused_late(policy, note):
    yield stored()
    yield httpx.Response(400)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_of_one_client_send_one_note(backend):
    """Ten tasks with one key make one message, and no task is told a lie."""
    transport = SandboxTransport()
    provider = Sendblue(**transport.settings("sendblue"))
    ends = []

    async def send(client):
        try:
            ends.append((await client.send(VoiceNote(CAF, ADA, key="k"))).id)
        except UnconfirmedError:
            ends.append(None)

    async def main():
        async with (
            AsyncClient([provider], transport=transport, looks=(0.01,)) as client,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(10):
                tasks.start_soon(send, client)

    anyio.run(main, backend=backend)

    [heard] = transport.world.heard
    assert {heard.message} == set(ends)


def test_threads_of_one_client_send_one_note():
    """Ten threads with one key make one message, and no thread is told a lie."""
    transport = SandboxTransport()
    provider = Sendblue(**transport.settings("sendblue"))
    ends, start = [], threading.Barrier(10)

    with Client([provider], transport=transport, looks=(0.05, 0.2)) as client:

        def send():
            start.wait()
            ends.append(client.send(VoiceNote(CAF, ADA, key="k")).id)

        threads = [threading.Thread(target=send) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    [heard] = transport.world.heard
    assert [heard.message] * 10 == ends


# A wait that the vendor asks for


def test_who_waits_for_a_busy_vendor_is_not_in_doubt(note, clock):
    """A 429 says that nothing was done, so another process may send meanwhile."""
    standings, journal = [], Memory()

    def observe(event):
        if event.kind is Kind.RETRY:
            standings.append(journal.recall(note.key).standing)

    busy = httpx.Response(429, headers={"retry-after": "45"})
    policy = policy_of(clock, journal, observe=observe)

    done = play(deliver(note, {"one": ONE}, policy), [stored(), busy, sent()], clock)

    assert ([Standing.REFUSED], Status.QUEUED) == (standings, done.result.status)


def test_a_note_that_was_sent_elsewhere_meanwhile_is_not_sent_again(note, clock):
    """Another process sends during a long wait; its receipt is what comes back."""
    journal = Memory()
    other = policy_of(clock, journal)

    def observe(event):
        if event.kind is Kind.RETRY:
            play(deliver(note, {"one": FINDER}, other), [stored(), sent("other")])

    busy = httpx.Response(429, headers={"retry-after": "400"})
    policy = policy_of(clock, journal, observe=observe, timeout=1000.0)

    done = play(deliver(note, {"one": FINDER}, policy), [stored(), busy], clock)

    assert ("other", 1) == (done.result.id, len(posts(done)))
