"""
What looking keeps: at what became of a note, and for a note whose answer was lost.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import attrs
import pytest

from .._errors import UnconfirmedError
from .._providers import SupportsReconcile, SupportsStatus
from .._receipts import Receipt
from .._repeat import may_repeat
from ._answer_contract import AnswerContract, troubles
from ._replies import Answer, Reply
from ._trial import Conversation, complain, tried


_DAY = timedelta(days=1)


class LookContract(AnswerContract):
    """What both ways of looking keep: they may be repeated, and leave no doubt."""

    def test_looking_may_repeat(self, conversation: Conversation) -> None:
        """A request that only looks goes out again after a failure."""
        for step, request in conversation.steps():
            if not may_repeat(request):
                complain(
                    "Look with GET, or mark the request repeatable()",
                    f"{conversation.where(step)}, would go out only once",
                )

    def test_looking_leaves_no_doubt(self, conversation: Conversation) -> None:
        """A look that fails says nothing about whether anything was sent."""
        for step, answer, says in troubles(conversation):
            trial = conversation.with_answer(step, answer)
            if isinstance(trial.error, UnconfirmedError):
                complain(
                    "Mark requests that only look repeatable(), so that their failure "
                    "leaves no doubt",
                    f"{conversation.where(step)}, was answered {says}, and "
                    f"{trial.outcome}",
                )


class StatusContract(LookContract):
    """
    What every provider promises about `SupportsStatus`.

    Subclass it, and define ``provider``, and ``happy_path``: the vendor's answers to one
    lookup, each a status and JSON, or an `httpx.Response`. Define ``message_id`` too, if
    the answers name the note.
    """

    @pytest.fixture
    def message_id(self) -> str:
        """Override this: the vendor's id of the note that is looked up."""
        return "note-of-the-contract"

    @pytest.fixture
    def conversation(
        self, provider: Any, message_id: str, happy_path: Sequence[Answer]
    ) -> Conversation:
        """Return one lookup, to be tried out."""
        replies = tuple(map(Reply.of, happy_path))
        return Conversation(lambda: provider.status(message_id), replies)

    def test_it_supports_status(self, provider: Any) -> None:
        """The core sees that it can be asked."""
        if not isinstance(provider, SupportsStatus):
            complain("Give it a method status(message_id)", "it has none")

    def test_a_lookup_gives_a_receipt(
        self, provider: Any, conversation: Conversation
    ) -> None:
        """What is known is a receipt with the provider's name and the note's id."""
        receipt = conversation.trial().result
        if not isinstance(receipt, Receipt):
            complain("Return a Receipt from status", f"it returned {receipt!r}")
        if receipt.provider != provider.name or not receipt.id:
            complain(
                "Give the receipt the provider's own name, and the note's id",
                f"it says {receipt.provider!r} and {receipt.id!r}",
            )

    def test_the_id_is_asked_for(self, provider: Any, message_id: str) -> None:
        """Which note is meant is in the first request."""
        flow = provider.status(message_id)
        request = next(flow)
        flow.close()
        if message_id not in f"{request.url} {request.content.decode()}":
            complain(
                "Ask for the note that message_id names",
                f"request 1, {request.method} {request.url.host}, does not name it",
            )


class ReconcileContract(LookContract):
    """
    What every provider promises about `SupportsReconcile`.

    Subclass it, and define ``provider``; ``trace``, a receipt without id as the core
    makes it, with key, recipients, ``created_at``, and what `audible` was told; and
    ``happy_path``, the vendor's answers to one look that finds the note.
    """

    @pytest.fixture
    def trace(self) -> Receipt:
        """Override this: return what is known of the note that is looked for."""
        complain(
            "Define a fixture named trace in the class",
            f"{type(self).__name__} has none",
        )

    @pytest.fixture
    def conversation(
        self, provider: Any, trace: Receipt, happy_path: Sequence[Answer]
    ) -> Conversation:
        """Return one look that finds the note, to be tried out."""
        replies = tuple(map(Reply.of, happy_path))
        return Conversation(lambda: provider.find(trace), replies)

    def test_it_supports_reconcile(self, provider: Any) -> None:
        """The core sees that it can look."""
        if not isinstance(provider, SupportsReconcile):
            complain("Give it a method find(trace)", "it has none")

    def test_the_note_is_found(self, provider: Any, conversation: Conversation) -> None:
        """What is found is a receipt, with the id that the lost answer had."""
        receipt = conversation.trial().result
        if not isinstance(receipt, Receipt) or not receipt.id:
            complain("Return the note's Receipt from find", f"it returned {receipt!r}")
        if receipt.provider != provider.name:
            complain(
                "Give the receipt the provider's own name",
                f"it says {receipt.provider!r}, and the provider is {provider.name!r}",
            )

    def test_another_note_is_not_found(
        self, provider: Any, trace: Receipt, conversation: Conversation
    ) -> None:
        """A note with other audio, or from before the attempt, is not the note."""
        late = (trace.created_at or conversation.trial().result.created_at) + _DAY
        for other, says in (
            (attrs.evolve(trace, key="another", media="another"), "other audio"),
            (attrs.evolve(trace, key="another", created_at=late), "a later attempt"),
        ):
            trial = tried(provider.find(other), conversation.replies)
            if trial.result is not None:
                complain(
                    "Find a note by what is its own: its key in a file's name, or its "
                    "media and a time not before trace.created_at",
                    f"a trace of {says} gave {trial.result.id!r}",
                )

    def test_a_failed_look_is_no_absence(self, conversation: Conversation) -> None:
        """None says that the note never arrived, and may be believed: it is sent anew."""
        for step, answer, says in troubles(conversation):
            trial = conversation.with_answer(step, answer)
            if trial.error is None and not trial.is_open and trial.result is None:
                complain(
                    "Raise where looking fails, and return None only if the vendor has "
                    "said that there is no such note",
                    f"{conversation.where(step)}, was answered {says}, and the flow "
                    "returned None",
                )
