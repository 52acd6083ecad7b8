"""
Plans that ask about a note, and what all plans share.
"""

# Annotations of inner functions would be evaluated at every send.
from __future__ import annotations

import time

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import httpx

from ._errors import ConfigError, SendError, UnavailableError, UnconfirmedError
from ._events import Event, Kind, Observer
from ._flows import Answer, Ask, Plan, T, answering, pause, work
from ._journal import Keeper, Memory
from ._models import Status
from ._prepare import Fetching, Progress
from ._providers import Provider, SupportsCheck, SupportsStatus, supports
from ._receipts import Receipt
from ._repeat import may_repeat, never_left
from ._retry import Deadline, Retry, attempts
from ._traffic import Traffic
from .audio import AudioSettings


@attrs.frozen
class Policy:
    """
    What all of a client's plans share.

    Attributes:
        retry: When a request goes out again.

        audio: Limits for audio, and the encoder's settings.

        fetching: How audio is fetched from URLs.

        journal: What has been attempted.

        traffic: How busy the providers are.

        timeout: Seconds that a send may take in total.

        looks: Seconds before each look for a note whose answer was lost.

        certain_after: Seconds after an attempt from which on a look that finds
            nothing is believed.

        clock: Seconds, never going backwards.

        now: Seconds since the epoch.

        progress: Called with the seconds of audio that have been encoded.

        observe: Called with everything that happens.
    """

    retry: Retry = attrs.field(factory=Retry)
    audio: AudioSettings = attrs.field(factory=AudioSettings)
    fetching: Fetching = attrs.field(factory=Fetching)
    journal: Keeper = attrs.field(factory=Memory)
    traffic: Traffic = attrs.field(factory=Traffic)
    timeout: float = 120.0
    looks: tuple[float, ...] = (0.2, 1.0, 3.0, 6.0)
    certain_after: float = 300.0
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    progress: Progress = lambda _: None
    observe: Observer = lambda _: None

    def deadline(self, timeout: float | None = None) -> Deadline:
        """Return the deadline *timeout* seconds from now, or the usual one."""
        seconds = self.timeout if timeout is None else timeout
        return Deadline.after(seconds, self.clock)

    def moment(self) -> datetime:
        """Return the time of day."""
        return datetime.fromtimestamp(self.now(), UTC)


def status(
    name: str,
    provider: Provider,
    message_id: str,
    policy: Policy,
    deadline: Deadline | None = None,
) -> Plan[Receipt]:
    """
    Return what is known about *message_id* now; the journal learns it too.

    Raises:
        ConfigError: The provider cannot be asked.
    """
    if not supports(provider, SupportsStatus):
        raise ConfigError(f"{name} cannot look up what became of a note")
    flow = provider.status(message_id)
    receipt = yield from asking(name, flow, policy, deadline or policy.deadline())
    # Whatever case or form the answer writes it in: it was asked for by this id.
    receipt = attrs.evolve(receipt, provider=name, id=message_id)
    known = yield from work(lambda: policy.journal.update(receipt))
    policy.observe(Event(Kind.RECEIPT, name, receipt=known))
    return known


def follow(
    receipt: Receipt,
    provider: Provider,
    policy: Policy,
    deadline: Deadline | None = None,
) -> Plan[Receipt]:
    """
    Return *receipt* with what its provider knows now.

    Raises:
        ConfigError: It cannot be asked, or gave the note no id to ask for.
    """
    if not receipt.id:
        raise ConfigError(f"{receipt.provider} gave this note no id to ask for")
    now = yield from status(receipt.provider, provider, receipt.id, policy, deadline)
    return receipt.updated(now)


def wait(
    receipt: Receipt,
    provider: Provider,
    policy: Policy,
    *,
    until: Status | None,
    timeout: float,
    told: Callable[[Receipt], object] = lambda _: None,
    every: tuple[float, ...] = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0),
) -> Plan[Receipt]:
    """
    Return *receipt* once it is final, or has come as far as *until*.

    Asks after each of *every* seconds, and at the deadline returns what was known
    last. A refusal that may pass is waited out like any other answer. *told* is called
    with each answer.

    Raises:
        ConfigError: Its provider cannot be asked.

        SendError: The provider refuses to answer, for good.
    """
    deadline = policy.deadline(timeout)
    waits = [*every]
    while not (receipt.is_final or (until and receipt.has_come_to(until))):
        seconds = waits.pop(0) if len(waits) > 1 else waits[0]
        if seconds >= deadline.left():
            break
        yield from pause(seconds)
        try:
            receipt = yield from follow(receipt, provider, policy, deadline)
        except UnavailableError as error:
            waits.insert(0, error.retry_after or waits[0])
        else:
            told(receipt)
    return receipt


def check(name: str, provider: Provider, policy: Policy) -> Plan[str]:
    """
    Return a sentence about the account, without sending anything.

    Raises:
        SendError: The provider refuses the credentials, or does not answer.
    """
    if not supports(provider, SupportsCheck):
        return f"{name} cannot be tried without sending"
    return (yield from asking(name, provider.check(), policy, policy.deadline()))


def asking(
    name: str,
    plan: Plan[T],
    policy: Policy,
    deadline: Deadline,
    key: str | None = None,
    *,
    around: Callable[[Answer], Answer] = lambda answer: answer,
) -> Plan[T]:
    """
    Return *plan*, retried and observed, with its errors named and turned into ours.

    Args:
        around: What is done about each single attempt, before and after.

    Raises:
        SendError: With the provider's name.
    """

    def again(request: httpx.Request, seconds: float) -> None:
        policy.observe(
            Event(Kind.RETRY, name, key, request.method, request.url.host, seconds)
        )

    def once(ask: Ask) -> Plan[Any]:
        return _watched(ask, name, key, policy)

    each = around(once)

    def answer(ask: Ask) -> Plan[Any]:
        return attempts(ask, policy.retry, deadline, each, again)

    try:
        return (yield from answering(plan, answer))
    except SendError as error:
        error.provider = error.provider or name
        raise
    except httpx.RequestError as error:
        raise _lost(error, name) from error


def _watched(ask: Ask, name: str, key: str | None, policy: Policy) -> Plan[Any]:
    """Tell of a request, and how it ended."""
    if not isinstance(ask, httpx.Request):
        return (yield ask)
    began = policy.clock()
    what = (Kind.REQUEST, name, key, ask.method, ask.url.host)
    try:
        response: httpx.Response = yield ask
    except Exception as error:
        seconds = policy.clock() - began
        policy.observe(Event(*what, seconds, error=type(error).__name__))
        raise
    policy.observe(Event(*what, policy.clock() - began, response.status_code))
    return response


def _lost(error: httpx.RequestError, name: str) -> SendError:
    """Return what it means that a request got no answer."""
    request = error.request
    what = f"{request.method} {request.url.host}"
    why = str(error) or type(error).__name__
    if never_left(error) or may_repeat(request):
        return UnavailableError(
            f"{what} failed: {why}; no note was sent", provider=name
        )
    return UnconfirmedError(
        f"{what} got no answer that can be read: {why}; the note may have been sent",
        provider=name,
    )
