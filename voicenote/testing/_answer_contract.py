"""
What every flow makes of answers: of refusals, of nonsense, and of none.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .._errors import UnavailableError
from ._flow_contract import SECRET, FlowContract
from ._replies import (
    CODES,
    nonsense,
    other_shapes,
    refusal,
    with_a_new_word,
    with_more_fields,
    without_a_field,
)
from ._trial import Conversation, Thrown, Trial, check_is_ours, complain


LOST: dict[str, Thrown] = {
    "a timeout": lambda request: httpx.ReadTimeout("no answer", request=request),
    "a broken connection": lambda request: httpx.ReadError("reset", request=request),
    "half an answer": lambda request: httpx.RemoteProtocolError(
        "peer closed connection", request=request
    ),
    "an answer too long": lambda request: httpx.DecodingError(
        "too long", request=request
    ),
}
NEVER_LEFT: dict[str, Thrown] = {
    "a refused connection": lambda request: httpx.ConnectError(
        "refused", request=request
    ),
    "no time left": lambda _: UnavailableError("out of time; nothing was sent"),
}


class AnswerContract(FlowContract):
    """What every flow keeps, whatever it is answered: only our errors come out."""

    def test_errors_keep_secrets(self, conversation: Conversation) -> None:
        """No error message has a credential in it, whatever went wrong."""
        for step, answer, says in troubles(conversation):
            trial = conversation.with_answer(step, answer)
            if trial.error is not None and SECRET in _said(trial.error):
                complain(
                    "Leave credentials out of messages; the URL and the headers of a "
                    "request may have them",
                    f"{conversation.where(step)}, was answered {says}, and the "
                    f"{type(trial.error).__name__} shows the secret",
                )

    @pytest.mark.parametrize("code", CODES)
    def test_refusals_become_our_errors(
        self, conversation: Conversation, code: int
    ) -> None:
        """Whichever request is refused, and however, it is an error of ours."""
        for step, request in conversation.steps():
            for reply in refusal(code):
                trial = conversation.with_answer(step, reply)
                check_is_ours(trial, conversation, step, reply.says)
                self._check_is_noticed(trial, conversation, step, request, reply.says)

    def test_nonsense_becomes_our_error(self, conversation: Conversation) -> None:
        """HTML, nothing, and half of the JSON crash nothing."""
        self._check_each(conversation, nonsense)

    def test_other_shapes_become_our_error(self, conversation: Conversation) -> None:
        """JSON that is no object, or an object of something else, crashes nothing."""
        self._check_each(conversation, other_shapes)

    def test_missing_fields_become_our_error(self, conversation: Conversation) -> None:
        """A field that is missing, null, or of another type crashes nothing."""
        self._check_each(conversation, without_a_field)

    def test_new_words_crash_nothing(self, conversation: Conversation) -> None:
        """A word that the vendor starts to use tomorrow is no reason to crash."""
        self._check_each(conversation, with_a_new_word)

    def test_new_fields_change_nothing(self, conversation: Conversation) -> None:
        """A field that the vendor adds tomorrow is ignored."""
        expected = conversation.trial().result
        for step, reply in enumerate(conversation.replies):
            if not isinstance(reply.json, dict | list):
                continue
            trial = conversation.with_answer(step, with_more_fields(reply))
            if trial.error is not None or trial.is_open or trial.result != expected:
                complain(
                    "Ignore fields that you do not name, as structure() does",
                    f"{conversation.where(step)}, was answered with a new field, and "
                    f"{trial.outcome}",
                )

    @pytest.mark.parametrize("lost", [*LOST, *NEVER_LEFT])
    def test_a_lost_answer_comes_out(
        self, conversation: Conversation, lost: str
    ) -> None:
        """What goes wrong on the way is never taken for an answer."""
        thrown = {**LOST, **NEVER_LEFT}[lost]
        for step, request in conversation.steps():
            trial = conversation.with_answer(step, thrown)
            if not isinstance(trial.error, httpx.RequestError):
                check_is_ours(trial, conversation, step, f"with {lost}")
            self._check_is_noticed(trial, conversation, step, request, f"with {lost}")

    def _check_each(self, conversation: Conversation, worsened: Any) -> None:
        for step, good in enumerate(conversation.replies):
            if good.json is None:  # nothing that anybody could read from
                continue
            for reply in worsened(good):
                trial = conversation.with_answer(step, reply)
                check_is_ours(trial, conversation, step, reply.says)

    def _check_is_noticed(
        self,
        trial: Trial,
        conversation: Conversation,
        step: int,
        request: httpx.Request,
        answer: str,
    ) -> None:
        """Complain if a failure passed for a success; a lookup may be optional."""
        is_last = step == len(conversation.replies) - 1
        is_optional = request.method == "GET" and not is_last
        if trial.error is not None or trial.is_open or is_optional:
            return
        complain(
            "Check the answer to every request, with check() if there is nothing to "
            "read, and do not catch what goes wrong on the way",
            f"{conversation.where(step)}, was answered {answer}, and {trial.outcome}",
        )


def troubles(conversation: Conversation) -> Iterator[tuple[int, Any, str]]:
    """Yield what may go wrong: at which request, how it ends, and how to say that."""
    for step, good in enumerate(conversation.replies):
        for code in (400, 401, 403, 404, 429, 500):
            yield from ((step, reply, reply.says) for reply in refusal(code))
        if good.json is not None:
            yield from ((step, reply, reply.says) for reply in nonsense(good))
            yield from ((step, reply, reply.says) for reply in other_shapes(good))
        yield from ((step, thrown, f"with {lost}") for lost, thrown in LOST.items())


def _said(error: BaseException) -> str:
    """Return what a log has of *error* and its causes."""
    said = [str(error), repr(error), *getattr(error, "__notes__", ())]
    cause = error.__cause__ or error.__context__
    return " ".join([*said, _said(cause)] if cause else said)
