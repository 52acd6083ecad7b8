"""
What goes over the wire, compared with the official SDKs'.

The same note, one recording server: method, path, query and body are the same. Headers
by which a client says who it is (user-agent, x-stainless-*) are everybody's own.
"""

import asyncio

import linq
import pytest
import sendblue_api

import voicenote

from voicenote_linq import Linq
from voicenote_sendblue import Sendblue

from ..conftest import CAF
from .conftest import ANN, ATTACHMENT, AUDIO, BOB, CHAT, LINE, MESSAGE


CALLBACK = "https://app.example.com/notes"
KEYS = {"api_key": "key", "api_secret": "secret"}


@pytest.fixture
def ours(recorder):
    """Our client of both vendors."""
    providers = [
        Linq(
            api_key="key",
            sender=LINE,
            opener="May I send notes?",
            base_url=recorder.url,
        ),
        Sendblue(**KEYS, sender=LINE, base_url=recorder.url),
    ]
    with voicenote.Client(providers) as client:
        yield client


@pytest.fixture
def linq_sdk(recorder):
    """Linq's own client."""
    with linq.LinqAPIV3(api_key="key", base_url=recorder.url) as client:
        yield client


@pytest.fixture
def sendblue_sdk(recorder):
    """Sendblue's own client."""
    with sendblue_api.SendblueAPI(**KEYS, base_url=recorder.url) as client:
        yield client


class TestLinq:
    """Requests to Linq."""

    def test_a_note_by_upload(self, recorder, ours, linq_sdk):
        """
        A chat is looked up, a place reserved, and a memo sent, as the SDK does it.

        The PUT between the last two is neither Linq's nor the SDK's. Its caller names
        the page's size and the file; here both are ours.
        """

        note = voicenote.VoiceNote(CAF, ANN)
        asked = recorder.during(lambda: ours.send(note, via="linq"))
        reserved = asked[1].body

        def same():
            linq_sdk.chats.list_chats(from_=LINE, to=ANN, limit=100)
            linq_sdk.attachments.create(
                filename=reserved["filename"],
                content_type="audio/x-caf",
                size_bytes=len(CAF),
            )
            linq_sdk.chats.send_voicememo(CHAT, attachment_id=ATTACHMENT)

        assert recorder.during(same) == [one for one in asked if one.method != "PUT"]

    def test_a_note_by_url(self, recorder, ours, linq_sdk):
        """A URL goes out in voice_memo_url, and nothing else does."""
        note = voicenote.VoiceNote(AUDIO, chat=CHAT)
        asked = recorder.during(lambda: ours.send(note, via="linq"))

        assert asked == recorder.during(
            lambda: linq_sdk.chats.send_voicememo(CHAT, voice_memo_url=AUDIO)
        )

    def test_an_opener(self, recorder, ours, linq_sdk):
        """A chat is opened with a text; the key is ours, the SDK leaves it to callers."""
        note = voicenote.VoiceNote(AUDIO, BOB, key="key-1")
        asked = recorder.during(lambda: ours.send(note, via="linq"))

        def same():
            linq_sdk.chats.list_chats(from_=LINE, to=BOB, limit=100)
            linq_sdk.chats.create(
                from_=LINE,
                to=[BOB],
                message={
                    "parts": [{"type": "text", "value": "May I send notes?"}],
                    "idempotency_key": "key-1-opener",
                },
            )
            linq_sdk.messages.retrieve(MESSAGE)
            linq_sdk.chats.send_voicememo(CHAT, voice_memo_url=AUDIO)

        assert recorder.during(same) == asked

    def test_what_became_of_a_note(self, recorder, ours, linq_sdk):
        """A message is asked for by its id."""
        asked = recorder.during(lambda: ours.status(MESSAGE, via="linq"))

        assert asked == recorder.during(lambda: linq_sdk.messages.retrieve(MESSAGE))

    def test_the_lines(self, recorder, ours, linq_sdk):
        """A check lists the account's lines."""
        asked = recorder.during(lambda: ours.check("linq"))

        assert asked == recorder.during(linq_sdk.phone_numbers.list)

    def test_headers(self, recorder, ours, linq_sdk):
        """The key and the body's type are said as the SDK says them."""
        note = voicenote.VoiceNote(AUDIO, chat=CHAT)
        [asked] = recorder.during(lambda: ours.send(note, via="linq"))
        [same] = recorder.during(
            lambda: linq_sdk.chats.send_voicememo(CHAT, voice_memo_url=AUDIO)
        )
        names = "authorization", "content-type", "accept"

        assert same.named(*names) == asked.named(*names)

    def test_an_upload_is_without_the_key(self, recorder, ours):
        """The PUT goes to storage with exactly the headers that were signed."""
        note = voicenote.VoiceNote(CAF, chat=CHAT)
        asked = recorder.during(lambda: ours.send(note, via="linq"))
        [put] = [one for one in asked if one.method == "PUT"]

        assert {"content-type", "content-length", "host"} == set(put.headers)


class TestSendblue:
    """Requests to Sendblue. The SDK has none for uploads and for the list of lines."""

    def test_a_direct_note(self, recorder, ours, sendblue_sdk):
        """A note to one person has no content."""
        note = voicenote.VoiceNote(AUDIO, ANN, callback_url=CALLBACK)
        asked = recorder.during(lambda: ours.send(note, via="sendblue"))

        assert asked == recorder.during(
            lambda: sendblue_sdk.messages.send(
                number=ANN,
                from_number=LINE,
                media_url=AUDIO,
                status_callback=CALLBACK,
            )
        )

    def test_a_note_to_a_group(self, recorder, ours, sendblue_sdk):
        """
        A note to several people names them all.

        The SDK demands content, and knows no status_callback; the API does without the
        one, and takes the other.
        """
        note = voicenote.VoiceNote(AUDIO, [ANN, BOB], callback_url=CALLBACK)
        asked = recorder.during(lambda: ours.send(note, via="sendblue"))

        assert asked == recorder.during(
            lambda: sendblue_sdk.groups.send_message(
                content=sendblue_api.omit,
                numbers=[ANN, BOB],
                from_number=LINE,
                media_url=AUDIO,
                extra_body={"status_callback": CALLBACK},
            )
        )

    def test_a_note_to_a_group_that_exists(self, recorder, ours, sendblue_sdk):
        """A group is named by its id instead of its people; no callback, no field."""
        note = voicenote.VoiceNote(AUDIO, chat="sb_group_1")
        asked = recorder.during(lambda: ours.send(note, via="sendblue"))

        assert asked == recorder.during(
            lambda: sendblue_sdk.groups.send_message(
                content=sendblue_api.omit,
                group_id="sb_group_1",
                from_number=LINE,
                media_url=AUDIO,
            )
        )

    def test_what_became_of_a_note(self, recorder, ours, sendblue_sdk):
        """A message is asked for by its handle, in the query."""
        asked = recorder.during(lambda: ours.status(MESSAGE, via="sendblue"))

        assert asked == recorder.during(
            lambda: sendblue_sdk.messages.get_status(handle=MESSAGE)
        )

    def test_headers(self, recorder, ours, sendblue_sdk):
        """The keys and the body's type are said as the SDK says them."""
        note = voicenote.VoiceNote(AUDIO, ANN)
        [asked] = recorder.during(lambda: ours.send(note, via="sendblue"))
        [same] = recorder.during(
            lambda: sendblue_sdk.messages.send(number=ANN, media_url=AUDIO)
        )
        names = "sb-api-key-id", "sb-api-secret-key", "content-type", "accept"

        assert same.named(*names) == asked.named(*names)


class TestALostAnswer:
    """A POST is read, and the connection breaks before the answer."""

    @pytest.mark.parametrize(
        "provider",
        [
            pytest.param(
                lambda url: Linq(api_key="key", sender=LINE, base_url=url), id="linq"
            ),
            pytest.param(
                lambda url: Sendblue(**KEYS, sender=LINE, base_url=url), id="sendblue"
            ),
        ],
    )
    def test_we_send_once(self, recorder, sender, provider):
        """
        The note is posted once, and the error says that nobody knows.

        It is looked for with GET, and not found: the recorder knows of nothing.
        """
        recorder.loses = True
        note = voicenote.VoiceNote(AUDIO, chat=CHAT)

        with pytest.raises(voicenote.UnconfirmedError):
            sender([provider(recorder.url)], note, looks=(0.01,))

        assert 1 == len(recorder.posts)

    def test_linq_sdk_sends_three_times(self, recorder, linq_sdk):
        """By default, Linq's SDK posts the memo three times."""
        recorder.loses = True
        linq_sdk._calculate_retry_timeout = lambda *_: 0

        with pytest.raises(linq.APIConnectionError):
            linq_sdk.chats.send_voicememo(CHAT, voice_memo_url=AUDIO)

        assert [f"/v3/chats/{CHAT}/voicememo"] * 3 == recorder.posts

    def test_sendblue_sdk_sends_three_times(self, recorder, sendblue_sdk):
        """By default, Sendblue's SDK posts the note three times."""
        recorder.loses = True
        sendblue_sdk._calculate_retry_timeout = lambda *_: 0

        with pytest.raises(sendblue_api.APIConnectionError):
            sendblue_sdk.messages.send(number=ANN, media_url=AUDIO)

        assert ["/api/send-message"] * 3 == recorder.posts

    def test_linq_async_sdk_sends_three_times(self, recorder):
        """Awaiting makes no difference to Linq's SDK."""
        recorder.loses = True

        async def main():
            async with linq.AsyncLinqAPIV3(
                api_key="key", base_url=recorder.url
            ) as client:
                client._calculate_retry_timeout = lambda *_: 0
                await client.chats.send_voicememo(CHAT, voice_memo_url=AUDIO)

        with pytest.raises(linq.APIConnectionError):
            asyncio.run(main())

        assert 3 == len(recorder.posts)

    def test_sendblue_async_sdk_sends_three_times(self, recorder):
        """Awaiting makes no difference to Sendblue's SDK."""
        recorder.loses = True

        async def main():
            async with sendblue_api.AsyncSendblueAPI(
                **KEYS, base_url=recorder.url
            ) as client:
                client._calculate_retry_timeout = lambda *_: 0
                await client.messages.send(number=ANN, media_url=AUDIO)

        with pytest.raises(sendblue_api.APIConnectionError):
            asyncio.run(main())

        assert 3 == len(recorder.posts)
