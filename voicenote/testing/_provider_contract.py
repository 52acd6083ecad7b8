"""
What every provider promises, as tests that a happy path is enough for.
"""

import json

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import attrs
import httpx
import pytest

from .._models import VoiceNote
from .._providers import Provider
from .._receipts import Receipt
from ..audio import AudioSpec
from ._flow_contract import SECRET
from ._replies import Answer, Reply
from ._send_contract import SendContract
from ._sound import prepared_for
from ._trial import Conversation, Trial, complain, tried


_TO, _OTHER, _LINE = "+12025550123", "+12025550124", "+12025550199"
_CHAT = "chat-of-the-contract"
_WORD = "word-of-the-contract"


class ProviderContract(SendContract):
    """
    What every provider promises about sending.

    Subclass it as ``class TestAcme(ProviderContract)``, and define two fixtures:
    ``provider``, with secrets that contain ``s3cret``, and ``happy_path``, the vendor's
    answers for one successful send of ``note``: each a status and JSON, or an
    `httpx.Response`. Where a plain note does not fit, define ``note`` too; and
    ``refusals``, if the vendor has answers that say 200 and mean no.
    """

    @pytest.fixture
    def note(self, provider: Any) -> VoiceNote:
        """Override this if your vendor needs another note: a URL, a chat, a group."""
        return VoiceNote(prepared_for(provider.accepts), _TO, key="contract-1")

    @pytest.fixture
    def conversation(
        self, provider: Any, note: VoiceNote, happy_path: Sequence[Answer]
    ) -> Conversation:
        """Return one successful send, to be tried out."""
        replies = tuple(map(Reply.of, happy_path))
        return Conversation(lambda: provider.send(note), replies)

    def test_it_is_a_provider(self, provider: Any) -> None:
        """It has a name, says what audio it takes, and can send."""
        if not isinstance(provider, Provider):
            lacks = [
                one for one in ("name", "accepts", "send") if not hasattr(provider, one)
            ]
            complain("Give it a name, accepts and send", f"it has no {lacks[0]}")
        if not isinstance(provider.accepts, AudioSpec):
            complain("Make accepts an AudioSpec", f"it is {provider.accepts!r}")
        if not provider.name or provider.name != provider.name.lower():
            complain("Give it a name in lower case", f"its name is {provider.name!r}")

    def test_its_repr_has_no_secrets(self, provider: Any) -> None:
        """It can be logged."""
        for text in (repr(provider), str(provider)):
            if SECRET in text:
                complain(
                    "Make each credential a secret(), which no repr shows",
                    f"{type(provider).__name__}'s repr has it",
                )

    def test_the_fixture_has_a_secret(
        self, provider: Any, conversation: Conversation
    ) -> None:
        """The credentials are such that the kit would see them leak."""
        requests = conversation.trial().requests
        texts = [*_attributes(provider), *(_everything(one) for one in requests)]
        if not any(SECRET in text for text in texts):
            complain(
                "Give the fixture's provider credentials that contain s3cret",
                "without them nobody would notice a leak",
            )

    def test_a_success_gives_a_receipt(
        self, provider: Any, conversation: Conversation
    ) -> None:
        """The receipt has the provider's name, and the vendor's id."""
        receipt = conversation.trial().result
        if not isinstance(receipt, Receipt):
            complain("Return a Receipt from send", f"it returned {receipt!r}")
        if receipt.provider != provider.name:
            complain(
                "Give the receipt the provider's own name",
                f"it says {receipt.provider!r}, and the provider is {provider.name!r}",
            )
        if not receipt.id:
            complain(
                "Give the receipt the id by which the vendor finds the note",
                f"it is empty after {conversation.where(conversation.audible)}",
            )

    def test_the_receipt_can_be_stored(self, conversation: Conversation) -> None:
        """A receipt becomes JSON, and JSON a receipt, with nothing lost."""
        receipt = conversation.trial().result
        problem = _storing(receipt)
        if problem:
            complain(
                "Give the receipt datetimes with a time zone, and as raw the JSON",
                problem,
            )

    def test_everybody_is_addressed(
        self, provider: Any, note: VoiceNote, conversation: Conversation
    ) -> None:
        """Of several recipients each is in a request, or nobody gets anything."""
        group = attrs.evolve(note, to=(_TO, _OTHER), chat=None)
        for asked in (note, group):
            trial = tried(provider.send(asked), conversation.replies)
            # A group that was looked up is addressed by its name.
            known = conversation.replies[: conversation.audible]
            missing = [one for one in asked.to if not _names(trial, one, known)]
            if trial.result is not None and missing:
                complain(
                    "Address everybody in note.to, or raise UnroutableError",
                    f"{missing[0]} is in none of {len(trial.requests)} requests, and "
                    f"{trial.outcome}",
                )

    def test_a_chat_is_respected(
        self, provider: Any, note: VoiceNote, conversation: Conversation
    ) -> None:
        """A note into a conversation goes there, or nowhere."""
        asked = attrs.evolve(note, to=(), chat=_CHAT)
        trial = tried(provider.send(asked), conversation.replies)
        if trial.result is not None and not _names(trial, _CHAT):
            complain(
                "Send into note.chat, or raise UnroutableError",
                f"it is in none of {len(trial.requests)} requests, and {trial.outcome}",
            )

    def test_the_sender_is_respected(
        self, provider: Any, note: VoiceNote, conversation: Conversation
    ) -> None:
        """A note with a line of its own goes out from no other."""
        usual = str(getattr(provider, "sender", ""))
        if not usual or not _names(conversation.trial(), usual):
            return  # a vendor that knows one line only
        asked = attrs.evolve(note, sender=_LINE)
        trial = tried(provider.send(asked), conversation.replies)
        if _names(trial, usual):
            complain(
                "Send from note.sender or self.sender",
                f"note.sender is {_LINE}, and a request names {usual}",
            )

    def test_options_reach_the_vendor(
        self, provider: Any, note: VoiceNote, conversation: Conversation
    ) -> None:
        """The escape hatch goes into the send's body, and other providers' does not."""
        for name in (provider.name, f"not-{provider.name}"):
            asked = attrs.evolve(note, options={name: {"contract": _WORD}})
            trial = tried(provider.send(asked), conversation.replies)
            if _names(trial, _WORD) != (name == provider.name):
                complain(
                    "Merge note.options.get(self.name, {}) into the body of the send",
                    f"of options for {name!r}, {len(trial.requests)} requests have "
                    f"{'something' if _names(trial, _WORD) else 'nothing'}",
                )


def _storing(receipt: Receipt) -> str:
    """Return what is lost when *receipt* is stored; nothing if all comes back."""
    try:
        restored = Receipt.from_dict(json.loads(json.dumps(receipt.to_dict())))
    except (AttributeError, TypeError, ValueError) as error:
        return str(error)
    is_same = (restored, restored.raw) == (receipt, receipt.raw)
    return "" if is_same else f"it came back as {restored!r}"


def _attributes(provider: Any) -> list[str]:
    """Return what *provider* was given, whatever kind of class it is."""
    fields = attrs.fields(type(provider)) if attrs.has(type(provider)) else ()
    values: Mapping[str, Any] = getattr(provider, "__dict__", {})
    named = [getattr(provider, field.name) for field in fields]
    return [str(value) for value in (*named, *values.values())]


def _everything(request: httpx.Request) -> str:
    is_read = isinstance(request.stream, httpx.ByteStream)
    body = request.content.decode(errors="replace") if is_read else ""
    return f"{unquote(str(request.url))} {request.headers.raw!r} {unquote(body)}"


def _names(trial: Trial, word: str, known: Sequence[Reply] = ()) -> bool:
    """
    Return whether a request of *trial* has *word*; of a number, its digits.

    Args:
        known: What the vendor had said before, and may be referred to.
    """
    texts = [*map(_everything, trial.requests), *(str(one.json) for one in known)]
    said = " ".join(texts).lower()
    return word.lower().removeprefix("+") in said
