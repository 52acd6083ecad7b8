"""
What audio can be, and what a provider takes.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlsplit

import attrs


Progress: TypeAlias = Callable[[float], None]
"""Called with the seconds that are done; what it raises ends the work."""


class Format(StrEnum):
    """A kind of audio file: its container, and its codec where that decides."""

    CAF_OPUS = "caf-opus"
    CAF = "caf"
    OGG_OPUS = "ogg-opus"
    OGG = "ogg"
    WAV = "wav"
    AIFF = "aiff"
    AU = "au"
    FLAC = "flac"
    AMR = "amr"
    MP3 = "mp3"
    AAC = "aac"
    M4A = "m4a"
    MP4 = "mp4"
    THREE_GP = "3gp"
    WEBM = "webm"
    MATROSKA = "matroska"
    ASF = "asf"
    PCM = "pcm"

    @property
    def suffix(self) -> str:
        """The usual file name's ending, for example ``.caf``."""
        return "." + _SUFFIXES.get(self, self.value)

    @property
    def content_type(self) -> str:
        """The MIME type, for example ``audio/x-caf``."""
        return _CONTENT_TYPES[self]


_SUFFIXES = {
    Format.CAF_OPUS: "caf",
    Format.OGG_OPUS: "ogg",
    Format.MATROSKA: "mka",
    Format.ASF: "wma",
}

_CONTENT_TYPES = {
    Format.CAF_OPUS: "audio/x-caf",
    Format.CAF: "audio/x-caf",
    Format.OGG_OPUS: "audio/ogg",
    Format.OGG: "audio/ogg",
    Format.WAV: "audio/x-wav",
    Format.AIFF: "audio/x-aiff",
    Format.AU: "audio/basic",
    Format.FLAC: "audio/flac",
    Format.AMR: "audio/amr",
    Format.MP3: "audio/mpeg",
    Format.AAC: "audio/aac",
    Format.M4A: "audio/x-m4a",
    Format.MP4: "audio/x-m4a",
    Format.THREE_GP: "audio/3gpp",
    Format.WEBM: "audio/webm",
    Format.MATROSKA: "audio/x-matroska",
    Format.ASF: "audio/x-ms-wma",
    Format.PCM: "audio/L16",
}


@attrs.frozen
class UrlSpec:
    """
    Which https URLs a provider fetches by itself.

    Attributes:
        suffixes: Endings that the path must have one of, in lower case.

        query: Whether the URL may have a query; signed URLs have one.
    """

    suffixes: tuple[str, ...]
    query: bool

    def objection(self, url: str) -> str | None:
        """Return why *url* cannot go through as it is, or None if it can."""
        parts = urlsplit(url)
        if parts.scheme != "https":
            return "it is not https"
        if not parts.path.lower().endswith(self.suffixes):
            return f"its path does not end in {' or '.join(self.suffixes)}"
        if parts.query and not self.query:
            return "it has a query, as signed URLs do"
        if "@" in parts.netloc:
            return "it has a user name in it"
        if parts.fragment or url.split() != [url]:
            return "it has a fragment or white space"
        return None


@attrs.frozen
class AudioSpec:
    """
    What audio a provider takes.

    Attributes:
        takes: Formats that go through as they are.

        targets: What everything else becomes, the preferred one first. The
            first that can be made with what is installed is made. Of
            `CAF_OPUS`, `OGG_OPUS`, `M4A` and `WAV`.

        max_bytes: The largest file that the provider takes, in bytes.

        max_seconds: The longest audio that the provider takes, in seconds, or
            None where it states no limit.

        urls: Which URLs the provider fetches by itself, or None for none.
    """

    takes: frozenset[Format]
    targets: tuple[Format, ...]
    max_bytes: int
    max_seconds: float | None = None
    urls: UrlSpec | None = None

    @classmethod
    def caf_opus(
        cls, *, max_bytes: int = 100_000_000, urls: UrlSpec | None = None
    ) -> "AudioSpec":
        """Return the spec of a provider that wants Apple's own: Opus in CAF."""
        opus = Format.CAF_OPUS
        return cls(frozenset({opus}), (opus,), max_bytes=max_bytes, urls=urls)


@attrs.frozen
class AudioSettings:
    """
    Limits for what comes in, and the encoder's settings for what goes out.

    Attributes:
        max_bytes: The largest input, in bytes.

        max_seconds: The longest input, in seconds.

        bit_rate: What the encoder aims at, in bits per second.

        complexity: libopus's effort, 0 to 10.
    """

    max_bytes: int = attrs.field(default=100_000_000, validator=attrs.validators.gt(0))
    max_seconds: float = attrs.field(default=600.0, validator=attrs.validators.gt(0))
    bit_rate: int = attrs.field(
        default=32_000,
        validator=[attrs.validators.ge(6_000), attrs.validators.le(256_000)],
    )
    complexity: int = attrs.field(
        default=10, validator=[attrs.validators.ge(0), attrs.validators.le(10)]
    )


DEFAULTS = AudioSettings()
