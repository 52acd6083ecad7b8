"""
``voicenote wait``, and the waiting of ``voicenote send --wait``.
"""

from typing import Annotated

import attrs
import typer

from .._client import Client
from .._models import Status
from .._receipts import Receipt
from ._options import Config, Json
from ._outcome import Outcome
from ._progress import Progress
from ._receipt import show_receipt


PATIENCE = 60.0


def wait(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="What the provider calls the note.")
    ],
    *,
    via: Annotated[str, typer.Option(metavar="NAME", help="Which provider has it.")],
    until: Annotated[
        Status | None,
        typer.Option(metavar="STATUS", help="Enough: sent, delivered or read."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="How long to wait.")
    ] = PATIENCE,
    config: Config = None,
    json: Json = False,
) -> None:
    """
    Wait until nothing more is expected of a voice note.

    Example: voicenote wait 3f1c9a52 --via linq

    The exit status says how it ended: 0 well, 3 failed, 4 not at its end yet.
    """
    with Client.from_config(config, providers=[via]) as client:
        receipt = client.status(id_, via=via)
        receipt = Way(receipt).followed(client, timeout=timeout, until=until)
    show_receipt(receipt, is_json=json)
    if receipt.status is Status.FAILED:
        raise typer.Exit(Outcome.REFUSED)
    if not (receipt.is_final or (until and receipt.has_come_to(until))):
        raise typer.Exit(Outcome.UNAVAILABLE)


@attrs.define
class Way:
    """
    What a note goes through while it is waited for.

    Attributes:
        last: What is known of it now.
    """

    last: Receipt
    _passed: list[Status] = attrs.field(init=False)

    @_passed.default
    def _(self) -> list[Status]:
        return [self.last.status]

    def followed(
        self, client: Client, *, timeout: float, until: Status | None = None
    ) -> Receipt:
        """
        Return the receipt at its end, or after *timeout* seconds; a line shows its way.

        Raises:
            VoiceNoteError: It cannot be followed; `last` is what is known.
        """
        with Progress(self).shown():
            return client.wait(self.last, timeout=timeout, until=until, told=self._told)

    def _told(self, receipt: Receipt) -> None:
        self.last = receipt
        if receipt.status is not self._passed[-1]:
            self._passed.append(receipt.status)

    def __str__(self) -> str:
        return " → ".join(status.value for status in self._passed)
