"""A player's routing table."""

import pytest

from voicenote.sandbox import Request, Response, Routes


@pytest.fixture
def routes():
    routes = Routes()

    @routes("GET", "api.acme.example", "/v1.0/notes/{note_id}/parts/{part}")
    def read(state, request, note_id, part):
        return Response(200, json=[state, request.method, note_id, part])

    return routes


def test_braces_become_keywords(routes):
    """The parts of a path in braces are given to the function, unquoted."""
    request = Request("GET", "https://api.acme.example/v1.0/notes/a%20b/parts/2?c=d")

    assert ["state", "GET", "a b", "2"] == routes.find(request)("state").json()


@pytest.mark.parametrize(
    ("method", "url"),
    [
        pytest.param("POST", "https://api.acme.example/v1.0/notes/a/parts/2", id="method"),
        pytest.param("GET", "https://acme.example/v1.0/notes/a/parts/2", id="host"),
        pytest.param("GET", "https://api.acme.example/v1.0/notes/a", id="shorter"),
        pytest.param("GET", "https://api.acme.example/v1.0/notes/a/parts/2/3", id="longer"),
        pytest.param("GET", "https://api.acme.example/v1x0/notes/a/parts/2", id="dot"),
    ],
)  # fmt: skip
def test_everything_must_fit(routes, method, url):
    """Another method, host or path is nobody's."""
    assert routes.find(Request(method, url)) is None
