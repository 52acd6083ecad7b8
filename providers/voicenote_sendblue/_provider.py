"""
The conversation with Sendblue.

Rule: a send has no idempotency key, so it goes out once, and without `content`: a
caption might turn the bubble into a file.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs

from voicenote import (
    AudioSpec,
    By,
    Flow,
    Inbound,
    Pace,
    Receipt,
    Request,
    Subscription,
    UnauthorizedError,
    UnroutableError,
    UrlSpec,
    VoiceNote,
    Webhook,
    audible,
    base_url,
    body,
    callback_url,
    check,
    file_stem,
    line,
    read,
    repeatable,
    request,
    secret,
    secrets,
    setting,
    upload,
)

from ._refusals import dropped, refusal
from ._schema import Lines, Message, Stored
from ._search import found
from ._subscriptions import subscribed, unsubscribed
from ._webhooks import told, verified


_GROUP = 25  # https://docs.sendblue.com/getting-started/groups


@attrs.frozen
class Sendblue:
    """
    Sends iMessage voice notes through Sendblue. https://docs.sendblue.com

    Attributes:
        api_key: The API key's id.

        api_secret: The API key's secret.

        sender: One of your Sendblue lines, E.164.

        status_callback: Where Sendblue reports on every note, unless the note has
            a ``callback_url`` of its own.

        base_url: ``https://api.sendblue.co`` or ``https://api.sendblue.com``.

        webhook_secret: What proves webhooks genuine, and makes the tokens in
            callback URLs; several, with spaces between them, while one replaces
            another: the first is the one in use.

        webhook_header: The header that carries it.
    """

    name: ClassVar[str] = "sendblue"

    # https://docs.sendblue.com/guides/voice-notes: a .caf, at a URL that is neither
    # signed nor short-lived. https://docs.sendblue.com/api-v2/media: 100 MB.
    accepts: ClassVar[AudioSpec] = AudioSpec.caf_opus(
        max_bytes=100_000_000, urls=UrlSpec((".caf",), query=False)
    )

    # https://docs.sendblue.com/limits: one a second, and bursts of ten
    paces: ClassVar[tuple[Pace, ...]] = (Pace(10, 10.0, By.LINE),)

    api_key: str = secret(env=("SENDBLUE_API_API_KEY", "SENDBLUE_API_KEY"))
    api_secret: str = secret(env=("SENDBLUE_API_API_SECRET", "SENDBLUE_API_SECRET"))
    sender: str = setting(
        env=("SENDBLUE_FROM_NUMBER", "SENDBLUE_PHONE_NUMBER"), converter=line
    )
    status_callback: str = setting(env=("SENDBLUE_STATUS_CALLBACK_URL",), default="")
    base_url: str = setting(
        env=("SENDBLUE_API_BASE_URL", "SENDBLUE_API_BASE"),
        default="https://api.sendblue.co",
        converter=base_url,
    )
    webhook_secret: str = secrets(env=("SENDBLUE_WEBHOOK_SECRET",))
    webhook_header: str = setting(default="sb-signing-secret", converter=str.lower)

    def send(self, note: VoiceNote) -> Flow[Receipt]:
        """Send *note* to one person, or to a group, which is made if it is new."""
        if len(note.to) > _GROUP:
            raise UnroutableError(
                f"{len(note.to)} recipients; a Sendblue group has at most {_GROUP}"
            )
        media_url = note.audio.url
        if media_url is None:
            media_url = yield from self._upload(note)
        path, whom = _whom(note)
        send = self._request(
            "POST",
            path,
            json={
                **whom,
                "from_number": note.sender or self.sender,
                "media_url": media_url,
                "status_callback": self._callback(note),
                **note.options.get(self.name, {}),
            },
        )
        response = yield audible(send, media=media_url)
        message = read(response, Message, refusal=refusal)
        if not message.media_url:
            raise dropped(response)
        return message.receipt(body(response))

    def status(self, message_id: str) -> Flow[Receipt]:
        """Return what became of a message."""
        # https://docs.sendblue.com/api-v2/messages: GET /api/status
        response = yield self._request(
            "GET", "/api/status", params={"handle": message_id}
        )
        if not response.is_success:
            check(response, refusal=refusal)
        message = read(response, Message)
        if not message.id:
            check(response, refusal=refusal)
        # With a handle, a failed message is an answer, and no refusal.
        return message.receipt(body(response))

    def find(self, trace: Receipt) -> Flow[Receipt | None]:
        """Look for a note among those that its line has sent since."""
        return (yield from found(self._request, trace))

    def receive(self, webhook: Webhook) -> list[Receipt | Inbound]:
        """Return what a webhook says, once its header or its URL proved it genuine."""
        key = verified(webhook, self.webhook_secret, self.webhook_header)
        return told(webhook, key)

    def subscribe(self, url: str, events: Sequence[str] = ()) -> Flow[Subscription]:
        """Have *events*, or those that concern notes, posted to *url*."""
        return subscribed(self._request, url, events, self._webhook_secrets)

    def unsubscribe(self, subscription: str) -> Flow[None]:
        """Have no more posted to *subscription*, a URL."""
        return unsubscribed(self._request, subscription)

    def check(self) -> Flow[str]:
        """Return whether the sender is a line of the account."""
        # https://docs.sendblue.com/api-v2/lines: GET /api/lines
        response = yield self._request("GET", "/api/lines")
        lines = read(response, Lines, refusal=refusal).named()
        if self.sender in lines:
            return f"{self.sender} is a line of yours"
        if not lines:
            return f"the keys work; the account tells no lines, so {self.sender} may do"
        raise UnauthorizedError(
            f"{self.sender} is no line of this account; its lines: {', '.join(lines)}"
        )

    def caveats(self, note: VoiceNote) -> list[str]:
        """Return what only the send will tell."""
        doubts = ["it is a bubble on iMessage only; RCS and SMS may not play it at all"]
        if any("@" in one for one in note.to):
            doubts.append(
                "Sendblue documents numbers; an e-mail address may be refused"
            )
        return doubts

    def _upload(self, note: VoiceNote) -> Flow[str]:
        # https://docs.sendblue.com/api-v2/media: POST /api/upload-file. The
        # file's name becomes part of the URL. A repeat leaves a file nobody uses.
        audio = attrs.evolve(note.audio, filename=f"{file_stem(note.key)}.caf")
        response = yield repeatable(
            upload(
                f"{self.base_url}/api/upload-file",
                audio,
                field="file",
                headers=self._keys,
            )
        )
        return read(response, Stored, refusal=refusal).media_url

    def _callback(self, note: VoiceNote) -> str | None:
        # Sendblue signs no status callbacks, so their URL has to be hard to guess.
        url = note.callback_url or self.status_callback
        if not url or not self.webhook_secret:
            return url or None
        return callback_url(url, self._webhook_secrets[0], note.key)

    @property
    def _webhook_secrets(self) -> list[str]:
        return self.webhook_secret.split()

    @property
    def _keys(self) -> dict[str, str]:
        return {"sb-api-key-id": self.api_key, "sb-api-secret-key": self.api_secret}

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Request:
        return request(
            method,
            self.base_url + path,
            headers=self._keys,
            params=params,
            json=json,
        )


def _whom(note: VoiceNote) -> tuple[str, dict[str, Any]]:
    """Return the endpoint, and how it names the recipients."""
    # https://docs.sendblue.com/getting-started/groups: POST /api/send-group-message
    if note.chat:
        return "/api/send-group-message", {"group_id": note.chat}
    if note.is_group:
        return "/api/send-group-message", {"numbers": list(note.to)}
    # https://docs.sendblue.com/getting-started/sending-messages
    return "/api/send-message", {"number": note.to[0]}
