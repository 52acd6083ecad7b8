"""
What docs/webhooks.md shows, run for real.
"""

import json
import re
import sys

from pathlib import Path
from types import ModuleType

import anyio
import django
import httpx
import pytest

from django.conf import settings as django_settings

import voicenote

from tests.conftest import CAF, SAMPLES
from tests.webhooks.conftest import packed, sendblue_event
from voicenote import VoiceNote, callback_url
from voicenote.config import variable
from voicenote.sandbox import SandboxTransport, Stage


TEXT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
ANN = "+12025550123"
URLS = "voicenote_webhooks_example"


def _example(word):
    [code] = [one for one in EXAMPLES if word in one]
    return code


@pytest.fixture
def stage():
    return Stage.of()


@pytest.fixture
def configured(stage, monkeypatch, tmp_path):
    """Configure every provider for the stage, by the environment alone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICENOTE_PROVIDERS", "linq,sendblue")
    for name in ("linq", "sendblue"):
        for key, value in stage.settings(name).items():
            monkeypatch.setenv(variable(name, key), value)


def _executed(word):
    names = {"__name__": URLS}
    exec(compile(_example(word), "docs/webhooks.md", "exec"), names)  # noqa: S102
    return names


def _fastapi(names):
    # Starlette's own client wants another HTTP library than ours.
    transport = httpx.ASGITransport(names["app"], raise_app_exceptions=False)

    async def posted(path, body, headers):
        async with httpx.AsyncClient(transport=transport) as web:
            url = f"https://app.example{path}"
            return (await web.post(url, content=body, headers=headers)).status_code

    return lambda *posting: anyio.run(posted, *posting)


def _flask(names):
    web = names["app"].test_client()

    def post(path, body, headers):
        return web.post(path, data=body, headers=headers).status_code

    return post


def _django(names):
    if not django_settings.configured:
        django_settings.configure(ROOT_URLCONF=URLS, ALLOWED_HOSTS=["*"])
        django.setup()
    from django.test import Client
    from django.urls import clear_url_caches

    module = sys.modules[URLS] = ModuleType(URLS)
    module.urlpatterns = names["urlpatterns"]
    clear_url_caches()
    web = Client(raise_request_exception=False, enforce_csrf_checks=True)

    def post(path, body, headers):
        kind = "application/json"
        return web.post(path, body, content_type=kind, headers=headers).status_code

    return post


FRAMEWORKS = {"FastAPI": _fastapi, "Flask": _flask, "django": _django}


@pytest.fixture(params=FRAMEWORKS)
def handler(request, configured):
    """Return the names in an example, and what posts to it."""
    names = _executed(f"from {request.param.lower()}")
    yield names, FRAMEWORKS[request.param](names)
    sys.modules.pop(URLS, None)


@pytest.mark.parametrize("vendor", ["linq", "sendblue"])
def test_a_handler_takes_what_is_genuine_once(handler, stage, vendor):
    """A reply is answered 204, goes into the queue, and only once."""
    names, post = handler
    posting = stage.reply(vendor, ANN, CAF)

    codes = [post(f"/hooks/{vendor}", posting.body, posting.headers) for _ in range(2)]

    assert [204, 204] == codes
    assert ANN == names["queue"].get_nowait()["sender"]
    assert names["queue"].empty()


@pytest.mark.parametrize("vendor", ["linq", "sendblue"])
def test_a_handler_refuses_what_is_not_genuine(handler, stage, vendor):
    """A changed body or a missing proof is answered 400, and nothing is done."""
    names, post = handler
    posting = stage.reply(vendor, ANN, CAF)

    assert 400 == post(f"/hooks/{vendor}", posting.body, {})
    assert 400 == post("/hooks/linq", posting.body + b" ", posting.headers)
    assert names["queue"].empty()


def test_a_handler_takes_a_callback_by_its_token(handler, stage):
    """The framework hands the query over, in which the token is."""
    _, post = handler
    secret = stage.settings("sendblue")["webhook_secret"]
    path = callback_url("/hooks/sendblue", secret, "key-1")

    assert 204 == post(path, packed(sendblue_event()), {})
    assert 400 == post(path + "x", packed(sendblue_event()), {})


def test_trouble_of_ones_own_is_a_500(handler, stage):
    """The vendor tries again, as nothing was done."""
    names, post = handler
    del names["seen"]
    posting = stage.reply("linq", ANN, CAF)

    assert 500 == post("/hooks/linq", posting.body, posting.headers)


def test_a_handler_knows_its_providers_only(handler):
    """Another name is no route."""
    _, post = handler

    assert post("/hooks/other", b"{}", {}) in (404, 422)


def test_the_sandboxs_example_runs(tmp_path, monkeypatch, capsys):
    """As it is printed."""
    (tmp_path / "hello.m4a").write_bytes((SAMPLES / "speech.m4a").read_bytes())
    monkeypatch.chdir(tmp_path)

    exec(_example("from voicenote.sandbox"), {})  # noqa: S102

    assert 3 == len(capsys.readouterr().out.splitlines())


def test_the_first_example_runs(capsys):
    """News of both kinds are told apart."""
    from voicenote_linq import Linq

    transport = SandboxTransport()
    stage = transport.stage
    provider = Linq(**stage.settings("linq"))
    with voicenote.Client([provider], transport=transport) as client:
        client.send(VoiceNote(CAF, ANN))
        [first, *_] = stage.events("linq")
        names = {"client": client, "Receipt": voicenote.Receipt}
        names |= {"Inbound": voicenote.Inbound, "headers": first.headers}
        exec(EXAMPLES[0], {**names, "body": first.body})  # noqa: S102

    assert json.loads(first.body)["data"]["id"] in capsys.readouterr().out


def test_every_framework_is_shown():
    """One example each, and no more."""
    assert 3 == sum("def hook" in one for one in EXAMPLES)
