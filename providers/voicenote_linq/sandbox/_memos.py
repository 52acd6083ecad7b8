"""
Linq's voice memos: https://docs.linqapp.com/guides/messaging/voice-memos
"""

from posixpath import basename
from typing import Any
from urllib.parse import urlsplit

from voicenote.sandbox import (
    Chat,
    Format,
    Media,
    Rendering,
    Request,
    Response,
    Service,
    Sound,
    Trouble,
    listen,
)

from ._chats import chat_named
from ._files import known
from ._refusals import Refused
from ._stagecraft import admit, ending
from ._state import API, V3, State, body_of, routes
from ._words import memo_json


_MAX_BYTES = 10_000_000

# What may be inside which declared type; midi is a file, and no memo.
_INSIDE = {
    "audio/mpeg": {Format.MP3},
    "audio/mp3": {Format.MP3},
    "audio/x-m4a": {Format.M4A, Format.MP4},
    "audio/mp4": {Format.M4A, Format.MP4},
    "audio/x-caf": {Format.CAF, Format.CAF_OPUS},
    "audio/x-wav": {Format.WAV},
    "audio/x-aiff": {Format.AIFF},
    "audio/aiff": {Format.AIFF},
    "audio/aac": {Format.AAC},
    "audio/amr": {Format.AMR},
}

# By a URL's ending; used for files that the sandbox cannot look into.
_BY_SUFFIX = {
    "mp3": "audio/mpeg",
    "m4a": "audio/x-m4a",
    "mp4": "audio/x-m4a",
    "caf": "audio/x-caf",
    "wav": "audio/x-wav",
    "aiff": "audio/x-aiff",
    "aif": "audio/x-aiff",
    "aac": "audio/aac",
    "amr": "audio/amr",
}


@routes("POST", API, f"{V3}/chats/{{chat_id}}/voicememo")
def send_voicememo(state: State, request: Request, chat_id: str) -> Response:
    """Send a voice memo into a conversation that exists."""
    chat, body = chat_named(state, chat_id), body_of(request)
    media = _media(state, chat, body)
    admit(state, chat, override_optout=body.get("override_optout") is True)
    message = state.world.accept(chat, media=media)
    answer = {"voice_memo": memo_json(state.world, message, media)}
    return ending(state, chat, 202, answer)


def _media(state: State, chat: Chat, body: dict[str, Any]) -> Media:
    given = [name for name in ("attachment_id", "voice_memo_url") if body.get(name)]
    if len(given) != 1:
        raise Refused(1005, "Give exactly one of attachment_id and voice_memo_url")
    if given == ["attachment_id"]:
        return _attached(state, chat, body["attachment_id"])
    return _linked(state, chat, str(body["voice_memo_url"]))


def _attached(state: State, chat: Chat, attachment_id: object) -> Media:
    attachment = known(state, attachment_id)
    data = state.world.objects.get(attachment.url)
    trouble = state.world.trouble(chat.members)
    is_late = trouble is Trouble.UNREADY and not state.is_ready(attachment.id)
    if data is None or is_late:
        raise Refused(2007)
    return Media(
        id=attachment.id,
        url=attachment.url,
        filename=attachment.filename,
        content_type=attachment.content_type,
        rendering=_rendering(state, chat),
        sound=_checked(attachment.content_type, data),
        data=data,
    )


def _linked(state: State, chat: Chat, url: str) -> Media:
    canonical = state.world.canonical(url)
    parts = urlsplit(canonical)
    if parts.scheme != "https":
        raise Refused(1005, "voice_memo_url must be an https URL")
    content_type = _BY_SUFFIX.get(parts.path.rpartition(".")[2].lower())
    if content_type is None:
        raise Refused(5004)
    data = state.world.stored(url)
    # Nothing is fetched: what is elsewhere is judged by its name.
    sound = Sound(None, None, 0) if data is None else _checked(content_type, data)
    return Media(
        id=state.world.uuid(),
        url=canonical,
        filename=basename(parts.path),
        content_type=content_type,
        rendering=_rendering(state, chat),
        sound=sound,
        data=data or b"",
    )


def _checked(content_type: str, data: bytes) -> Sound:
    if len(data) > _MAX_BYTES:
        raise Refused(5001, "Voice memo exceeds 10MB", status=413)
    if content_type not in _INSIDE:
        raise Refused(5004)
    sound = listen(data)
    if sound.format not in _INSIDE[content_type]:
        raise Refused(5006)
    return sound


def _rendering(state: State, chat: Chat) -> Rendering:
    # A bubble on iMessage only: https://docs.linqapp.com/guides/messaging/voice-memos
    is_imessage = state.world.service(chat.members) is Service.IMESSAGE
    return Rendering.VOICE_NOTE if is_imessage else Rendering.ATTACHMENT
