"""Sending from a shell, through vendors that are played behind a real socket."""

import json
import subprocess

import pytest

from voicenote import Receipt


ANN, BOB = "+12025550123", "+12025550124"
VENDORS = ("linq", "sendblue")


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_memo_is_heard(vendor, configured, heard, shell, memo):
    """One command puts an mp3 on somebody's phone, and says nothing on stderr."""
    result = shell("send", memo, "--to", ANN, "--via", vendor)

    assert (0, "", [(ANN, vendor)]) == (result.exit_code, result.stderr, heard())


@pytest.mark.parametrize("vendor", VENDORS)
def test_several_are_a_group(vendor, configured, heard, shell, memo):
    """Several --to make one conversation."""
    shell("send", memo, "--to", ANN, "--to", BOB, "--via", vendor)

    assert [(ANN, vendor), (BOB, vendor)] == heard()


def test_the_first_provider_sends(configured, heard, shell, memo):
    """Without --via, the configuration's order decides."""
    shell("send", memo, "--to", ANN)

    assert [(ANN, "linq")] == heard()


def test_a_receipt_for_people(configured, shell, memo):
    """What is known is printed with its names, and what is not known is left out."""
    result = shell("send", memo, "--to", ANN, "--key", "k1")

    words = [line.split()[0] for line in result.stdout.splitlines()]
    assert ["queued", "to", "from", "chat", "trace", "key"] == words


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_receipt_for_programs(vendor, configured, shell, memo):
    """With --json, stdout is one document, from which the receipt can be rebuilt."""
    result = shell("send", memo, "--to", ANN, "--via", vendor, "--key", "k1", "--json")

    receipt = Receipt.from_dict(json.loads(result.stdout))
    assert (vendor, (ANN,), "k1") == (receipt.provider, receipt.to, receipt.key)


def test_both_vendors_give_one_shape(configured, shell, memo):
    """The JSON of two vendors has the same names in it."""
    one, other = (
        json.loads(shell("send", memo, "--to", ANN, "--via", name, "--json").stdout)
        for name in VENDORS
    )

    assert list(one) == list(other)


def test_standard_input(configured, heard, shell, memo):
    """A dash takes the audio from a pipe."""
    result = shell("send", "-", "--to", ANN, stdin=memo.read_bytes())

    assert (0, [(ANN, "linq")]) == (result.exit_code, heard())


def test_raw_samples(configured, sandbox, shell, samples):
    """Samples without a header are sent if --pcm-rate says how many a second."""
    raw = samples / "speech_pcm16_24k.raw"

    shell("send", raw, "--pcm-rate", 24000, "--to", ANN, "--via", "sendblue")

    assert [1.0] == [round(one.seconds, 2) for one in sandbox.heard]


def test_a_chat_instead_of_people(configured, sandbox, heard, shell, memo):
    """--chat addresses a conversation that the provider knows."""
    chat = sandbox.world.chats_of("linq")[0]

    shell("send", memo, "--chat", chat.id, "--via", "linq")

    assert [(person, "linq") for person in chat.members] == heard()


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["people", "programs"])
def test_a_dry_run_sends_nothing(options, configured, sandbox, shell, memo):
    """--dry-run asks nobody anything."""
    result = shell("send", memo, "--to", ANN, "--dry-run", *options)

    assert (0, []) == (result.exit_code, sandbox.stage.log)


def test_a_dry_run_says_what_would_happen(configured, shell, memo):
    """--dry-run names who would be asked, and what would become of the audio."""
    result = shell(
        "send", memo, "--to", ANN, "--via", "sendblue", "--dry-run", "--json"
    )

    plan = json.loads(result.stdout)
    assert ("sendblue", "encode", "mp3", "caf-opus") == (
        plan["provider"],
        plan["action"],
        plan["source"],
        plan["target"],
    )


def test_a_dry_run_of_standard_input(configured, shell, memo):
    """A pipe can be looked at like a file."""
    result = shell("send", "-", "--to", ANN, "--dry-run", stdin=memo.read_bytes())

    assert (0, True) == (result.exit_code, "pass, mp3" in result.stdout)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--to", ANN), 0),
        (("--to", "+12025550101"), 2),
        (("--to", "+12025550140", "--via", "linq"), 3),
        (("--to", "+12025550140", "--via", "sendblue"), 3),
        (("--to", "+12025550175", "--via", "linq", "--timeout", "5"), 4),
        (("--to", "+12025550170", "--via", "sendblue", "--timeout", "1"), 4),
        (("--to", "+12025550181", "--via", "linq"), 0),
        (("--to", "+12025550183", "--via", "linq", "--timeout", "1"), 5),
        (("--to", "+12025550183", "--via", "sendblue", "--timeout", "1"), 5),
    ],
    ids=[
        "accepted",
        "own line",
        "opted out, linq",
        "opted out, sendblue",
        "limited, linq",
        "limited, sendblue",
        "disconnected, and found",
        "doubt, linq",
        "doubt, sendblue",
    ],
)
def test_the_exit_status_says_what_is_known(words, status, configured, shell, memo):
    """0 accepted, 2 nothing sent, 3 refused, 4 not available now, 5 in doubt."""
    result = shell("send", memo, *words)

    assert status == result.exit_code


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ("--to", "+1202"),
            {"type": "RecipientError", "provider": None, "sent": "no"},
        ),
        (
            ("--to", "+12025550140"),
            {"type": "RecipientError", "provider": "linq", "sent": "no"},
        ),
        (
            ("--to", "+12025550175", "--via", "linq", "--timeout", "5"),
            {"type": "UnavailableError", "provider": "linq", "retry_after": 600.0},
        ),
        (
            ("--to", "+12025550183", "--via", "linq", "--timeout", "1"),
            {"type": "UnconfirmedError", "provider": "linq", "sent": "unknown"},
        ),
        (
            ("--to", ANN, "--timeout", "soon"),
            {"type": "UsageError", "provider": None, "sent": "no"},
        ),
    ],
    ids=["malformed", "refused", "limited", "doubt", "usage"],
)
def test_an_error_for_programs(words, error, configured, shell, memo):
    """With --json, stdout is one document that says whether it was sent."""
    result = shell("send", memo, *words, "--json")

    told = json.loads(result.stdout)["error"]
    assert error == {name: told[name] for name in error}


def test_an_error_has_the_vendors_own_words(configured, shell, memo):
    """With --json, a refusal carries the vendor's code and reason."""
    result = shell("send", memo, "--to", "+12025550140", "--json")

    failure = json.loads(result.stdout)["error"]["failure"]
    assert {"code": "2024", "reason": "Recipient has opted out"} == failure


def test_errors_leave_stdout_empty(configured, shell, memo):
    """Without --json, a failure says nothing where a result would be."""
    result = shell("send", memo, "--to", "+12025550140")

    assert "" == result.stdout


def test_when_to_try_again(configured, shell, memo):
    """A provider that asks for patience is quoted with the seconds."""
    result = shell("send", memo, "--to", "+12025550175", "--via=linq", "--timeout=5")

    assert "try again in 600 seconds" in result.stderr


def test_ctrl_c_is_a_doubt(configured, shell, memo, monkeypatch):
    """An interrupted send ends with 130, and does not claim that nothing was sent."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("voicenote.Client.send", interrupted)

    result = shell("send", memo, "--to", ANN, "--json")

    sent = json.loads(result.stdout)["error"]["sent"]
    assert (130, "unknown") == (result.exit_code, sent)


def test_a_wrong_key_is_not_shown(configured, shell, memo, monkeypatch):
    """A refused credential appears nowhere in the output."""
    monkeypatch.setenv("VOICENOTE_LINQ_API_KEY", "hush-hush")

    result = shell("send", memo, "--to", ANN, "--via", "linq", "--json")

    assert (3, False) == (result.exit_code, "hush-hush" in result.output)


def test_a_pipeline_of_processes(configured, heard, console, memo):
    """The console script reads a pipe, writes a pipe, and adds nothing to either."""
    with memo.open("rb") as file:
        done = subprocess.run(
            [console, "send", "-", "--to", ANN, "--json"],
            stdin=file,
            capture_output=True,
            check=False,
        )

    receipt = json.loads(done.stdout)
    assert (0, b"", [(ANN, "linq")], "linq") == (
        done.returncode,
        done.stderr,
        heard(),
        receipt["provider"],
    )


def test_no_traceback(configured, console, memo):
    """A failure of the console script is a sentence, and no traceback."""
    done = subprocess.run(
        [console, "send", str(memo), "--to", "+12025550140"],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (3, True) == (done.returncode, done.stderr.startswith("refused (linq): "))


@pytest.mark.parametrize("vendor", VENDORS)
def test_status(vendor, configured, shell, memo):
    """What became of a note is told by its id."""
    sent = json.loads(
        shell("send", memo, "--to", ANN, "--via", vendor, "--json").stdout
    )

    result = shell("status", sent["id"], "--via", vendor, "--json")

    now = json.loads(result.stdout)
    assert (0, sent["id"], vendor) == (result.exit_code, now["id"], now["provider"])


def test_status_of_nothing(configured, shell):
    """An id that the provider does not know is a refusal."""
    result = shell("status", "nothing", "--via", "linq")

    assert (3, True) == (result.exit_code, result.stderr.startswith("error (linq)"))
