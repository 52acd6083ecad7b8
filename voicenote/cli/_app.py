"""
The application that the commands join, and the one place where it fails.
"""

import sys

from io import TextIOWrapper
from typing import Annotated, Any

import typer

from typer.core import TyperGroup

from .._errors import VoiceNoteError
from .._version import __version__
from ._outcome import document, outcome, sentence
from ._screen import show_error, show_json


# Typer 0.26 left click for a copy of its own; only this way are both named at once.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


class Commands(TyperGroup):
    """All commands: an error becomes a message and an exit status here."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and report why it could not be done."""
        words = [*getattr(ctx, "_protected_args", ()), *ctx.args]
        is_json = "--json" in words
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader has gone; Typer ends without a word
        except _UsageError as error:
            if is_json:
                show_json(document(error))
            raise  # Typer shows how the command is used
        except (VoiceNoteError, OSError, KeyboardInterrupt) as error:
            is_send = ctx.invoked_subcommand == "send"
            if is_json:
                show_json(document(error, is_send=is_send))
            show_error(sentence(error, is_send=is_send))
            raise typer.Exit(outcome(error)) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    # A traceback would show locals, and with them credentials.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"voicenote {__version__}")
        raise typer.Exit


@app.callback()
def main(
    *,
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version."
        ),
    ] = False,
) -> None:
    """
    Put a voice note on somebody's phone, through whichever provider you have.

    Try it without an account: voicenote demo
    """
    for stream in (sys.stdout, sys.stderr):
        # What a terminal cannot show is no reason to fail after a send.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
