"""
The vendors, played: for demonstrations, for tests, and for recording.
"""

from httpx import Request, Response

from .._models import Rendering, Service, Status
from ..audio import Format
from ._faults import (
    Disconnected,
    Effect,
    Fault,
    Faults,
    Perform,
    Silence,
    Trickle,
    afterwards,
    altered,
    changed,
    inflated,
    instead,
    slowly,
    truncated,
)
from ._messages import Chat, Heard, Line, Media, Message, Sound
from ._people import GROUPS, PEOPLE, Group, Person, Trouble
from ._player import Player
from ._postings import Posting, Posts, sign
from ._routes import Routes
from ._server import Sandbox
from ._sound import listen
from ._stage import Exchange, Stage
from ._transport import SandboxTransport
from ._world import World


__all__ = [
    "GROUPS",
    "PEOPLE",
    "Chat",
    "Disconnected",
    "Effect",
    "Exchange",
    "Fault",
    "Faults",
    "Format",
    "Group",
    "Heard",
    "Line",
    "Media",
    "Message",
    "Perform",
    "Person",
    "Player",
    "Posting",
    "Posts",
    "Rendering",
    "Request",
    "Response",
    "Routes",
    "Sandbox",
    "SandboxTransport",
    "Service",
    "Silence",
    "Sound",
    "Stage",
    "Status",
    "Trickle",
    "Trouble",
    "World",
    "afterwards",
    "altered",
    "changed",
    "inflated",
    "instead",
    "listen",
    "sign",
    "slowly",
    "truncated",
]
