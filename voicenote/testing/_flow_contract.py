"""
What every flow of a provider keeps, whatever it is for.
"""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import unquote

import httpx
import pytest

from .._requests import is_protected
from ._replies import Answer
from ._trial import Conversation, complain, ended, shown


SECRET = "s3cret"  # noqa: S105 -- what the author's fixture has for a secret


class FlowContract:
    """
    What every flow keeps: it is pure, its requests can be sent, it can be abandoned.

    Attributes:
        secret_belongs_in: Where the vendor wants the credential: ``headers``, and for
            odd vendors ``path``, ``query`` or ``body``. It must be nowhere else.
    """

    secret_belongs_in: ClassVar[frozenset[str]] = frozenset({"headers"})

    @pytest.fixture
    def provider(self) -> Any:
        """Override this: return your provider, with secrets that contain ``s3cret``."""
        complain(
            "Define a fixture named provider in the class",
            f"{type(self).__name__} has none",
        )

    @pytest.fixture
    def happy_path(self) -> Sequence[Answer]:
        """Override this: return the vendor's answers, in order, when all goes well."""
        complain(
            "Define a fixture named happy_path in the class",
            f"{type(self).__name__} has none",
        )

    @pytest.fixture
    def conversation(self) -> Conversation:
        """Return the flow that is tried out; the contracts define it."""
        raise NotImplementedError

    def test_two_runs_ask_for_the_same(self, conversation: Conversation) -> None:
        """A flow has no memory, no clock and no randomness, byte for byte."""
        first, second = (
            [_bytes(request) for request in conversation.trial().requests]
            for _ in range(2)
        )
        for step, (one, other) in enumerate(zip(first, second, strict=True)):
            for part, was, is_now in zip(_PARTS, one, other, strict=True):
                if was != is_now:
                    complain(
                        "Make requests from the note alone, with note.key where the "
                        "vendor wants something unique",
                        f"{conversation.where(step)}, had another {part} in the "
                        "second run",
                    )

    def test_two_runs_do_not_meet(self, conversation: Conversation) -> None:
        """Two flows of one provider, taking turns, ask for what one alone would."""
        alone = [_bytes(request) for request in conversation.trial().requests]

        for step, (one, other) in enumerate(_in_turns(conversation)):
            if not (_bytes(one) == _bytes(other) == alone[step]):
                complain(
                    "Keep nothing on the provider between requests; a flow's local "
                    "variables are its own",
                    f"{conversation.where(step)}, changed while another flow ran",
                )

    def test_everything_goes_over_https(self, conversation: Conversation) -> None:
        """Nobody can listen: every URL is absolute, and https or loopback."""
        for step, request in conversation.steps():
            if not is_protected(str(request.url)):
                complain(
                    "Ask https URLs with a host only; base_url() and upload_url() "
                    "check them",
                    f"{conversation.where(step)}, goes to {request.url.scheme or 'no'}"
                    "://",
                )

    def test_bodies_are_in_memory(self, conversation: Conversation) -> None:
        """Both drivers can send every body, and send it again."""
        for step, request in conversation.steps():
            if not isinstance(request.stream, httpx.ByteStream):
                complain(
                    "Give bodies as bytes or JSON, or let upload() make the multipart",
                    f"{conversation.where(step)}, streams its body",
                )

    def test_secrets_stay_where_they_belong(self, conversation: Conversation) -> None:
        """A credential travels in a header: URLs and bodies end up in logs."""
        for step, request in conversation.steps():
            for place in _places_of_secrets(request) - self.secret_belongs_in:
                complain(
                    "Send the credential in a header, or say in secret_belongs_in "
                    "that the vendor knows no other way",
                    f"{conversation.where(step)}, has it in its {place}",
                )

    def test_it_can_be_abandoned(self, conversation: Conversation) -> None:
        """A flow that is closed at any request ends there and asks for nothing more."""
        for step, _ in conversation.steps():
            came_of_it = _abandoned(conversation, step)
            if came_of_it:
                complain(
                    "Let GeneratorExit pass: catch Exception or narrower around a "
                    "yield, and yield nothing in finally",
                    f"{conversation.where(step)}, was abandoned, and {came_of_it}",
                )


_PARTS = ("method", "URL", "set of headers", "body")


def _bytes(request: httpx.Request) -> tuple[object, ...]:
    body = request.content if isinstance(request.stream, httpx.ByteStream) else b""
    return request.method, str(request.url), request.headers.raw, body


def _in_turns(
    conversation: Conversation,
) -> Iterator[tuple[httpx.Request, httpx.Request]]:
    """Yield what two flows ask for that take turns."""
    flows = conversation.flow(), conversation.flow()
    asks = [next(flow) for flow in flows]
    yield asks[0], asks[1]
    for reply in conversation.replies[:-1]:
        asks = [
            flow.send(reply.response(ask))
            for flow, ask in zip(flows, asks, strict=True)
        ]
        yield asks[0], asks[1]
    for flow in flows:
        flow.close()


def _places_of_secrets(request: httpx.Request) -> set[str]:
    content = request.content if isinstance(request.stream, httpx.ByteStream) else b""
    texts = {
        "path": f"{request.url.userinfo!r} {request.url.host} {request.url.path}",
        "query": request.url.query.decode(),
        "body": content.decode(errors="replace"),
    }
    return {place for place, text in texts.items() if SECRET in unquote(text)}


def _abandoned(conversation: Conversation, step: int) -> str:
    """Return what came of a flow that was abandoned; nothing if it ended."""
    flow = conversation.flow()
    ask = next(flow)
    for reply in conversation.replies[:step]:
        ask = flow.send(reply.response(ask))
    try:
        more = flow.throw(GeneratorExit())
    except GeneratorExit:
        return ""
    except StopIteration:
        return "the flow returned as if nothing had happened"
    except Exception as error:  # noqa: BLE001
        return f"it came out as {type(error).__name__}"
    ended(flow)
    return f"the flow went on, to {shown(more)}"
