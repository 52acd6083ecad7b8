"""Linq's own SDK as a judge: it cannot tell the sandbox from Linq."""

import asyncio

from pathlib import Path

import httpx
import linq
import pytest

from linq.types import (
    AttachmentCreateResponse,
    AttachmentRetrieveResponse,
    Chat,
    ChatCreateResponse,
    ChatSendVoicememoResponse,
    Message,
    PhoneNumberListResponse,
)
from linq.types.chats import MessageSendResponse
from pydantic import BaseModel, TypeAdapter

from voicenote.sandbox import Sandbox
from voicenote_linq.sandbox import LinqPlayer


SAMPLE = Path(__file__).parents[1] / "audio" / "samples" / "voice_24k.caf"
LINE, ANN, NEW = "+12025550101", "+12025550123", "+12025550130"


class Chats(BaseModel):
    """What a page of conversations is, by its documentation."""

    chats: list[Chat]
    next_cursor: str | None


class Messages(BaseModel):
    """What a page of messages is, by its documentation."""

    messages: list[Message]
    next_cursor: str | None


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(players=[LinqPlayer]) as serving:
        yield serving


@pytest.fixture
def client(sandbox):
    settings = sandbox.settings("linq")
    with linq.LinqAPIV3(
        base_url=settings["base_url"], api_key=settings["api_key"], max_retries=0
    ) as client:
        yield client


def judged(model, raw):
    """Return an answer as the SDK's type; the SDK itself validates nothing."""
    content = raw.http_response.content
    answer = TypeAdapter(model).validate_json(content, strict=True)
    assert [] == list(extras(answer))
    return answer


def extras(value):
    """Yield the names of fields that the SDK does not know, at any depth."""
    match value:
        case BaseModel():
            yield from value.model_extra or ()
            for name in type(value).model_fields:
                yield from extras(getattr(value, name))
        case list():
            for one in value:
                yield from extras(one)


def chat_of(client, *people):
    """Return the conversation with exactly these people."""
    return next(
        chat
        for chat in client.chats.list_chats(from_=LINE, to=people[0])
        if set(people) == {one.handle for one in chat.handles} - {LINE}
    )


def upload(client, data=None):
    """Return the id of an attachment that has been uploaded as the SDK says."""
    data = data or SAMPLE.read_bytes()
    reserved = client.attachments.create(
        content_type="audio/x-caf", filename="note.caf", size_bytes=len(data)
    )
    httpx.put(
        reserved.upload_url, content=data, headers=reserved.required_headers
    ).raise_for_status()
    return reserved.attachment_id


class TestShapes:
    """Every answer validates against the SDK's types, strictly."""

    def test_lines(self, client):
        """The account's lines."""
        raw = client.phone_numbers.with_raw_response.list()

        assert [LINE] == [
            one.phone_number
            for one in judged(PhoneNumberListResponse, raw).phone_numbers
        ]

    def test_chats(self, client):
        """Every conversation of the default world."""
        raw = client.chats.with_raw_response.list_chats(limit=100)

        assert 30 < len(judged(Chats, raw).chats)

    def test_chat(self, client):
        """One conversation."""
        chat = chat_of(client, ANN)
        raw = client.chats.with_raw_response.retrieve(chat.id)

        assert chat.id == judged(Chat, raw).id

    def test_attachments(self, client):
        """A reservation, and what is known about it."""
        raw = client.attachments.with_raw_response.create(
            content_type="audio/x-caf", filename="note.caf", size_bytes=1
        )
        name = judged(AttachmentCreateResponse, raw).attachment_id
        raw = client.attachments.with_raw_response.retrieve(name)

        assert "pending" == judged(AttachmentRetrieveResponse, raw).status

    def test_opener(self, client):
        """A conversation's first message."""
        raw = client.chats.with_raw_response.create(
            from_=LINE,
            to=["+12025550189"],
            message={"parts": [{"type": "text", "value": "Hello"}]},
        )
        [part] = judged(ChatCreateResponse, raw).chat.message.parts

        assert "Hello" == part.value

    @pytest.mark.parametrize(
        "people",
        [
            pytest.param((ANN,), id="direct"),
            pytest.param((ANN, "+12025550124"), id="group"),
            pytest.param(("+12025550150",), id="SMS"),
            pytest.param(("kit@example.com",), id="e-mail"),
        ],
    )
    def test_voice_memo(self, client, people):
        """A voice memo, and the message that it becomes."""
        chat = chat_of(client, *people)
        raw = client.chats.with_raw_response.send_voicememo(
            chat.id, attachment_id=upload(client)
        )
        memo = judged(ChatSendVoicememoResponse, raw).voice_memo
        raw = client.messages.with_raw_response.retrieve(memo.id)
        message = judged(Message, raw)

        assert (memo.id, chat.id, [memo.voice_memo.id]) == (
            message.id,
            message.chat_id,
            [part.id for part in message.parts],
        )

    def test_messages(self, client):
        """A conversation's messages, after one was sent."""
        chat = chat_of(client, "+12025550161")
        raw = client.chats.messages.with_raw_response.send(
            chat.id, message={"parts": [{"type": "text", "value": "Hello"}]}
        )
        sent = judged(MessageSendResponse, raw).message
        raw = client.chats.messages.with_raw_response.list(chat.id)

        assert [sent.id] == [one.id for one in judged(Messages, raw).messages]


class TestConversation:
    """The SDK, used as its documentation says."""

    def test_pages(self, client):
        """The SDK's own pagination meets every conversation once."""
        ids = [chat.id for chat in client.chats.list_chats(limit=9)]

        assert sorted(set(ids)) == sorted(ids)
        assert len(client.chats.list_chats(limit=100).chats) == len(ids)

    def test_a_deletion(self, client):
        """A deleted attachment is not found."""
        name = upload(client)
        client.attachments.delete(name)

        with pytest.raises(linq.NotFoundError):
            client.attachments.retrieve(name)

    def test_async(self, sandbox):
        """The async client gets the same answers."""
        settings = sandbox.settings("linq")

        async def main():
            async with linq.AsyncLinqAPIV3(
                base_url=settings["base_url"], api_key="sandbox-key", max_retries=0
            ) as client:
                data = SAMPLE.read_bytes()
                reserved = await client.attachments.create(
                    content_type="audio/x-caf", filename="a.caf", size_bytes=len(data)
                )
                async with httpx.AsyncClient() as plain:
                    await plain.put(
                        reserved.upload_url,
                        content=data,
                        headers=reserved.required_headers,
                    )
                chats = [one async for one in client.chats.list_chats(to=ANN)]
                direct = next(chat for chat in chats if not chat.is_group)
                memo = await client.chats.send_voicememo(
                    direct.id, attachment_id=reserved.attachment_id
                )
                return await client.messages.retrieve(memo.voice_memo.id)

        assert "queued" == asyncio.run(main()).delivery_status


class TestErrors:
    """The SDK raises what it documents."""

    def test_a_bad_key(self, sandbox):
        """Another key is an AuthenticationError."""
        base_url = sandbox.settings("linq")["base_url"]

        with (
            linq.LinqAPIV3(base_url=base_url, api_key="wrong") as client,
            pytest.raises(linq.AuthenticationError) as caught,
        ):
            client.phone_numbers.list()

        assert 2004 == caught.value.code

    def test_too_large(self, client):
        """More than 10 MB is a plain APIStatusError with 413."""
        name = upload(client, SAMPLE.read_bytes() + bytes(10_000_000))

        with pytest.raises(linq.APIStatusError) as caught:
            client.chats.send_voicememo(chat_of(client, ANN).id, attachment_id=name)

        assert (413, 5001) == (caught.value.status_code, caught.value.code)

    def test_an_unknown_conversation(self, client):
        """An unknown conversation is a NotFoundError."""
        with pytest.raises(linq.NotFoundError) as caught:
            client.chats.send_voicememo("nobody", attachment_id=upload(client))

        assert 2001 == caught.value.code

    @pytest.mark.parametrize(
        ("number", "error"),
        [
            pytest.param("+12025550140", linq.PermissionDeniedError, id="opted out"),
            pytest.param("+12025550165", linq.UnprocessableEntityError, id="declined"),
            pytest.param("+12025550170", linq.RateLimitError, id="limited"),
            pytest.param("+12025550171", linq.ConflictError, id="creating"),
            pytest.param("+12025550180", linq.InternalServerError, id="breaks"),
            pytest.param("+12025550181", linq.APIConnectionError, id="disconnects"),
            pytest.param("+12025550182", linq.APITimeoutError, id="hangs"),
            pytest.param("+12025550184", linq.InternalServerError, id="garbles"),
        ],
    )
    def test_people_with_trouble(self, client, number, error):
        """Each kind of trouble is the SDK's own class of error."""
        chat, name = chat_of(client, number), upload(client)
        impatient = client.with_options(timeout=0.3)

        with pytest.raises(error):
            impatient.chats.send_voicememo(chat.id, attachment_id=name)

    def test_how_long_to_wait(self, client):
        """The SDK reads from the body how long to wait, in seconds."""
        chat, name = chat_of(client, "+12025550170"), upload(client)

        with pytest.raises(linq.RateLimitError) as caught:
            client.chats.send_voicememo(chat.id, attachment_id=name)

        assert 45 == caught.value.retry_after

    def test_its_retries_are_heard_more_than_once(self, sandbox):
        """With its default retries, the SDK sends one note three times."""
        settings, number = sandbox.settings("linq"), "+12025550180"
        before = [heard.person for heard in sandbox.heard].count(number)
        with linq.LinqAPIV3(
            base_url=settings["base_url"], api_key=settings["api_key"]
        ) as client:
            chat, name = chat_of(client, number), upload(client)
            client._calculate_retry_timeout = lambda *_: 0

            with pytest.raises(linq.InternalServerError):
                client.chats.send_voicememo(chat.id, attachment_id=name)

        after = [heard.person for heard in sandbox.heard].count(number)
        assert 3 == after - before
