"""
Where notes end up in the tests of an application: nothing leaves, all is kept.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, overload

import attrs

from .. import config
from .._errors import ConfigError, UnconfirmedError
from .._flows import Flow
from .._models import Rendering, Service, Status, VoiceNote
from .._receipts import Receipt
from .._terms import Terms
from ..audio import AudioSpec, Format, UrlSpec
from ._diverted import Patch, divert


Step: TypeAlias = Status | Exception
"""What becomes of a note: a status, or what its send raises."""

_USUAL = (Status.QUEUED, Status.DELIVERED)
_ON_ITS_WAY = (Status.SENT, Status.DELIVERED, Status.READ)


@attrs.frozen
class Posted:
    """
    A note in the outbox.

    Attributes:
        provider: Whom it would have left through.

        note: What was sent, with its audio in memory, or its URL.

        receipt: What the sender was given.
    """

    provider: str
    note: VoiceNote
    receipt: Receipt


class _AnyUrl(UrlSpec):
    """No URL is fetched: that would leave."""

    def objection(self, url: str) -> str | None:  # noqa: ARG002
        return None


_ACCEPTS = AudioSpec(
    takes=frozenset(Format),
    targets=(Format.CAF_OPUS, Format.WAV),
    max_bytes=100_000_000,
    urls=_AnyUrl((), query=True),
)


@attrs.define(eq=False)
class Outbox(Sequence[Posted]):
    """
    The notes that were sent, the oldest first, instead of leaving.

    Every client of a test, blocking or not, sends into it, under its providers' names,
    and so does `voicenote.send`; what the configuration lacks does not matter. Audio is
    read and checked, and neither converted nor fetched.
    """

    _posted: list[Posted] = attrs.field(init=False, factory=list)
    _scripts: deque[tuple[Step, ...]] = attrs.field(init=False, factory=deque)
    _courses: dict[str, deque[Status]] = attrs.field(init=False, factory=dict)

    @property
    def notes(self) -> list[VoiceNote]:
        """The notes alone."""
        return [posted.note for posted in self._posted]

    @overload
    def __getitem__(self, index: int) -> Posted: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Posted]: ...
    def __getitem__(self, index: int | slice) -> Posted | Sequence[Posted]:
        return self._posted[index]

    def __len__(self) -> int:
        return len(self._posted)

    def script(self, *course: Step) -> None:
        """
        Say what becomes of the next note that has no script yet.

        Args:
            course: The first is what its send comes to: a status, or an error that it
                raises. Each one after is what a lookup tells; the last one stays.
                Without a script a note is queued, and then delivered.
        """
        self._scripts.append(course or _USUAL)

    def divert(self, patch: Patch) -> None:
        """Have every client send here until *patch*, pytest's monkeypatch, ends."""
        divert(patch, Terms, "providers", self._letterboxes)
        patch.setattr(config, "configured", _configured)

    def accept(self, name: str, line: str | None, note: VoiceNote) -> Receipt:
        """
        Return a receipt for *note*, which is kept.

        Args:
            name: Whom it would leave through.

            line: What it would go out from, unless it says so itself.

        Raises:
            Exception: What was scripted.
        """
        first, *later = self._scripts.popleft() if self._scripts else _USUAL
        if isinstance(first, Exception):
            raise _traced(first, name, note)
        statuses = [one for one in later if isinstance(one, Status)]
        receipt = _told(name, f"outbox-{len(self) + 1}", first)
        receipt = attrs.evolve(
            receipt,
            to=note.to,
            sender=note.sender or line,
            chat=note.chat,
            key=note.key,
        )
        self._courses[receipt.id] = deque(statuses or [first])
        self._posted.append(Posted(name, note, receipt))
        return receipt

    def look_up(self, name: str, message_id: str) -> Receipt:
        """
        Return what its script says about a note now.

        Raises:
            ConfigError: It was not sent here.
        """
        course = self._courses.get(message_id)
        if course is None:
            raise ConfigError(f"no note with id {message_id!r} is in the outbox")
        status = course.popleft() if len(course) > 1 else course[0]
        return _told(name, message_id, status)

    def _letterboxes(self, real: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            name: Letterbox(self, name, getattr(provider, "sender", None))
            for name, provider in real.items()
        }


@attrs.frozen
class Letterbox:
    """A provider that puts every note into an outbox."""

    outbox: Outbox = attrs.field(repr=False)
    name: str
    sender: str | None = None
    accepts: AudioSpec = attrs.field(default=_ACCEPTS, repr=False)

    def send(self, note: VoiceNote) -> Flow[Receipt]:
        """Put *note* into the outbox."""
        yield from ()
        return self.outbox.accept(self.name, self.sender, note)

    def status(self, message_id: str) -> Flow[Receipt]:
        """Return what the outbox's script says."""
        yield from ()
        return self.outbox.look_up(self.name, message_id)


def _told(name: str, message_id: str, status: Status) -> Receipt:
    is_known = status in _ON_ITS_WAY
    return Receipt(
        name,
        message_id,
        status,
        service=Service.IMESSAGE if is_known else None,
        rendering=Rendering.VOICE_NOTE if is_known else None,
    )


def _traced(error: Exception, name: str, note: VoiceNote) -> Exception:
    """Return *error*; one about doubt says of which note, as it does in production."""
    if isinstance(error, UnconfirmedError) and error.receipt is None:
        error.receipt = Receipt(
            name, "", Status.UNKNOWN, to=note.to, chat=note.chat, key=note.key
        )
    return error


def _configured(
    path: str | Path | None = None,
    providers: Iterable[str] | None = None,
    *,
    env: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what a client needs in order to have the configuration's names."""
    names = _names(path, env) if providers is None else list(providers)
    return {"providers": dict.fromkeys(names)}


def _names(path: str | Path | None, env: Mapping[str, str] | None) -> list[str]:
    try:
        return config.order(config.find(path, env), config.installed())
    except ConfigError:  # a test has no credentials
        return ["outbox"]
