"""
The conversation with Linq.

Rule: the voicememo POST has no idempotency key, so it goes out once.
"""

from collections.abc import Sequence
from typing import ClassVar

import attrs

from voicenote import (
    AudioSpec,
    By,
    ConfigError,
    Flow,
    Format,
    Inbound,
    Pace,
    Receipt,
    Subscription,
    UnauthorizedError,
    UrlSpec,
    VoiceNote,
    VoiceNoteError,
    Webhook,
    audible,
    base_url,
    body,
    line,
    read,
    secret,
    secrets,
    secrets_for,
    setting,
    verify_standard_webhook,
)

from ._chats import chat_with, opened
from ._refusals import refusal
from ._schema import Lines, Message, SentMemo
from ._search import found
from ._subscriptions import subscribed, unsubscribed
from ._uploads import uploaded
from ._webhooks import told
from ._wire import Wire, quoted


def _base(url: str) -> str:
    # The documentation writes it with and without the version.
    return base_url(url).removesuffix("/v3")


def _tolerance(seconds: float) -> float:
    if not 0 < seconds < float("inf"):
        raise ConfigError("webhook_tolerance must be a number of seconds above 0")
    return float(seconds)


@attrs.frozen
class Linq:
    """
    Sends iMessage voice memos through Linq. https://docs.linqapp.com

    Attributes:
        api_key: A partner API key.

        sender: One of your Linq lines, E.164.

        opener: A text that opens a chat with somebody for the first time, since
            Linq takes voice memos only into a chat that exists. Empty: never.

        base_url: Linq's, with or without its ``/v3``.

        webhook_secret: What proves webhooks genuine, as `Client.subscribe` returned
            it; several, with spaces between them, while one replaces another.

        webhook_tolerance: Seconds that a webhook may be old, or early. Whether Linq
            signs anew when it tries again is not documented.
    """

    name: ClassVar[str] = "linq"

    # https://docs.linqapp.com, guide "Voice memos": formats, and 10 MB.
    accepts: ClassVar[AudioSpec] = AudioSpec(
        takes=frozenset(
            {
                Format.AAC,
                Format.AIFF,
                Format.AMR,
                Format.CAF,
                Format.CAF_OPUS,
                Format.M4A,
                Format.MP3,
                Format.WAV,
            }
        ),
        targets=(Format.M4A, Format.CAF_OPUS, Format.WAV),
        max_bytes=10_000_000,
        urls=UrlSpec(
            (".aac", ".aif", ".aiff", ".amr", ".caf", ".m4a", ".mp3", ".mp4", ".wav"),
            query=True,
        ),
    )

    # https://docs.linqapp.com, guide "Rate limits"
    paces: ClassVar[tuple[Pace, ...]] = (Pace(30, 60.0, By.PAIR),)

    api_key: str = secret(env=("LINQ_API_V3_API_KEY", "LINQ_API_KEY", "LINQ_API_TOKEN"))
    sender: str = setting(converter=line)
    opener: str = setting(default="")
    base_url: str = setting(
        env=("LINQ_API_V3_BASE_URL", "LINQ_API_BASE_URL", "LINQ_BASE_URL"),
        default="https://api.linqapp.com/api/partner",
        converter=_base,
    )
    webhook_secret: str = secrets(env=("LINQ_WEBHOOK_SECRET",))
    webhook_tolerance: float = setting(default=300.0, converter=_tolerance)

    def send(self, note: VoiceNote) -> Flow[Receipt]:
        """Send *note* into its chat, which is looked up if the note names people."""
        wire, line = self._wire, note.sender or self.sender
        chat = note.chat or (yield from chat_with(wire, line, note.to))
        if chat:
            return (yield from self._memo(note, chat))
        chat = yield from opened(wire, line, note.to, self.opener, note.key)
        try:
            return (yield from self._memo(note, chat))
        except VoiceNoteError as error:
            error.args = (f"{error} (the opener was sent before)",)
            raise

    def status(self, message_id: str) -> Flow[Receipt]:
        """Return what became of a message. Linq tells no reason for a failure here."""
        # https://docs.linqapp.com, API reference: GET /v3/messages/{messageId}
        response = yield self._wire.ask("GET", f"/v3/messages/{quoted(message_id)}")
        message = read(response, Message, refusal=refusal)
        return message.receipt(body(response))

    def find(self, trace: Receipt) -> Flow[Receipt | None]:
        """Look for a memo among the messages of its chat."""
        return (yield from found(self._wire, trace))

    def receive(self, webhook: Webhook) -> list[Receipt | Inbound]:
        """Return what a webhook says, once its signature has proved it genuine."""
        secrets = secrets_for(
            webhook,
            self.webhook_secret,
            setting="webhook_secret (LINQ_WEBHOOK_SECRET)",
        )
        if secrets:
            tolerance = self.webhook_tolerance
            verify_standard_webhook(webhook, secrets, tolerance=tolerance)
        return told(webhook)

    def subscribe(self, url: str, events: Sequence[str] = ()) -> Flow[Subscription]:
        """Have *events*, or those that concern notes, posted to *url*."""
        return subscribed(self._wire, url, events, has_secret=bool(self.webhook_secret))

    def unsubscribe(self, subscription: str) -> Flow[None]:
        """Have no more posted to *subscription*, an id or a URL."""
        return unsubscribed(self._wire, subscription)

    def check(self) -> Flow[str]:
        """Return what kind of line the sender is."""
        # https://docs.linqapp.com, API reference: GET /v3/phone_numbers
        response = yield self._wire.ask("GET", "/v3/phone_numbers")
        lines = read(response, Lines, refusal=refusal).phone_numbers
        for one in lines:
            if one.phone_number == self.sender:
                return (
                    f"{self.sender} is an {one.line_type or 'iMessage'} line of yours"
                )
        yours = ", ".join(one.phone_number for one in lines) or "none"
        raise UnauthorizedError(
            f"{self.sender} is no line of this account; its lines: {yours}"
        )

    def caveats(self, note: VoiceNote) -> list[str]:
        """Return what only the send will tell."""
        doubts = ["it is a bubble on iMessage only; RCS and SMS get a file"]
        if note.chat is None and not self.opener:
            doubts.append("a chat must exist; Linq has no empty ones")
        if note.chat is None and self.opener:
            doubts.append("where no chat exists, the opener goes out first, as a text")
        return doubts

    def _memo(self, note: VoiceNote, chat_id: str) -> Flow[Receipt]:
        if note.audio.url:
            source = {"voice_memo_url": note.audio.url}
        else:
            attachment_id = yield from uploaded(self._wire, note.audio, note.key)
            source = {"attachment_id": attachment_id}
        # https://docs.linqapp.com, guide "Voice memos"
        memo_request = self._wire.ask(
            "POST",
            f"/v3/chats/{quoted(chat_id)}/voicememo",
            json={**source, **note.options.get(self.name, {})},
        )
        (media,) = source.values()
        response = yield audible(memo_request, chat=chat_id, media=media)
        memo = read(response, SentMemo, refusal=refusal)
        trace_id = response.headers.get("x-trace-id")
        return memo.receipt(body(response), trace_id, chat_id)

    @property
    def _wire(self) -> Wire:
        return Wire(self.api_key, self.base_url)
