"""
``voicenote listen``.
"""

import json

from typing import TYPE_CHECKING, Annotated

import typer

from .._client import Client
from .._errors import ConfigError, WebhookError
from .._receipts import Receipt
from .._webhooks import Headers, Inbound
from ._options import Config
from ._receipt import show_receipt
from ._screen import facts, heading, show, show_aside, show_error, show_line


if TYPE_CHECKING:
    from ._hook import Hook


def listen(
    *,
    via: Annotated[str, typer.Option(metavar="NAME", help="Whose webhooks.")],
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="Where; 0 for any.")
    ] = 8026,
    unverified: Annotated[
        bool,
        typer.Option(
            "--unverified", help="Take them on trust if no secret is configured."
        ),
    ] = False,
    config: Config = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON each, for programs.")
    ] = False,
) -> None:
    """
    Receive a provider's webhooks on this machine, until Ctrl-C.

    Example: voicenote listen --via linq

    It listens on loopback, at any path; a tunnel of your choice makes that public.
    Each webhook is verified, merged into the journal, and printed.
    """
    with Client.from_config(config, providers=[via]) as client:
        ear = Ear(client, via, unverified=unverified, is_json=json)
        ear.check()
        _serve(_hook(ear, port))


def _hook(ear: "Ear", port: int) -> "Hook":
    try:
        from ._hook import Hook  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise ConfigError(
            "listening needs Starlette and uvicorn: pip install 'voicenote[sandbox]'"
        ) from error
    return Hook(ear.hear, port)


def _serve(hook: "Hook") -> None:
    show_aside(f"listening at {hook.url}\nCtrl-C ends it")
    try:
        hook.serve()
    except KeyboardInterrupt:
        show_aside("no longer listening")


class Ear:
    """
    What receives webhooks and prints them.

    Args:
        client: Who receives.

        via: Whose webhooks.

        unverified: Whether they are taken on trust if no secret is configured.

        is_json: Whether programs read what is printed.
    """

    def __init__(
        self, client: Client, via: str, *, unverified: bool, is_json: bool
    ) -> None:
        self._client = client
        self._via = via
        self._unverified = unverified
        self._is_json = is_json

    def check(self) -> None:
        """
        Raise what every webhook would.

        Raises:
            ConfigError: Nothing is configured that could tell what is genuine.
        """
        try:
            self._receive({}, b"", "")
        except WebhookError:
            return

    def hear(self, headers: Headers, body: bytes, url: str) -> int:
        """Print what a webhook says, and return the HTTP status to answer with."""
        try:
            told = self._receive(headers, body, url)
        except WebhookError as error:
            show_error(f"refused: {error}")
            return 400
        for news in told:
            self._show(news)
        if not told:
            show_aside("a webhook about something else than voice notes")
        return 204

    def _receive(
        self, headers: Headers, body: bytes, url: str
    ) -> list[Receipt | Inbound]:
        return self._client.receive(
            self._via, headers, body, url=url, unverified=self._unverified
        )

    def _show(self, news: Receipt | Inbound) -> None:
        kind = "receipt" if isinstance(news, Receipt) else "inbound"
        if self._is_json:
            show_line(json.dumps({kind: news.to_dict()}))
        elif isinstance(news, Receipt):
            show_receipt(news, is_json=False)
        else:
            show(heading(f"voice note from {news.sender}", news.id))
            show(facts(_known(news)))


def _known(inbound: Inbound) -> dict[str, object]:
    return {
        "to": inbound.line,
        "by way of": inbound.service,
        "through": inbound.provider,
        "chat": inbound.chat,
        "file": inbound.filename,
        "type": inbound.content_type,
        "sent at": inbound.at and inbound.at.isoformat(),
    }
