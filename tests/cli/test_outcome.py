"""What an error means to a shell."""

import pytest

import voicenote

from voicenote.cli._outcome import Outcome, document, message, outcome, sentence


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (voicenote.ConfigError("x"), Outcome.NOT_SENT),
        (voicenote.NoAudioError("x"), Outcome.NOT_SENT),
        (FileNotFoundError(2, "No such file", "x"), Outcome.NOT_SENT),
        (voicenote.RecipientError("x"), Outcome.NOT_SENT),
        (voicenote.RecipientError("x", provider="acme"), Outcome.REFUSED),
        (voicenote.UnauthorizedError("x", provider="acme"), Outcome.REFUSED),
        (voicenote.UnroutableError("x", provider="acme"), Outcome.REFUSED),
        (voicenote.UnavailableError("x", provider="acme"), Outcome.UNAVAILABLE),
        (voicenote.UnconfirmedError("x", provider="acme"), Outcome.IN_DOUBT),
        (voicenote.UnconfirmedError("x"), Outcome.IN_DOUBT),
        (voicenote.SendError("x", provider="acme"), Outcome.IN_DOUBT),
        (voicenote.UnexpectedResponseError("x"), Outcome.UNAVAILABLE),
        (KeyboardInterrupt(), Outcome.INTERRUPTED),
    ],
    ids=[
        "configuration",
        "audio",
        "file",
        "recipient, refused here",
        "recipient, refused there",
        "credentials",
        "unroutable",
        "unavailable",
        "unconfirmed",
        "unconfirmed, by nobody",
        "unclassified",
        "unexpected answer",
        "ctrl-c",
    ],
)
def test_every_class_has_its_status(error, known):
    """An error's class, and whether a provider was asked, decide the exit status."""
    assert known == outcome(error)


def test_only_a_send_may_have_been_sent():
    """Doubt about anything but a send is no doubt about a note."""
    error = voicenote.UnconfirmedError("x")

    told = [document(error, is_send=is_send)["error"]["sent"] for is_send in (1, 0)]
    assert ["unknown", "no"] == told


def test_a_doubt_comes_with_advice():
    """Who does not know whether it was sent is told to look first."""
    error = voicenote.UnconfirmedError("no answer", provider="acme")

    assert (
        "in doubt (acme): no answer\nlook at the conversation before you send it again"
        == sentence(error, is_send=True)
    )


def test_arguments_become_options():
    """A message that speaks of Python's arguments speaks of the shell's options."""
    error = voicenote.RecipientError("give to=, or chat=")

    assert "give --to, or --chat" == message(error)


def test_a_providers_words_stay():
    """What a provider has said is quoted as it is."""
    error = voicenote.RejectedError("no to= at /a?to=1", provider="acme")

    assert "no to= at /a?to=1" == message(error)
