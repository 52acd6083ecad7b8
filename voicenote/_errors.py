"""
The errors answer one question: was it sent?

* VoiceNoteError
  + ConfigError                 no: fix the configuration
  + JournalError                no: what is sent could not be written down
  + AudioError                  no: this audio cannot become a voice note
    - UnrecognizedAudioError    ... it is empty, or no audio that we know
    - UnsupportedAudioError     ... it is audio, of a kind that cannot be taken
    - NoAudioError              ... it is a video without sound
    - DamagedAudioError         ... it is broken, or cut off
    - AudioTooLongError         ... it has more seconds than allowed
    - AudioTooLargeError        ... it has more bytes than allowed
    - MissingAudioSupportError  ... it needs converting, and nothing here can
    - AudioFetchError           ... its URL cannot be used
  + SendError
    - RejectedError             no, and asking again will not help
      . UnauthorizedError       ... because of the credentials
      . RecipientError          ... because of the recipient
      . UnroutableError         ... by this provider; another one might
    - UnavailableError          no, but asking again later may help
    - UnconfirmedError          nobody knows; asking again may send it twice
  + UnexpectedResponseError     the provider broke its own contract
  + WebhookError                not genuine, stale or unreadable: do not act on it
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    import httpx

    from ._models import Failure
    from ._receipts import Receipt


class VoiceNoteError(Exception):
    """The base class of everything that this library raises on purpose."""


class ConfigError(VoiceNoteError):
    """The configuration lacks something, or contradicts itself."""


class JournalError(VoiceNoteError):
    """The journal cannot be used: its disk is full, it is locked, damaged or newer."""


class AudioError(VoiceNoteError):
    """This audio cannot become a voice note."""


class UnrecognizedAudioError(AudioError):
    """These bytes are no audio that we know: empty, a text, a playlist, an image."""


class UnsupportedAudioError(AudioError):
    """This is audio, of a kind that cannot be taken: protected, or of an absurd rate."""


class NoAudioError(AudioError):
    """This file has no sound in it."""


class DamagedAudioError(AudioError):
    """This file is broken, or cut off before its audio."""


class AudioTooLongError(AudioError):
    """This audio has more seconds than the limit allows."""


class AudioTooLargeError(AudioError):
    """This audio has more bytes than the limit allows."""


class MissingAudioSupportError(AudioError):
    """This audio has to be converted, and neither PyAV nor FFmpeg is installed."""


class AudioFetchError(AudioError):
    """The audio's URL is not allowed, or does not give a file."""


class SendError(VoiceNoteError):
    """
    A provider did not confirm a send.

    Attributes:
        provider: The provider's name; empty if none was asked.

        response: What the provider answered, or None if it did not answer.

        failure: The provider's own code and words, if it gave any.
    """

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        response: httpx.Response | None = None,
        failure: Failure | None = None,
    ) -> None:
        super().__init__(message)
        self.provider = provider
        self.response = response
        self.failure = failure


class RejectedError(SendError):
    """Not sent, and asking again will not help."""


class UnauthorizedError(RejectedError):
    """Not sent: the credentials are wrong, or lack a permission."""


class RecipientError(RejectedError):
    """Not sent: the recipient is invalid, opted out, blocked or out of reach."""


class UnroutableError(RejectedError):
    """Not sent: this provider cannot carry this note; another one might."""


class UnavailableError(SendError):
    """
    Not sent, but asking again later may help.

    Attributes:
        retry_after: Seconds to wait at least, if the provider said so.
    """

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        response: httpx.Response | None = None,
        failure: Failure | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, provider=provider, response=response, failure=failure)
        self.retry_after = retry_after


class UnconfirmedError(SendError):
    """
    Nobody knows whether it was sent; asking again may send it twice.

    Attributes:
        receipt: What a person needs to settle it, and `Client.reconcile` too: key,
            provider, recipients, chat, media, and when it was attempted.
    """

    receipt: Receipt | None = None


class UnexpectedResponseError(VoiceNoteError):
    """A provider answered in a shape that its documentation does not have."""


class WebhookError(VoiceNoteError):
    """A webhook is not genuine, stale or unreadable: do not act on it."""
