"""
Sendblue's hosts, its way to say no, and how it reads a request.
"""

import json

from collections.abc import Callable
from typing import Any

from voicenote.sandbox import Request, Response, Routes, World


NAME = "sendblue"

# Both serve the same paths: https://docs.sendblue.com/api
HOSTS = ("api.sendblue.co", "api.sendblue.com")
STORE = "storage.googleapis.com"
BUCKET = "inbound-file-store"

# https://docs.sendblue.com/getting-started/webhooks; the secret is the sandbox's own
HEADER = "sb-signing-secret"
SECRET = "sandbox-webhook-secret"  # noqa: S105

routes = Routes()

Answer = Callable[..., Response]


def api(method: str, path: str) -> Callable[[Answer], Answer]:
    """Return a decorator that enters a function under both API hosts."""

    def entered(answer: Answer) -> Answer:
        for host in HOSTS:
            routes(method, host, path)(answer)
        return answer

    return entered


class Refused(Exception):  # noqa: N818
    """
    Sendblue says no.

    Args:
        message: Why.

        status: The HTTP status.

        body: What the error's body has beside ``status`` and a message.
    """

    def __init__(self, message: str, *, status: int = 400, **body: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = body

    def response(self) -> Response:
        """Return it as an answer; errors with a code call their text error_message."""
        # https://docs.sendblue.com/getting-started/sending-messages
        name = "error_message" if "error_code" in self.body else "message"
        return Response(
            self.status, json={"status": "ERROR", **self.body, name: str(self)}
        )


def invalid(message: str) -> Refused:
    """Return the refusal of a request that is not valid (4000)."""
    return Refused(message, error_code=4000)


def body_of(request: Request) -> dict[str, Any]:
    """
    Return a request's JSON object.

    Raises:
        Refused: It is none (4000).
    """
    try:
        body = json.loads(request.content)
    except (ValueError, RecursionError) as error:
        raise invalid("The body is not valid JSON") from error
    if not isinstance(body, dict):
        raise invalid("The body is not a JSON object")
    return body


def webhooks(world: World) -> dict[str, Any]:
    """Return what is posted where, by type; whoever changes it changes the account."""
    found: dict[str, Any] = world.accounts.setdefault(NAME, {})
    return found


def is_ours(world: World, number: object) -> bool:
    """Return whether *number* is one of this account's lines."""
    line = world.lines.get(str(number))
    return line is not None and line.provider == NAME
