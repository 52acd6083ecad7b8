"""
The conversation with Linq.

Rule: the voicememo POST has no idempotency key, so it goes out once.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

import attrs

from voicenote import (
    Audio,
    AudioSpec,
    Flow,
    Format,
    Receipt,
    Request,
    Response,
    UnauthorizedError,
    UnexpectedResponseError,
    UnroutableError,
    UrlSpec,
    VoiceNote,
    VoiceNoteError,
    base_url,
    body,
    check,
    line,
    patient,
    read,
    repeatable,
    request,
    secret,
    setting,
    structure,
    upload_url,
)

from ._chats import the_one
from ._refusals import passes, refusal
from ._schema import (
    Chat,
    Chats,
    Lines,
    Message,
    Opened,
    OpenedChat,
    SentMemo,
    Upload,
)


_PAGES = 50
_RECIPIENTS = 31  # https://docs.linqapp.com/channel/imessage/guides/messaging/sending-messages


def _base(url: str) -> str:
    # The documentation writes it with and without the version.
    return base_url(url).removesuffix("/v3")


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

    api_key: str = secret(env=("LINQ_API_V3_API_KEY", "LINQ_API_KEY", "LINQ_API_TOKEN"))
    sender: str = setting(converter=line)
    opener: str = setting(default="")
    base_url: str = setting(
        env=("LINQ_API_V3_BASE_URL", "LINQ_API_BASE_URL", "LINQ_BASE_URL"),
        default="https://api.linqapp.com/api/partner",
        converter=_base,
    )

    def send(self, note: VoiceNote) -> Flow[Receipt]:
        """Send *note* into its chat, which is looked up if the note names people."""
        opened = False
        chat_id = note.chat
        if chat_id is None:
            chat_id = yield from self._chat_with(note)
        if chat_id is None:
            chat_id = yield from self._open(note)
            opened = True
        try:
            return (yield from self._memo(note, chat_id))
        except VoiceNoteError as error:
            if opened:
                error.args = (f"{error} (the opener was sent, the voice memo was not)",)
            raise

    def status(self, message_id: str) -> Flow[Receipt]:
        """Return what became of a message. Linq tells no reason for a failure here."""
        # https://docs.linqapp.com, API reference: GET /v3/messages/{messageId}
        response = yield self._request("GET", f"/v3/messages/{message_id}")
        message = read(response, Message, refusal=refusal)
        return message.receipt(body(response), response.headers.get("x-trace-id"))

    def check(self) -> Flow[str]:
        """Return what kind of line the sender is."""
        # https://docs.linqapp.com, API reference: GET /v3/phone_numbers
        response = yield self._request("GET", "/v3/phone_numbers")
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
            attachment_id = yield from self._upload(note.audio, note.key)
            source = {"attachment_id": attachment_id}
        # https://docs.linqapp.com, guide "Voice memos"
        response = yield self._request(
            "POST",
            f"/v3/chats/{chat_id}/voicememo",
            json={**source, **note.options.get(self.name, {})},
        )
        memo = read(response, SentMemo, refusal=refusal)
        receipt = memo.receipt(body(response), response.headers.get("x-trace-id"))
        return attrs.evolve(receipt, chat=receipt.chat or chat_id)

    def _chat_with(self, note: VoiceNote) -> Flow[str | None]:
        """Return the chat with exactly the note's people, or None if there is none."""
        if len(note.to) > _RECIPIENTS:
            raise UnroutableError(
                f"{len(note.to)} recipients; a Linq group has at most {_RECIPIENTS}"
            )
        sender = note.sender or self.sender
        chats = yield from self._chats(sender, note.to[0])
        chat = the_one(chats, sender, note.to)
        return chat.id if chat else None

    def _chats(self, sender: str, person: str) -> Flow[list[Chat]]:
        """Return every chat of *sender* that *person* is in, groups included."""
        chats: list[Chat] = []
        query = {"from": sender, "to": person, "limit": "100"}
        for _ in range(_PAGES):
            # https://docs.linqapp.com, API reference: GET /v3/chats
            response = yield self._request("GET", "/v3/chats", params=query)
            page = read(response, Chats, refusal=refusal)
            chats += page.chats
            if not page.next_cursor:
                return chats
            query = {**query, "cursor": page.next_cursor}
        raise UnexpectedResponseError(f"Linq's list of chats has over {_PAGES} pages")

    def _open(self, note: VoiceNote) -> Flow[str]:
        """Open a chat with the configured text, and return it once that has left."""
        sender, people = note.sender or self.sender, ", ".join(note.to)
        if not self.opener:
            raise UnroutableError(
                f"Linq has no chat of {sender} with {people} yet, and takes voice memos "
                "only into a chat that exists. Either let them write to you first, or "
                "send a text through Linq first, or set opener, a text that goes out "
                "before the first memo"
            )
        # https://docs.linqapp.com, API reference: POST /v3/chats; a repeat with one
        # idempotency_key gives the original result.
        response = yield repeatable(
            self._request(
                "POST",
                "/v3/chats",
                json={
                    "from": sender,
                    "to": list(note.to),
                    "message": {
                        "parts": [{"type": "text", "value": self.opener}],
                        "idempotency_key": f"{note.key}-opener"[-255:],
                    },
                },
            )
        )
        chat = read(response, Opened, refusal=refusal).chat
        yield from self._left(chat)
        return chat.id

    def _left(self, chat: OpenedChat) -> Flow[None]:
        """Wait a while for the opener to leave, so that the memo comes second."""
        if chat.message:
            yield patient(
                self._request("GET", f"/v3/messages/{chat.message.id}"), _is_waiting
            )

    def _upload(self, audio: Audio, key: str) -> Flow[str]:
        # https://docs.linqapp.com, guide "Attachments": POST /v3/attachments. A
        # repeat leaves an attachment that nobody uses.
        response = yield repeatable(
            self._request(
                "POST",
                "/v3/attachments",
                json={
                    "filename": _filename(audio, key),
                    "content_type": audio.content_type,
                    "size_bytes": len(audio.data),
                },
            )
        )
        place = read(response, Upload, refusal=refusal)
        if place.http_method.upper() != "PUT":
            raise UnexpectedResponseError(
                f"Linq wants an upload by {place.http_method!r}, not by PUT"
            )
        # Exactly these headers are signed, and it is not Linq's host: no key.
        stored = yield Request(
            "PUT",
            upload_url(place.upload_url),
            headers=place.required_headers,
            content=audio.data,
        )
        check(stored)
        return place.attachment_id

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Request:
        return patient(
            request(
                method,
                self.base_url + path,
                headers={"Authorization": f"Bearer {self.api_key}"},
                params=params,
                json=json,
            ),
            passes,
        )


def _filename(audio: Audio, key: str) -> str:
    """Return a name by which this note's audio can be found again."""
    return f"vn-{sha256(key.encode()).hexdigest()[:16]}.{audio.filename.rpartition('.')[2]}"


def _is_waiting(response: Response) -> float | None:
    """Return the seconds to wait while a message has not left the line."""
    try:
        message = structure(body(response), Message)
    except VoiceNoteError:
        return None
    return 2.0 if message.delivery_status in ("pending", "queued") else None
