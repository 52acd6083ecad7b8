"""
``voicenote send``.
"""

from typing import Annotated, Any

import attrs
import typer

from .._client import Client
from .._forecast import Forecast
from .._models import VoiceNote
from .._receipts import Receipt
from ._options import Config, Json, PcmChannels, PcmRate, audio
from ._outcome import Outcome, message
from ._progress import Progress
from ._receipt import show_receipt
from ._screen import facts, heading, length, show, show_error, show_json, size
from ._wait import PATIENCE, Way


@attrs.frozen
class _Ended:
    """
    What a send came to.

    Attributes:
        receipt: What is known of the note.

        is_interrupted: Whether somebody pressed Ctrl-C while it was waited for.
    """

    receipt: Receipt
    is_interrupted: bool = False


def send(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A path, an https URL, or - for standard input."
        ),
    ],
    *,
    to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER",
            help="Who gets it: E.164 or e-mail. Several --to make one group.",
        ),
    ] = None,
    chat: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A conversation instead, by its id."),
    ] = None,
    via: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="One provider, instead of the usual ones."),
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="Another line of yours."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="TEXT", help="A name for this send.")
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.1, help="How long it may take in all."),
    ] = None,
    callback_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where the provider reports on this note."),
    ] = None,
    pcm_rate: PcmRate = None,
    pcm_channels: PcmChannels = 1,
    config: Config = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; send nothing.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until it is delivered, or a minute.")
    ] = False,
    json: Json = False,
) -> None:
    """
    Send FILE as a voice note.

    Example: voicenote send memo.mp3 --to +12025550123

    The exit status says what is known: 0 accepted, 2 nothing sent, 3 refused,
    4 not available now, 5 in doubt.
    """
    progress = Progress("sending")
    fields: dict[str, Any] = {
        "chat": chat,
        "sender": sender,
        "key": key,
        "callback_url": callback_url,
    }
    only = [via] if via else None
    with Client.from_config(config, providers=only, progress=progress) as client:
        note = VoiceNote(
            audio(file, pcm_rate, pcm_channels, max_bytes=client.audio.max_bytes),
            to or (),
            **{name: value for name, value in fields.items() if value is not None},
        )
        if dry_run:
            _show_forecast(client.plan(note), is_json=json)
            return
        with progress.shown():
            receipt = client.send(note, timeout=timeout)
        ended = _followed(client, receipt) if wait else _Ended(receipt)
    _report(ended.receipt, is_json=json)
    if ended.is_interrupted:
        raise typer.Exit(Outcome.INTERRUPTED)


def _followed(client: Client, receipt: Receipt) -> _Ended:
    """Return how far a note that was accepted has come; nothing here may fail."""
    way = Way(receipt)
    try:
        return _Ended(way.followed(client, timeout=PATIENCE))
    except KeyboardInterrupt:
        return _Ended(way.last, is_interrupted=True)
    except Exception as error:  # noqa: BLE001
        # It was accepted, and no trouble with asking may say anything else.
        show_error(
            f"{receipt.provider} has accepted the note as "
            f"{receipt.id or 'one without a name'}, but its status cannot be followed: {message(error)}"
        )
        return _Ended(way.last)


def _report(receipt: Receipt, *, is_json: bool) -> None:
    try:
        show_receipt(receipt, is_json=is_json)
    except (OSError, SystemExit):  # Rich exits where a pipe is broken
        # It was accepted, and no trouble with a disk may say anything else.
        show_error(
            f"{receipt.provider} has accepted the note as {receipt.id}, "
            "but the receipt cannot be written to standard output"
        )


def _show_forecast(forecast: Forecast, *, is_json: bool) -> None:
    if is_json:
        show_json(attrs.asdict(forecast))
        return
    show(heading("nothing was sent; this would happen"))
    show(facts(_foreseen(forecast)))


def _foreseen(forecast: Forecast) -> dict[str, object]:
    then = f", then {', '.join(forecast.failover)}" if forecast.failover else ""
    return {
        "provider": f"{forecast.provider}{then}",
        "audio": _described(
            forecast.source, size(forecast.source_bytes), length(forecast.duration)
        ),
        "handed over": _described(
            forecast.action, forecast.target, size(forecast.target_bytes)
        ),
        "by": forecast.route,
        "doubtful": "\n".join(forecast.doubts),
    }


def _described(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part)
