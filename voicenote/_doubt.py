"""
Settling doubt: looking for a note at its provider, and never sending it again.
"""

from functools import partial

import attrs

from ._errors import SendError, UnconfirmedError, UnexpectedResponseError
from ._events import Event, Kind
from ._flows import Plan, pause, work
from ._plans import Policy, asking
from ._providers import Provider, SupportsReconcile, supports
from ._receipts import Receipt
from ._retry import Deadline


@attrs.frozen
class Search:
    """
    What looking for a note came to.

    Attributes:
        found: The note's receipt, or None.

        is_absent: Whether the provider, when it was asked last, answered that there is
            no such note. Where it was not asked, or did not answer, nobody knows.
    """

    found: Receipt | None = None
    is_absent: bool = False


def reconcile(
    trace: Receipt, provider: Provider | None, policy: Policy
) -> Plan[Receipt]:
    """
    Return the receipt of the note that *trace* is about.

    Raises:
        UnconfirmedError: It is not to be found; nobody knows.
    """
    found = (yield from find(trace, provider, policy, policy.deadline())).found
    if found is None:
        raise unsettled(trace)
    policy.observe(Event(Kind.RECEIPT, found.provider, found.key, receipt=found))
    return found


def find(
    trace: Receipt, provider: Provider | None, policy: Policy, deadline: Deadline
) -> Plan[Search]:
    """
    Look for a note a few times; the journal learns if it is found.

    A look that fails says nothing about the note, so it is no error.
    """
    search = Search()
    if not supports(provider, SupportsReconcile):
        return search
    for seconds in policy.looks:
        if seconds >= deadline.left():
            return search
        yield from pause(seconds)
        try:
            found = yield from asking(
                trace.provider, provider.find(trace), policy, deadline, trace.key
            )
        except (SendError, UnexpectedResponseError):
            search = Search()
            continue
        if found is None:
            search = Search(is_absent=True)
        elif (yield from _is_another(found, trace, policy)):
            search = Search()  # it may hide the one that is looked for
        else:
            return Search((yield from _settled(found, trace, policy)))
    return search


def unsettled(trace: Receipt) -> UnconfirmedError:
    """Return the error for a note that was attempted and not found."""
    at = f" at {trace.created_at:%Y-%m-%d %H:%M:%S} UTC" if trace.created_at else ""
    error = UnconfirmedError(
        f"the note with key {trace.key!r} left for {trace.provider}{at}, and nobody "
        "knows whether it arrived; look at the provider's own log before you send it "
        "again under another key",
        provider=trace.provider,
    )
    error.receipt = trace
    return error


def _is_another(found: Receipt, trace: Receipt, policy: Policy) -> Plan[bool]:
    """Return whether *found* is of another note: one URL may go to many, or twice."""
    people = {one.lower() for one in trace.to}
    if found.to and people and people.isdisjoint(one.lower() for one in found.to):
        return True
    report = attrs.evolve(found, provider=trace.provider)
    known = yield from work(partial(policy.journal.update, report))
    return known.key not in (None, trace.key)


def _settled(found: Receipt, trace: Receipt, policy: Policy) -> Plan[Receipt]:
    receipt = attrs.evolve(
        found,
        provider=trace.provider,
        key=trace.key,
        to=found.to or trace.to,
        sender=found.sender or trace.sender,
        chat=found.chat or trace.chat,
    )
    yield from work(partial(policy.journal.accept, receipt))
    return receipt
