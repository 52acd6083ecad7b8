"""
``voicenote sandbox``.
"""

from shlex import quote
from typing import Annotated

import typer

from rich.table import Table

from ..config import variable
from ..sandbox import Sandbox
from ._screen import listing, show_aside, show_line


def sandbox(
    *,
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="Where; 0 for any.")
    ] = 8025,
) -> None:
    """
    Play the vendors on this machine, until Ctrl-C: send without an account.

    Example: voicenote sandbox --port 8025

    It prints what to export in the shell that sends, and who lives there.
    """
    with Sandbox(port=port) as playing:
        try:
            _introduce(playing)
            playing.wait()
        except KeyboardInterrupt:
            show_aside("the sandbox has ended")


def _introduce(playing: Sandbox) -> None:
    for name, value in _environment(playing).items():
        show_line(f"export {name}={quote(value)}")
    show_aside(f"\npeople at {playing.url}\n")
    show_aside(_people(playing))
    show_aside(f"\nwhat they hear: {playing.url}/_sandbox/inbox\nCtrl-C ends it")


def _environment(playing: Sandbox) -> dict[str, str]:
    """Return what a shell has to export to send through *playing*."""
    names = sorted(playing.stage.players)
    settings = {
        variable(name, key): value
        for name in names
        for key, value in playing.settings(name).items()
    }
    return {"VOICENOTE_PROVIDERS": ",".join(names), **settings}


def _people(playing: Sandbox) -> Table:
    people = playing.world.people.values()
    return listing(("who", "what happens"), ((p.address, p.summary) for p in people))
