"""
``voicenote demo``.

Rule: it works the same on every machine, so it reads no configuration, no keys and no
proxies.
"""

import time

from collections.abc import Callable, Iterator
from importlib.resources import files

import httpx

from rich.table import Table

from .._client import Client
from .._errors import ConfigError
from .._models import Audio, VoiceNote
from .._providers import Provider
from .._receipts import Receipt
from ..config import installed
from ..sandbox import Sandbox
from ._progress import Progress
from ._screen import heading, length, listing, show, show_aside, size


_NOTES = (("+12025550123",), ("+12025550123", "+12025550124"))
_PATIENCE = 10.0  # seconds; the sandbox delivers within one


def demo() -> None:
    """
    Send a voice note through every vendor, without an account: all is played here.

    Example: voicenote demo
    """
    progress = Progress("sending")
    with Sandbox() as playing:
        providers = {one.name: one for one in _played(playing)}
        if not providers:
            raise ConfigError("no installed provider has a player; there is no demo")
        show_aside(f"the vendors are played at {playing.url}; nobody is called\n")
        # Not through a proxy of the user's: loopback is this machine's alone.
        transport = httpx.HTTPTransport(trust_env=False)
        client = Client(providers, progress=progress, transport=transport)
        with client, progress.shown():
            receipts = [
                client.send(VoiceNote(_hello(), to), via=name)
                for name in providers
                for to in _NOTES
            ]
            progress.what = "waiting for the phones"
            receipts = [_followed(receipt, client.status) for receipt in receipts]
        show(heading("receipts"))
        show(_receipts(receipts))
        show()
        show(heading("what people heard"))
        show(_inbox(playing))


def _played(playing: Sandbox) -> Iterator[Provider]:
    for name, cls in installed().providers.items():
        if name in playing.stage.players:
            yield cls(**playing.settings(name))


def _hello() -> Audio:
    # Made with espeak-ng and PyAV; docs/cli.md says how.
    sound = files("voicenote.sandbox").joinpath("hello.mp3").read_bytes()
    return Audio(sound, filename="hello.mp3")


def _followed(receipt: Receipt, look: Callable[[Receipt], Receipt]) -> Receipt:
    """Return *receipt* as soon as nothing more is expected of it."""
    end = time.monotonic() + _PATIENCE
    while not receipt.is_final and time.monotonic() < end:
        time.sleep(0.1)  # noqa: TID251  (a person is waiting, and no plan)
        receipt = look(receipt)
    return receipt


def _receipts(receipts: list[Receipt]) -> Table:
    return listing(
        ("via", "to", "status", "service", "id"),
        (
            (one.provider, "\n".join(one.to), one.status.value, one.service, one.id)
            for one in receipts
        ),
        gap=1,  # so that a UUID fits into 80 columns
    )


def _inbox(playing: Sandbox) -> Table:
    return listing(
        ("who", "via", "shown as", "format", "length", "size"),
        (
            (
                one.person,
                one.provider,
                (one.rendering or "").replace("_", " "),
                one.format,
                length(one.seconds),
                size(one.size),
            )
            for one in playing.heard
        ),
    )
