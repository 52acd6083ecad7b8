"""The command as a whole: the demo, the sandbox, help, and what a person sees."""

import io
import signal
import subprocess
import sys

from pathlib import Path

import pytest

from rich.console import Console

import voicenote

from voicenote.cli import _progress
from voicenote.cli._progress import Progress


FULL = Path("/dev/full")

COMMANDS = (
    "send",
    "status",
    "providers",
    "check",
    "inspect",
    "convert",
    "sandbox",
    "demo",
)


def test_the_demo_names_every_provider(clean, shell):
    """The demo sends through all that is installed, and shows what was heard."""
    result = shell("demo")

    assert (0, True, True) == (
        result.exit_code,
        "linq" in result.stdout,
        "sendblue" in result.stdout,
    )


def test_the_demo_waits_until_delivered(clean, shell):
    """One direct note and one group note per provider are delivered."""
    result = shell("demo")

    assert 4 == result.stdout.count(" delivered ") + result.stdout.count(" read ")


def test_the_demo_reads_no_configuration(clean, shell, monkeypatch):
    """A configuration that is wrong, and a proxy, do not reach the demo."""
    (clean / "voicenote.toml").write_text("providers = [")
    monkeypatch.setenv("VOICENOTE_PROVIDERS", "nobody")
    monkeypatch.setenv("VOICENOTE_LINQ_API_KEY", "hush-hush")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    result = shell("demo")

    assert 0 == result.exit_code


def test_the_sandbox_runs_until_ctrl_c(clean, console):
    """The sandbox prints what to export, and ends well when it is interrupted."""
    words = [console, "sandbox", "--port", "0"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        exports = [process.stdout.readline() for _ in range(8)]
        assert any("Ctrl-C" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    names = [line.split("=")[0].removeprefix("export ") for line in exports]
    assert (0, "VOICENOTE_PROVIDERS", "VOICENOTE_LINQ_API_KEY") == (
        process.returncode,
        *names[:2],
    )


def test_a_port_that_is_taken(clean, sandbox, shell):
    """A second sandbox on one port is refused with what to do."""
    result = shell("sandbox", "--port", sandbox.url.rpartition(":")[2])

    assert (2, True) == (result.exit_code, "choose another" in result.stderr)


def test_the_version(shell):
    """--version tells the version."""
    assert f"voicenote {voicenote.__version__}\n" == shell("--version").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example(command, shell):
    """The help of each command shows how it is used."""
    assert f"Example: voicenote {command}" in shell(command, "--help").stdout


def test_a_misspelled_command(shell):
    """A command that does not exist is answered with the one that may be meant."""
    result = shell("sned")

    assert (2, True) == (result.exit_code, "'send'" in result.stderr)


def test_help_is_quick():
    """Neither the decoder nor the server is imported in order to show the help."""
    code = (
        "import sys, voicenote.cli; "
        "print([n for n in ('av', 'starlette', 'uvicorn') if n in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )

    assert "[]\n" == done.stdout


def test_without_the_extra(tmp_path):
    """Where Typer is not installed, the command says what to install."""
    (tmp_path / "typer.py").write_text(
        "raise ModuleNotFoundError('no typer', name='typer')"
    )
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        "from voicenote.__main__ import main; main()"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, text=True
    )

    assert "the command line needs more: pip install 'voicenote[cli]'\n" == done.stderr


def on_a_terminal(progress, monkeypatch):
    """Return what *progress* shows on a terminal."""
    screen = Console(file=io.StringIO(), force_terminal=True, width=80)
    monkeypatch.setattr(_progress, "stderr", lambda: screen)
    with progress.shown():
        pass
    return screen.file.getvalue()


def test_progress_on_a_terminal(monkeypatch):
    """A terminal shows what takes so long."""
    assert "sending" in on_a_terminal(Progress("sending"), monkeypatch)


def test_encoding_on_a_terminal(monkeypatch):
    """While audio is encoded, a terminal shows how much of it already is."""
    progress = Progress("sending")
    progress(75.0)

    assert "encoding: 1 min 15 s" in on_a_terminal(progress, monkeypatch)


def test_no_colours_in_a_pipe(clean, console, memo):
    """A pipe gets plain text."""
    done = subprocess.run(
        [console, "inspect", str(memo)], capture_output=True, check=True
    )

    assert b"\x1b" not in done.stdout + done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="a disk that is always full is needed")
@pytest.mark.parametrize("words", [("providers",), ("providers", "--json")])
def test_a_full_disk(words, clean, console):
    """Output that cannot be written is a failure, and no traceback."""
    with FULL.open("wb") as disk:
        done = subprocess.run(
            [console, *words],
            stdout=disk,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )

    assert (2, "error: No space left on device\n") == (
        done.returncode,
        done.stderr,
    )


@pytest.mark.skipif(not FULL.exists(), reason="a disk that is always full is needed")
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["people", "programs"])
def test_a_receipt_that_cannot_be_written(options, configured, console, heard, memo):
    """A note that was accepted is told so, wherever its receipt went."""
    with FULL.open("wb") as disk:
        done = subprocess.run(
            [console, "send", str(memo), "--to", "+12025550123", *options],
            stdout=disk,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )

    assert (0, True, [("+12025550123", "linq")]) == (
        done.returncode,
        done.stderr.startswith("linq has accepted the note"),
        heard(),
    )
