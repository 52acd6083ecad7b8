"""
Put a voice note on somebody's phone, through whichever provider you have.
"""

from httpx import Request, Response

from ._async_client import AsyncClient
from ._client import Client, send
from ._errors import (
    AudioError,
    AudioFetchError,
    AudioTooLargeError,
    AudioTooLongError,
    ConfigError,
    DamagedAudioError,
    JournalError,
    MissingAudioSupportError,
    NoAudioError,
    RecipientError,
    RejectedError,
    SendError,
    UnauthorizedError,
    UnavailableError,
    UnconfirmedError,
    UnexpectedResponseError,
    UnrecognizedAudioError,
    UnroutableError,
    UnsupportedAudioError,
    VoiceNoteError,
    WebhookError,
)
from ._events import Event, Kind
from ._flows import Flow
from ._forecast import Forecast, Route
from ._models import (
    PCM,
    Audio,
    AudioLike,
    Failure,
    Rendering,
    Service,
    Status,
    VoiceNote,
)
from ._providers import (
    Provider,
    SupportsCaveats,
    SupportsCheck,
    SupportsPacing,
    SupportsReconcile,
    SupportsStatus,
    SupportsSubscriptions,
    SupportsWebhooks,
)
from ._receipts import Attempt, Receipt
from ._repeat import audible, patient, repeatable
from ._requests import base_url, file_stem, request, upload, upload_url
from ._retry import Retry
from ._settings import line, secret, secrets, setting
from ._signatures import (
    callback_url,
    has_token,
    secrets_for,
    verify_callback,
    verify_shared_secret,
    verify_standard_webhook,
)
from ._sqlite import Journal
from ._structure import Refusal, body, check, fitting, read, refused, structure
from ._traffic import By, Pace
from ._version import __version__
from ._webhooks import Inbound, Subscription, Webhook, understood
from .audio import AudioSettings, AudioSpec, Format, UrlSpec
from .hookspecs import hookimpl


__all__ = [
    "PCM",
    "AsyncClient",
    "Attempt",
    "Audio",
    "AudioError",
    "AudioFetchError",
    "AudioLike",
    "AudioSettings",
    "AudioSpec",
    "AudioTooLargeError",
    "AudioTooLongError",
    "By",
    "Client",
    "ConfigError",
    "DamagedAudioError",
    "Event",
    "Failure",
    "Flow",
    "Forecast",
    "Format",
    "Inbound",
    "Journal",
    "JournalError",
    "Kind",
    "MissingAudioSupportError",
    "NoAudioError",
    "Pace",
    "Provider",
    "Receipt",
    "RecipientError",
    "Refusal",
    "RejectedError",
    "Rendering",
    "Request",
    "Response",
    "Retry",
    "Route",
    "SendError",
    "Service",
    "Status",
    "Subscription",
    "SupportsCaveats",
    "SupportsCheck",
    "SupportsPacing",
    "SupportsReconcile",
    "SupportsStatus",
    "SupportsSubscriptions",
    "SupportsWebhooks",
    "UnauthorizedError",
    "UnavailableError",
    "UnconfirmedError",
    "UnexpectedResponseError",
    "UnrecognizedAudioError",
    "UnroutableError",
    "UnsupportedAudioError",
    "UrlSpec",
    "VoiceNote",
    "VoiceNoteError",
    "Webhook",
    "WebhookError",
    "__version__",
    "audible",
    "base_url",
    "body",
    "callback_url",
    "check",
    "file_stem",
    "fitting",
    "has_token",
    "hookimpl",
    "line",
    "patient",
    "read",
    "refused",
    "repeatable",
    "request",
    "secret",
    "secrets",
    "secrets_for",
    "send",
    "setting",
    "structure",
    "understood",
    "upload",
    "upload_url",
    "verify_callback",
    "verify_shared_secret",
    "verify_standard_webhook",
]
