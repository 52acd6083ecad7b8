"""
Providers without a vendor, what they are answered, and how far a plan is driven.
"""

import attrs
import httpx

import voicenote

from tests.conftest import Courier
from voicenote import Receipt
from voicenote._flows import Pause, Work
from voicenote._plans import Policy
from voicenote._retry import Retry


ADA, BOB = "+12025550123", "+12025550124"


@attrs.frozen
class Finder(Courier):
    """A courier that lists what it has accepted."""

    def find(self, trace):
        response = yield voicenote.request("GET", f"https://{self.name}.example/notes")
        for one in response.json():
            return Receipt(self.name, one["id"], "sent", to=one.get("to", ()))
        return None


ONE, TWO, FINDER = Courier("one"), Courier("two"), Finder("one")


def policy_of(clock, journal, **more):
    """Return what plans share, with one look and no jitter."""
    return Policy(
        retry=Retry(attempts=3, jitter=lambda: 1.0),
        clock=clock,
        now=clock,
        journal=journal,
        looks=(1.0,),
        **more,
    )


def stored():
    """Return the answer to an upload."""
    return httpx.Response(201)


def sent(name="n1"):
    """Return the answer to a send."""
    return httpx.Response(200, json={"id": name, "status": "queued"})


def listed(*notes):
    """Return the answer to a look."""
    return httpx.Response(200, json=list(notes))


def posts(done):
    """Return the requests that make a note heard."""
    return [
        one for one in done.requests if (one.method, one.url.path) == ("POST", "/notes")
    ]


def until_sending(plan, path="/notes"):
    """Drive *plan* until it asks for the request to *path*."""
    answer = None
    while True:
        match ask := plan.send(answer):
            case Work():
                answer = ask.function()
            case httpx.Request() if ask.url.path == path:
                return
            case httpx.Request():
                answer = stored()
                answer.request = ask
            case Pause():
                answer = None
