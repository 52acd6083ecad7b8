"""
What a send keeps: it is heard once, and nobody claims to know what nobody knows.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest

from .._errors import SendError, UnavailableError, UnconfirmedError
from .._receipts import Receipt
from .._repeat import TOO_MANY_REQUESTS, may_repeat
from ._answer_contract import LOST, NEVER_LEFT, AnswerContract
from ._replies import FAULTS, Answer, Reply, nonsense, other_shapes, refusal
from ._trial import DOUBT, Conversation, Trial, complain, is_marked, shown


_DEFINITE = (400, 401, 402, 403, 404, 413, 415, 422, TOO_MANY_REQUESTS)


class SendContract(AnswerContract):
    """What a send keeps: one request is heard, once, and its failure is doubt."""

    @pytest.fixture
    def refusals(self) -> Sequence[Answer]:
        """Override this: the vendor's answers to the send that say 200 and mean no."""
        return []

    def test_the_send_goes_out_once(self, conversation: Conversation) -> None:
        """The request that makes the note heard is not one that may be repeated."""
        requests = conversation.trial().requests
        send = requests[conversation.audible]
        if not any(map(is_marked, requests)):
            complain(
                "Mark the request that makes the note heard with audible()",
                f"none of {len(requests)} is, and it seems to be {shown(send)}",
            )
        if may_repeat(send):
            complain(
                "Make the send a POST, and do not mark it repeatable()",
                f"{conversation.where(conversation.audible)}, would go out again by "
                "itself, and be heard twice",
            )

    def test_what_nobody_hears_may_repeat(self, conversation: Conversation) -> None:
        """Every other request is harmless, so it is repeated after a failure."""
        audible = conversation.audible
        for step, request in conversation.steps():
            if step != audible and not may_repeat(request):
                complain(
                    "Mark with repeatable() what nobody hears, such as an upload, and "
                    "make a note heard by one request only",
                    f"{conversation.where(step)}, may go out only once, as may "
                    f"{conversation.where(audible)}",
                )

    @pytest.mark.parametrize("code", FAULTS)
    def test_a_server_error_to_the_send_is_in_doubt(
        self, conversation: Conversation, code: int
    ) -> None:
        """After a 5xx nobody knows how far the vendor had come."""
        for reply in refusal(code):
            _check_doubt(conversation, reply, reply.says)

    @pytest.mark.parametrize("lost", LOST)
    def test_a_lost_answer_to_the_send_is_in_doubt(
        self, conversation: Conversation, lost: str
    ) -> None:
        """Without an answer, nobody knows whether the note arrived."""
        _check_doubt(conversation, LOST[lost], f"with {lost}")

    def test_nonsense_to_the_send_is_in_doubt(self, conversation: Conversation) -> None:
        """A success that cannot be read is neither a receipt nor a refusal."""
        good = conversation.replies[conversation.audible]
        if good.json is None:  # nothing that anybody could read from
            return
        empty = good.saying({}, "a success with {}")
        for reply in (*nonsense(good), *other_shapes(good), empty):
            _check_doubt(conversation, reply, reply.says)

    @pytest.mark.parametrize("code", _DEFINITE)
    def test_a_refusal_of_the_send_is_definite(
        self, conversation: Conversation, code: int
    ) -> None:
        """After a 4xx nothing was sent, and after 429 a later attempt may help."""
        expected = UnavailableError if code == TOO_MANY_REQUESTS else SendError
        for reply in refusal(code):
            trial = conversation.with_answer(conversation.audible, reply)
            is_doubt = isinstance(trial.error, UnconfirmedError)
            if is_doubt or not isinstance(trial.error, expected):
                complain(
                    f"Let check() or read() decide what {code} means, an "
                    f"{expected.__name__} that leaves no doubt",
                    f"{conversation.where(conversation.audible)}, was answered "
                    f"{reply.says}, and {trial.outcome}",
                )

    def test_nothing_before_the_send_is_in_doubt(
        self, conversation: Conversation
    ) -> None:
        """Where nobody can have heard anything, another provider may take over."""
        for step in range(conversation.audible):
            for answer, says in _failures(conversation.replies[step]):
                trial = conversation.with_answer(step, answer)
                if isinstance(trial.error, UnconfirmedError):
                    complain(
                        "Mark with repeatable() what nobody hears, so that its failure "
                        "leaves no doubt",
                        f"{conversation.where(step)}, was answered {says}, and "
                        f"{trial.outcome}",
                    )

    def test_a_refusal_that_says_200_is_noticed(
        self, conversation: Conversation, refusals: Sequence[Answer]
    ) -> None:
        """A success is none until the body says so."""
        for reply in map(Reply.of, refusals):
            trial = conversation.with_answer(conversation.audible, reply)
            if not isinstance(trial.error, SendError):
                complain(
                    "Look into the body before it is a receipt: give read() a refusal= "
                    "that knows what the vendor means",
                    f"{conversation.where(conversation.audible)}, was answered "
                    f"{reply.content.decode()[:80]}, and {trial.outcome}",
                )


def _failures(good: Reply) -> Iterator[tuple[Any, str]]:
    for code in FAULTS:
        yield from ((reply, reply.says) for reply in refusal(code))
    if good.json is not None:
        yield from ((reply, reply.says) for reply in nonsense(good))
    yield from ((thrown, f"with {lost}") for lost, thrown in NEVER_LEFT.items())
    yield from ((thrown, f"with {lost}") for lost, thrown in LOST.items())


def _check_doubt(conversation: Conversation, answer: Any, says: str) -> None:
    """Complain if the note's fate is claimed to be known, or the note sent again."""
    trial = conversation.with_answer(conversation.audible, answer)
    if trial.sends > 1:
        complain(
            "Never send again in doubt; raise, and the core asks the vendor",
            f"{conversation.where(conversation.audible)}, was answered {says}, and "
            f"{shown(trial.requests[-1])} followed",
        )
    if not _leaves_doubt(trial):
        complain(
            "Claim nothing about a note that nobody knows of: let read() decide, which "
            "raises UnconfirmedError",
            f"{conversation.where(conversation.audible)}, was answered {says}, and "
            f"{trial.outcome}",
        )


def _leaves_doubt(trial: Trial) -> bool:
    if isinstance(trial.error, (*DOUBT, httpx.RequestError)) or trial.is_open:
        return True
    # Of a vendor whose fields are all optional: accepted, and it can not be followed.
    return isinstance(trial.result, Receipt) and not trial.result.id
