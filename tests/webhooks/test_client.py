"""
Receiving through a client: what a webhook adds to what is known.
"""

import anyio
import attrs
import httpx
import pytest

import voicenote

from tests.conftest import CAF, SAMPLES
from tests.webhooks.conftest import (
    ANN,
    AUDIO,
    CHAT,
    LINE,
    MESSAGE,
    SHARED_SECRET,
    Clock,
    linq_event,
    memo,
    new,
    packed,
    sendblue_event,
    signed,
)
from voicenote import (
    Audio,
    AudioFetchError,
    AudioTooLargeError,
    ConfigError,
    Format,
    Inbound,
    Status,
    VoiceNote,
    WebhookError,
    callback_url,
)
from voicenote._prepare import Fetching
from voicenote.audio import inspect, sniff


FAILED = linq_event("message.failed", {"code": 4001, "message_id": MESSAGE})
MEMO = {"voice_memo": {"id": MESSAGE, "status": "queued", "chat": {"id": CHAT}}}


def _client(*providers, answers=None, **terms):
    """Return a client at a time that stands, which asks nobody but *answers*."""
    transport = httpx.MockTransport(answers or _nobody)
    client = voicenote.Client(providers, transport=transport, **terms)
    fetching = Fetching(resolve=lambda _: ["93.184.216.34"])
    client._policy = attrs.evolve(client._policy, now=Clock(), fetching=fetching)
    return client


def _nobody(request):
    raise AssertionError(f"nobody was to be asked: {request.url}")


def _received(client, *events):
    return [
        news
        for event in events
        for news in client.receive("linq", signed(packed(event)), packed(event))
    ]


def test_news_of_a_note_join_what_is_known(linq):
    """A receipt from a webhook has the note's key and recipients, if it was sent here."""
    client = _client(linq, answers=lambda _: httpx.Response(202, json=MEMO))
    note = VoiceNote("https://cdn.example/a.mp3", chat=CHAT, key="key-1")
    client.send(note)

    [receipt] = _received(client, new("message.delivered"))

    assert ("key-1", Status.DELIVERED) == (receipt.key, receipt.status)
    assert client.send(note).status is Status.DELIVERED


def test_a_failed_note_that_arrives_has_arrived(linq):
    """In whichever order the two reports come, and however often."""
    client = _client(linq, answers=lambda _: httpx.Response(202, json=MEMO))
    client.send(VoiceNote("https://cdn.example/a.mp3", chat=CHAT, key="key-1"))
    delivered = new("message.delivered")

    told = _received(client, FAILED, delivered, FAILED, new("message.sent"))

    assert [Status.FAILED, *[Status.DELIVERED] * 3] == [one.status for one in told]
    assert "4001" == told[-1].failure.code


def test_news_of_a_note_that_was_sent_elsewhere_are_told_as_they_are(linq):
    """A journal that does not know the note adds nothing."""
    [receipt] = _received(_client(linq), new("message.read"))

    assert (None, Status.READ) == (receipt.key, receipt.status)


def test_news_have_the_name_that_the_client_uses(linq):
    """A second account has a name of its own, by which its receipts are known."""
    client = _client(linq)
    client.providers = {"backup": linq}
    body = packed(new("message.received", memo()))

    [inbound] = client.receive("backup", signed(body), body)

    assert "backup" == inbound.provider


def test_news_are_told_to_observers(linq):
    """What a webhook says is an event, as what a look-up says is."""
    events = []
    client = _client(linq)
    client._policy = attrs.evolve(client._policy, observe=events.append)

    _received(client, new("message.read"))

    assert [("receipt", "linq")] == [(one.kind, one.provider) for one in events]


def test_the_callback_of_one_note_says_nothing_of_another(sendblue):
    """Whoever has seen one note's URL can forge news of that note alone."""
    answers = iter([sendblue_event(status="QUEUED", message_handle="n1")])
    client = _client(
        sendblue, answers=lambda _: httpx.Response(200, json=next(answers))
    )
    note = VoiceNote("https://cdn.example/a.caf", ANN, key="key-1")
    client.send(note)
    url = callback_url("/s", SHARED_SECRET, "key-1")

    with pytest.raises(WebhookError, match="another note"):
        client.receive(
            "sendblue", {}, packed(sendblue_event(message_handle="n2")), url=url
        )
    body = packed(sendblue_event(message_handle="n1"))
    assert ["key-1"] == [
        one.key for one in client.receive("sendblue", {}, body, url=url)
    ]


BODY = packed(new("message.sent"))
SIGNED = signed(BODY)
HEADERS = {
    "mapping": SIGNED,
    "other case": {name.title(): value for name, value in SIGNED.items()},
    "pairs": list(SIGNED.items()),
    "ASGI": [(name.encode(), value.encode()) for name, value in SIGNED.items()],
    "bytes": {name.encode(): value.encode() for name, value in SIGNED.items()},
    "httpx": httpx.Headers(SIGNED),
    "with strangers": {**SIGNED, "x-n": 5, "x-none": None},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_headers_are_taken_as_frameworks_have_them(linq, headers):
    """A mapping or pairs, texts or bytes, in any case."""
    assert 1 == len(_client(linq).receive("linq", headers, BODY))


@pytest.mark.parametrize(
    "body",
    [BODY, BODY.decode(), bytearray(BODY), memoryview(BODY)],
    ids=["bytes", "str", "bytearray", "memoryview"],
)
def test_the_body_is_taken_as_frameworks_have_it(linq, body):
    """Bytes, or the text that they are."""
    assert 1 == len(_client(linq).receive("linq", SIGNED, body))


def test_a_parsed_body_is_a_mistake_of_the_callers(linq):
    """It could not be verified; the error says what to give instead."""
    with pytest.raises(TypeError, match="bytes as they came"):
        _client(linq).receive("linq", SIGNED, new("message.sent"))


def test_a_provider_may_have_no_webhooks(note):
    """The error names it."""
    from tests.conftest import Courier

    with pytest.raises(ConfigError, match="courier has no webhooks"):
        _client(Courier()).receive("courier", {}, b"")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_other_client_receives_as_well(linq, backend):
    """Awaited, on asyncio and on trio."""

    async def main():
        async with voicenote.AsyncClient([linq]) as client:
            client._policy = attrs.evolve(client._policy, now=Clock())
            return await client.receive("linq", SIGNED, BODY)

    [receipt] = anyio.run(main, backend=backend)

    assert MESSAGE == receipt.id


INBOUND = Inbound("linq", MESSAGE, sender=ANN, line=LINE, url=AUDIO, at="2026-03-01")


def test_an_inbound_note_can_wait_in_a_queue():
    """JSON both ways; and neither its repr nor its comparison has what is secret."""
    inbound = attrs.evolve(INBOUND, service="iMessage", raw={"a": 1})

    assert inbound == Inbound.from_dict({**inbound.to_dict(), "unknown": 1})
    assert AUDIO not in repr(inbound)


def _serving(content):
    asked = []

    def answers(request):
        asked.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(content))

    return asked, answers


def test_opus_in_caf_comes_down_as_ogg(linq):
    """Speech-to-text services read Ogg; the sound is the same, to the packet."""
    asked, answers = _serving(CAF)

    audio = _client(linq, answers=answers).download(INBOUND)

    assert (Format.OGG_OPUS, "audio/ogg") == (sniff(audio.data), audio.content_type)
    assert inspect(Audio(CAF)).duration == pytest.approx(
        inspect(audio).duration, abs=0.01
    )
    assert ["authorization" in one.headers for one in asked] == [False]


@pytest.mark.parametrize("name", ["speech.m4a", "speech.mp3", "pcm.caf", "speech.wav"])
def test_everything_else_comes_down_as_it_is(linq, name):
    """Nothing is decoded that need not be."""
    content = (SAMPLES / name).read_bytes()
    inbound = attrs.evolve(INBOUND, filename="theirs")

    audio = _client(linq, answers=_serving(content)[1]).download(inbound)

    assert (content, "theirs") == (audio.data, audio.filename)
    assert sniff(content).content_type == audio.content_type


def test_another_format_is_made_on_request(linq):
    """For example for a service that reads WAV alone."""
    audio = _client(linq, answers=_serving(CAF)[1]).download(INBOUND, to=Format.WAV)

    assert Format.WAV is sniff(audio.data)


def test_a_page_instead_of_audio_is_an_error(linq):
    """A link that has expired often leads to a page."""
    with pytest.raises(voicenote.AudioError):
        _client(linq, answers=_serving(b"<html>gone</html>")[1]).download(INBOUND)


def test_too_much_is_not_read(linq):
    """The client's own limit holds for what comes in."""
    limit = voicenote.AudioSettings(max_bytes=1000)

    with pytest.raises(AudioTooLargeError):
        _client(linq, answers=_serving(b"x" * 1001)[1], audio=limit).download(INBOUND)


PLACES = {
    "none": "",
    "http": "http://cdn.example/a.caf",
    "loopback": "https://127.0.0.1/a.caf",
    "metadata": "http://169.254.169.254/latest",
    "name of this machine": "https://localhost/a.caf",
    "file": "file:///etc/passwd",
    "no URL": "https://[a",
    "no host": "https://",
}


@pytest.mark.parametrize("url", PLACES.values(), ids=PLACES)
def test_a_place_that_nobody_should_ask_is_refused(linq, url):
    """Whoever writes a webhook must not choose what is asked inside the house."""
    with pytest.raises(AudioFetchError):
        _client(linq).download(attrs.evolve(INBOUND, url=url))


def test_a_name_that_leads_inside_is_refused(linq):
    """The address decides, not the name."""
    client = _client(linq)
    fetching = Fetching(resolve=lambda _: ["93.184.216.34", "10.0.0.1"])
    client._policy = attrs.evolve(client._policy, fetching=fetching)

    with pytest.raises(AudioFetchError, match="not public"):
        client.download(INBOUND)


@pytest.mark.parametrize(
    "location",
    ["https://10.0.0.1/a", "http://cdn.example/a", "https://[a", "file:///etc/passwd"],
)
def test_a_redirect_is_judged_like_a_url(linq, location):
    """A public host must not lead inside either."""
    redirect = httpx.Response(302, headers={"location": location})

    with pytest.raises(AudioFetchError):
        _client(linq, answers=lambda _: redirect).download(INBOUND)


def test_a_redirect_to_storage_is_followed(linq):
    """As vendors do it: a link of theirs, and the file behind another."""

    def answers(request):
        if request.url.host == "cdn.example":
            return httpx.Response(302, headers={"location": "https://s3.example/x"})
        return httpx.Response(200, content=CAF)

    assert _client(linq, answers=answers).download(INBOUND).data
