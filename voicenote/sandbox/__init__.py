"""
The vendors, played: for demonstrations, for tests, and for recording.
"""

from httpx import Request, Response

from .._models import Rendering, Service, Status
from ..audio import Format
from ._messages import Chat, Heard, Line, Media, Message, Sound
from ._people import GROUPS, PEOPLE, Group, Person, Trouble
from ._player import Player
from ._routes import Routes
from ._server import Sandbox
from ._sound import listen
from ._stage import Disconnected, Exchange, Silence, Stage
from ._transport import SandboxTransport
from ._world import World


__all__ = [
    "GROUPS",
    "PEOPLE",
    "Chat",
    "Disconnected",
    "Exchange",
    "Format",
    "Group",
    "Heard",
    "Line",
    "Media",
    "Message",
    "Person",
    "Player",
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
    "Trouble",
    "World",
    "listen",
]
