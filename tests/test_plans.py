"""
What a client does, without a network and without a clock.
"""

import io

import attrs
import httpx
import pytest

import voicenote

from tests.conftest import CAF, Clock, Courier, play
from voicenote import Status, VoiceNote
from voicenote._deliver import deliver
from voicenote._exchange import TooLargeError
from voicenote._plans import Policy, follow, wait
from voicenote._prepare import Fetching
from voicenote._requests import is_private
from voicenote._retry import Retry
from voicenote._underway import ADDRESSES
from voicenote.audio import AudioSettings


ONE, TWO = Courier("one"), Courier("two")


@pytest.fixture
def policy():
    return Policy(retry=Retry(attempts=1), clock=Clock())


def _stored():
    return httpx.Response(201)


def _sent():
    return httpx.Response(200, json={"id": "n1", "status": "queued"})


def _hosts(played):
    return [request.url.host for request in played.requests]


def test_the_first_provider_sends(note, policy):
    """One upload and one send go out, and the receipt says everything."""
    done = play(deliver(note, {"one": ONE}, policy), [_stored(), _sent()])

    assert (
        voicenote.Receipt(
            "one",
            "n1",
            Status.QUEUED,
            to=("+12025550123",),
            sender="+12025550101",
            key="key-1",
        )
        == done.result
    )


@pytest.mark.parametrize(
    "refusal",
    [httpx.ConnectError("down"), httpx.Response(429), httpx.Response(503)],
    ids=["down", "busy", "upload failed"],
)
def test_the_next_provider_takes_over_when_nothing_was_sent(note, policy, refusal):
    """An upload that failed was not a send, and the receipt says who was tried."""
    done = play(
        deliver(note, {"one": ONE, "two": TWO}, policy), [refusal, _stored(), _sent()]
    )

    assert ["one.example", "two.example", "two.example"] == _hosts(done)
    assert ["one"] == [attempt.provider for attempt in done.result.attempts]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.ReadTimeout("slow"), voicenote.UnconfirmedError),
        (httpx.Response(500), voicenote.UnconfirmedError),
        (httpx.Response(200, text="<html>"), voicenote.UnconfirmedError),
        (httpx.Response(400), voicenote.RejectedError),
        (httpx.Response(401), voicenote.UnauthorizedError),
    ],
    ids=["timeout", "500", "unreadable", "refused", "key"],
)
def test_nobody_takes_over_after_doubt_or_refusal(note, policy, answer, expected):
    """A second provider might make it heard twice, or get around a refusal."""
    with pytest.raises(expected) as caught:
        play(deliver(note, {"one": ONE, "two": TWO}, policy), [_stored(), answer])

    assert "one" == caught.value.provider


def test_unroutable_moves_on(note, policy):
    """What one provider cannot carry, another one may."""

    @attrs.frozen
    class Picky(Courier):
        def send(self, note):
            raise voicenote.UnroutableError("no chat")
            yield

    done = play(
        deliver(note, {"picky": Picky(), "two": TWO}, policy), [_stored(), _sent()]
    )

    assert "UnroutableError: no chat" == done.result.attempts[0].error


def test_the_last_refusal_is_raised(note, policy):
    """When nobody took it, the error is the last provider's."""
    with pytest.raises(voicenote.UnavailableError) as caught:
        play(
            deliver(note, {"one": ONE, "two": TWO}, policy),
            [httpx.ConnectError("down"), httpx.ConnectError("down")],
        )

    assert "two" == caught.value.provider


def test_a_note_into_a_chat_stays_with_its_provider(policy):
    """A chat's name means nothing to the next provider."""
    note = VoiceNote(CAF, chat="c1")

    with pytest.raises(voicenote.UnavailableError) as caught:
        play(
            deliver(note, {"one": ONE, "two": TWO}, policy),
            [httpx.ConnectError("down")],
        )

    assert "one" == caught.value.provider


def test_a_note_to_the_line_itself_is_refused(policy):
    """Sending to one's own line is a mistake, found before the network."""
    note = VoiceNote(CAF, "+12025550101")

    with pytest.raises(voicenote.RecipientError, match="is the line that sends"):
        play(deliver(note, {"one": ONE}, policy), [])


def test_a_note_that_failed_at_once_is_no_success(note, policy):
    """An answer that takes the note and says that it failed is a refusal."""
    failed = httpx.Response(200, json={"id": "n1", "status": "failed"})

    with pytest.raises(voicenote.RejectedError, match="says that it failed"):
        play(deliver(note, {"one": ONE}, policy), [_stored(), failed])


def test_a_key_belongs_to_its_recipients(note, policy):
    """The receipt of a note to Ada is never given for a note to Bob."""
    play(deliver(note, {"one": ONE}, policy), [_stored(), _sent()])
    other = VoiceNote(CAF, "+12025550124", key=note.key)

    with pytest.raises(voicenote.RecipientError, match="a key of its own"):
        play(deliver(other, {"one": ONE}, policy), [])


def test_a_key_sends_once(note, policy):
    """The second send with a key gives the first one's receipt, and asks nobody."""
    first = play(deliver(note, {"one": ONE}, policy), [_stored(), _sent()])

    assert first.result == play(deliver(note, {"one": ONE}, policy), []).result


def test_an_empty_key_is_none(policy):
    """Two notes without a name do not share one."""
    ada, bob = (VoiceNote(CAF, to, key="") for to in ("+12025550123", "+12025550124"))

    assert ada.key != bob.key


def test_no_time_is_no_time(note, policy):
    """A timeout of 0 is not the usual one."""
    with pytest.raises(voicenote.UnavailableError, match="out of time"):
        play(deliver(note, {"one": ONE}, policy, timeout=0), [])


def test_waiting_bounds_each_question():
    """No status look-up gets more time than the caller waits."""
    done = _waited([_says("delivered")], Clock(), timeout=5.0)

    assert done.requests[0].extensions["voicenote.seconds"] <= 5.0


def test_a_status_keeps_the_id_that_was_asked_for():
    """A provider that writes the id in another case still speaks of the same note."""
    answer = httpx.Response(200, json={"id": "N1", "status": "delivered"})

    assert "n1" == _waited([answer], Clock()).result.id


def test_a_provider_may_have_a_name_of_the_user_s(note, policy):
    """A second account's receipts carry its own name."""
    done = play(deliver(note, {"backup": ONE}, policy), [_stored(), _sent()])

    assert "backup" == done.result.provider


def test_an_open_file_serves_two_providers(policy):
    """A file is read once, though two providers want it."""
    note = VoiceNote(io.BytesIO(CAF), "+12025550123")

    done = play(
        deliver(note, {"one": ONE, "two": TWO}, policy),
        [httpx.ConnectError("down"), _stored(), _sent()],
    )

    assert done.requests[0].content == done.requests[1].content


def test_a_url_that_qualifies_goes_through_untouched(policy):
    """The provider fetches it; nothing is uploaded."""
    note = VoiceNote("https://cdn.example/a.caf", "+12025550123")

    done = play(deliver(note, {"one": ONE}, policy), [_sent()])

    assert b'"url":"https://cdn.example/a.caf"' in done.requests[0].content


def test_following_a_note_merges_what_is_known(policy):
    """A status never loses what the send had learnt."""
    receipt = voicenote.Receipt("one", "n1", Status.SENT, key="key-1")
    answer = httpx.Response(200, json={"id": "n1", "status": "delivered"})

    done = play(follow(receipt, ONE, policy), [answer])

    assert (Status.DELIVERED, "key-1") == (done.result.status, done.result.key)


def _says(status):
    return httpx.Response(200, json={"id": "n1", "status": status})


def _waited(answers, clock, **terms):
    policy = Policy(retry=Retry(attempts=1), clock=clock)
    receipt = voicenote.Receipt("one", "n1", Status.QUEUED)
    terms = {"until": None, "timeout": 60.0, **terms}
    return play(wait(receipt, ONE, policy, **terms), answers, clock)


def test_waiting_ends_with_the_last_word():
    """The provider is asked at growing intervals until nothing more is expected."""
    told = []

    done = _waited(
        [_says("queued"), _says("sent"), _says("delivered")], Clock(), told=told.append
    )

    assert (Status.DELIVERED, [1.0, 2.0, 3.0]) == (done.result.status, done.pauses)
    assert ["queued", "sent", "delivered"] == [one.status.value for one in told]


def test_waiting_may_end_sooner():
    """Who only needs to know that it left, waits no longer."""
    done = _waited([_says("sent")], Clock(), until=Status.SENT)

    assert Status.SENT is done.result.status


def test_waiting_stops_at_the_deadline():
    """The last receipt comes back, and no wait goes beyond the caller's time."""
    clock = Clock()

    done = _waited([_says("queued")] * 2, clock, timeout=5.0)

    assert (Status.QUEUED, 1003.0) == (done.result.status, clock.now)


def test_waiting_outlasts_a_busy_provider():
    """A refusal to answer is no answer; the provider is asked again as it wishes."""
    busy = httpx.Response(429, headers={"retry-after": "20"})

    done = _waited([busy, _says("delivered")], Clock())

    assert (Status.DELIVERED, [1.0, 20.0]) == (done.result.status, done.pauses)


def test_a_note_without_an_id_cannot_be_followed(policy):
    """The error says why, instead of asking for nothing."""
    with pytest.raises(voicenote.ConfigError, match="no id"):
        play(follow(voicenote.Receipt("one", "", "sent"), ONE, policy), [])


def test_an_open_file_is_put_back(policy):
    """Whoever hands in a file may hand it in again."""
    file = io.BytesIO(b"before" + CAF)
    file.seek(6)

    play(
        deliver(VoiceNote(file, "+12025550123"), {"one": ONE}, policy),
        [_stored(), _sent()],
    )

    assert 6 == file.tell()


def test_an_open_file_is_read_no_further_than_allowed():
    """A file that never ends fills nobody's memory."""
    policy = Policy(audio=AudioSettings(max_bytes=100))
    note = VoiceNote(io.BytesIO(bytes(10_000)), "+12025550123")

    with pytest.raises(voicenote.AudioTooLargeError, match="more than 100 bytes"):
        play(deliver(note, {"one": ONE}, policy), [])


def test_a_file_of_text_is_no_path(policy, tmp_path):
    """What is written in a text file is never opened."""
    secret = tmp_path / "a.caf"
    secret.write_bytes(CAF)
    note = VoiceNote(io.StringIO(str(secret)), "+12025550123")

    with pytest.raises(voicenote.AudioError, match="mode 'rb'"):
        play(deliver(note, {"one": ONE}, policy), [])


SIGNED = "https://cdn.example/a.caf?signature=s3cret"


def _fetch_policy(addresses=("93.184.216.34",), **fetching):
    return Policy(
        retry=Retry(attempts=1),
        clock=Clock(),
        fetching=Fetching(resolve=lambda host: list(addresses), **fetching),
    )


def test_a_url_that_does_not_qualify_is_fetched_and_uploaded():
    """A signed URL is read here, without credentials, and its bytes are uploaded."""
    note = VoiceNote(SIGNED, "+12025550123")
    audio = httpx.Response(200, content=CAF)

    done = play(
        deliver(note, {"one": ONE}, _fetch_policy()), [audio, _stored(), _sent()]
    )

    assert ["GET", "POST", "POST"] == [request.method for request in done.requests]
    assert "authorization" not in done.requests[0].headers


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.mp3",
        "https://127.0.0.1/a.caf",
        "https://10.0.0.5/a.caf",
        "https://[::1]/a.caf",
        "https://169.254.169.254/latest/meta-data.caf",
        "https://localhost/a.caf",
        "http://127.0.0.1/a.mp3",
    ],
)
def test_urls_nobody_should_fetch_are_refused(url):
    """Plain http, and addresses that are not public, are refused before any request."""
    with pytest.raises(voicenote.AudioFetchError, match="not https|not public"):
        play(deliver(VoiceNote(url, "+12025550123"), {"one": ONE}, _fetch_policy()), [])


@pytest.mark.parametrize(
    "address",
    ["10.0.0.5", "64:ff9b::a00:5", "2002:a00:5::1", "::ffff:10.0.0.5", "fd00::1"],
    ids=["IPv4", "NAT64", "6to4", "mapped", "unique local"],
)
def test_a_public_name_of_a_private_address_is_refused(address):
    """A name is as private as what it leads to, however that is written."""
    note = VoiceNote(SIGNED, "+12025550123")

    with pytest.raises(voicenote.AudioFetchError, match="not public"):
        play(deliver(note, {"one": ONE}, _fetch_policy([address])), [])


@pytest.mark.parametrize("address", ["64:ff9b::808:808", "2002:808:808::1"])
def test_a_public_address_in_another_is_public(address):
    """An IPv6-only network reaches the IPv4 internet by such addresses."""
    assert not is_private(f"https://[{address}]/a.caf")


def test_audio_is_fetched_from_the_address_that_was_checked():
    """A name that leads elsewhere a moment later leads nobody there."""
    note = VoiceNote(SIGNED, "+12025550123")
    audio = httpx.Response(200, content=CAF)

    done = play(
        deliver(note, {"one": ONE}, _fetch_policy()), [audio, _stored(), _sent()]
    )

    assert ["93.184.216.34"] == done.requests[0].extensions[ADDRESSES]


def test_a_name_that_is_none_is_an_audio_error():
    """A label of more than 63 letters is refused by Python's IDNA codec."""
    note = VoiceNote(f"https://{'a' * 64}.example/a.caf?b", "+12025550123")
    policy = Policy(fetching=Fetching(resolve=lambda host: [host.encode("idna")]))

    with pytest.raises(voicenote.AudioFetchError, match="not known"):
        play(deliver(note, {"one": ONE}, policy), [])


def test_a_private_url_is_never_handed_on():
    """No vendor can reach it, however well its name fits."""
    note = VoiceNote("https://10.0.0.5/a.caf", "+12025550123")
    audio = httpx.Response(200, content=CAF)

    done = play(
        deliver(note, {"one": ONE}, _fetch_policy(allow_private=True)),
        [audio, _stored(), _sent()],
    )

    assert ["GET", "POST", "POST"] == [request.method for request in done.requests]


def test_a_url_with_a_password_is_not_handed_on_and_not_shown():
    """Nobody else needs to know it: no vendor, and no reader of an error."""
    note = VoiceNote("https://ann:s3cret@cdn.example/a.caf#s3cret", "+12025550123")

    with pytest.raises(voicenote.AudioFetchError, match="answered 404") as caught:
        play(deliver(note, {"one": ONE}, _fetch_policy()), [httpx.Response(404)])

    assert str(caught.value).startswith("https://cdn.example/a.caf answered")
    assert "https://cdn.example/a.caf" == note.audio.label


def test_a_redirect_to_a_private_address_is_refused():
    """Every hop is checked."""
    note = VoiceNote(SIGNED, "+12025550123")
    moved = httpx.Response(302, headers={"location": "https://127.0.0.1/a.caf"})

    with pytest.raises(voicenote.AudioFetchError, match="not public"):
        play(deliver(note, {"one": ONE}, _fetch_policy()), [moved])


def test_private_addresses_may_be_allowed():
    """Whoever hosts audio in their own network says so."""
    note = VoiceNote("http://127.0.0.1/a.caf", "+12025550123")
    audio = httpx.Response(200, content=CAF)

    done = play(
        deliver(note, {"one": ONE}, _fetch_policy(allow_private=True)),
        [audio, _stored(), _sent()],
    )

    assert Status.QUEUED is done.result.status


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        (httpx.Response(404), voicenote.AudioFetchError, "answered 404"),
        (httpx.ConnectError("down"), voicenote.AudioFetchError, "cannot be fetched"),
        (TooLargeError("big"), voicenote.AudioTooLargeError, "max_bytes"),
        (httpx.DecodingError("bad"), voicenote.AudioFetchError, "cannot be fetched"),
        (httpx.Response(200, text="<html>"), voicenote.UnrecognizedAudioError, "HTML"),
    ],
    ids=["404", "down", "too large", "broken", "a page"],
)
def test_a_url_without_audio_is_an_audio_error(answer, expected, said):
    """The message has no signature in it, and nothing was sent."""
    note = VoiceNote(SIGNED, "+12025550123")

    with pytest.raises(expected, match=said) as caught:
        play(deliver(note, {"one": ONE}, _fetch_policy()), [answer])

    assert "s3cret" not in str(caught.value)
