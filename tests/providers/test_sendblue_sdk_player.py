"""Sendblue's own SDK as a judge: it cannot tell the sandbox from Sendblue."""

import asyncio

from pathlib import Path

import httpx
import pytest
import sendblue_api

from pydantic import TypeAdapter
from sendblue_api.types import (
    LookupLookupNumberResponse,
    MessageListResponse,
    MessageResponse,
    MessageRetrieveResponse,
)

from voicenote.sandbox import Rendering, Sandbox
from voicenote_sendblue.sandbox import SendbluePlayer


SAMPLE = Path(__file__).parents[1] / "audio" / "samples" / "voice_24k.caf"
LINE, ANN, BOB = "+12025550102", "+12025550123", "+12025550124"


@pytest.fixture
def sandbox():
    with Sandbox(players=[SendbluePlayer]) as serving:
        yield serving


def options(sandbox):
    """Return what the SDK's clients are constructed with."""
    settings = sandbox.settings("sendblue")
    return {name: settings[name] for name in ("base_url", "api_key", "api_secret")}


@pytest.fixture
def client(sandbox):
    with sendblue_api.SendblueAPI(**options(sandbox), max_retries=0) as client:
        yield client


@pytest.fixture
def media_url(client):
    return upload(client)["media_url"]


# The SDK has no method for uploads; this is its escape hatch.
UPLOAD = {
    "cast_to": httpx.Response,
    "files": {"file": ("VoiceNote.caf", SAMPLE.read_bytes(), "audio/x-caf")},
    "options": {"headers": {"Content-Type": "multipart/form-data"}},
}


def upload(client):
    return client.post("/api/upload-file", **UPLOAD).json()


def judged(model, raw):
    """Return an answer as the SDK's type; the SDK itself validates nothing."""
    content = raw.http_response.content
    return TypeAdapter(model).validate_json(content, strict=True)


class TestShapes:
    """Every answer validates against the SDK's types, strictly."""

    @pytest.mark.parametrize(
        "number",
        [
            pytest.param(ANN, id="iMessage"),
            pytest.param("+12025550150", id="SMS"),
            pytest.param("+12025550172", id="error"),
            pytest.param("+12025550173", id="dropped"),
        ],
    )
    def test_a_send_and_its_status(self, client, media_url, number):
        """A send, its status, and its long form."""
        messages = client.messages.with_raw_response
        sent = judged(
            MessageResponse,
            messages.send(
                number=number, from_number=LINE, media_url=media_url, content=""
            ),
        )
        status = judged(
            MessageResponse, messages.get_status(handle=sent.message_handle)
        )
        long = judged(MessageRetrieveResponse, messages.retrieve(sent.message_handle))

        assert sent.message_handle == status.message_handle == long.data.message_handle

    def test_a_declined_send_in_its_long_form(self, client, media_url):
        """DECLINED is known to the SDK's long form only."""
        sent = client.messages.send(
            number="+12025550165", from_number=LINE, media_url=media_url, content=""
        )
        raw = client.messages.with_raw_response.retrieve(sent.message_handle)

        assert "DECLINED" == judged(MessageRetrieveResponse, raw).data.status

    def test_a_list(self, client, media_url):
        """A list of messages, with its pagination."""
        for _ in range(2):
            client.messages.send(
                number=ANN, from_number=LINE, media_url=media_url, content=""
            )
        raw = client.messages.with_raw_response.list(
            number=ANN, is_outbound="true", order_by="createdAt", limit=1
        )
        listed = judged(MessageListResponse, raw)

        assert ([media_url], 2, True) == (
            [one.media_url for one in listed.data],
            listed.pagination.total,
            listed.pagination.has_more,
        )

    def test_a_lookup(self, client):
        """Whether somebody has iMessage."""
        raw = client.lookups.with_raw_response.lookup_number(number=ANN)

        assert "iMessage" == judged(LookupLookupNumberResponse, raw).service


class TestConversation:
    """The SDK, used as its documentation says."""

    def test_an_upload(self, client, media_url):
        """An upload through the SDK is stored byte for byte."""
        assert SAMPLE.read_bytes() == httpx.get(media_url).content

    def test_a_voice_note_is_heard(self, client, media_url, sandbox):
        """A note plays on the phone it was sent to."""
        client.messages.send(
            number=ANN, from_number=LINE, media_url=media_url, content=""
        )

        assert [(ANN, Rendering.VOICE_NOTE)] == [
            (heard.person, heard.rendering) for heard in sandbox.heard
        ]

    def test_a_group_without_content(self, client, media_url, sandbox):
        """Content is mandatory in the SDK's signature, and can be left out."""
        sent = client.groups.send_message(
            content=sendblue_api.omit,
            from_number=LINE,
            numbers=[ANN, BOB],
            media_url=media_url,
        )

        assert [ANN, BOB] == sent.number
        assert [ANN, BOB] == [heard.person for heard in sandbox.heard]

    def test_async(self, sandbox):
        """The async client gets the same answers."""

        async def main():
            async with sendblue_api.AsyncSendblueAPI(**options(sandbox)) as client:
                stored = (await client.post("/api/upload-file", **UPLOAD)).json()
                sent = await client.messages.send(
                    number=ANN,
                    from_number=LINE,
                    media_url=stored["media_url"],
                    content="",
                )
                return await client.messages.get_status(handle=sent.message_handle)

        assert "QUEUED" == asyncio.run(main()).status


class TestErrors:
    """The SDK raises what it documents."""

    def test_bad_keys(self, sandbox):
        """Other keys are an AuthenticationError."""
        wrong = options(sandbox) | {"api_secret": "wrong"}

        with (
            sendblue_api.SendblueAPI(**wrong) as client,
            pytest.raises(sendblue_api.AuthenticationError),
        ):
            client.messages.list()

    @pytest.mark.parametrize(
        ("number", "error"),
        [
            pytest.param("nobody", sendblue_api.BadRequestError, id="not E.164"),
            pytest.param("+12025550170", sendblue_api.BadRequestError, id="limited"),
            pytest.param("+12025550143", sendblue_api.PermissionDeniedError, id="line"),
            pytest.param("+12025550175", sendblue_api.RateLimitError, id="too fast"),
            pytest.param("+12025550180", sendblue_api.InternalServerError, id="breaks"),
            pytest.param(
                "+12025550181", sendblue_api.APIConnectionError, id="disconnects"
            ),
            pytest.param("+12025550182", sendblue_api.APITimeoutError, id="hangs"),
        ],
    )
    def test_people_with_trouble(self, client, media_url, number, error):
        """Each kind of trouble is the SDK's own class of error."""
        impatient = client.with_options(timeout=0.3)

        with pytest.raises(error):
            impatient.messages.send(
                number=number, from_number=LINE, media_url=media_url, content=""
            )

    def test_an_unknown_message(self, client):
        """An unknown message is a NotFoundError."""
        with pytest.raises(sendblue_api.NotFoundError):
            client.messages.get_status(handle="nothing")
