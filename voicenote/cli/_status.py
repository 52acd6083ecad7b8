"""
``voicenote status``.
"""

from typing import Annotated

import typer

from .._client import Client
from ._options import Config, Json
from ._progress import Progress
from ._receipt import show_receipt


def status(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="What the provider calls the note.")
    ],
    *,
    via: Annotated[str, typer.Option(metavar="NAME", help="Which provider has it.")],
    config: Config = None,
    json: Json = False,
) -> None:
    """
    Say what became of a voice note.

    Example: voicenote status 3f1c9a52 --via linq
    """
    with (
        Client.from_config(config, providers=[via]) as client,
        Progress(f"asking {via}").shown(),
    ):
        receipt = client.status(id_, via=via)
    show_receipt(receipt, is_json=json)
