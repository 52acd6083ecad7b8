"""Linq, played: pure, in process, with a clock that moves when told to."""

from pathlib import Path

import attrs
import httpx
import pytest

from voicenote.sandbox import Rendering, SandboxTransport, World
from voicenote_linq.sandbox import LinqPlayer


SAMPLES = Path(__file__).parents[1] / "audio" / "samples"
LINE, ANN, BOB, NEW = "+12025550101", "+12025550123", "+12025550124", "+12025550130"
CAF, M4A, MP3 = (
    ("voice_24k.caf", "audio/x-caf"),
    ("speech.m4a", "audio/x-m4a"),
    ("speech.mp3", "audio/mpeg"),
)


@attrs.define
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self):
        return self.now


class Linq:
    """A client of the player, as short as tests want it."""

    def __init__(self):
        self.clock = Clock()
        self.world = World(self.clock)
        transport = SandboxTransport(self.world, [LinqPlayer])
        self.anybody = httpx.Client(transport=transport)
        self.client = httpx.Client(
            transport=transport,
            base_url="https://api.linqapp.com/api/partner/v3/",
            headers={"Authorization": "Bearer sandbox-key"},
        )

    def get(self, path, **query):
        return self.client.get(path, params=query)

    def post(self, path, **body):
        return self.client.post(path, json=body)

    def chat(self, *people):
        """Return the id of a conversation with exactly these people."""
        line = self.world.lines[LINE]
        return self.world.chat(line, people).id

    def reserve(self, size, content_type="audio/mpeg", filename="note.mp3"):
        return self.post(
            "attachments",
            filename=filename,
            content_type=content_type,
            size_bytes=size,
        )

    def put(self, reserved, data, **headers):
        return self.anybody.put(
            reserved["upload_url"],
            content=data,
            headers=reserved["required_headers"] | headers,
        )

    def upload(self, sample=MP3, content_type=None):
        """Return the id of an attachment that has been uploaded."""
        name, usual = sample
        data = (SAMPLES / name).read_bytes()
        reserved = self.reserve(len(data), content_type or usual, name).json()
        assert 200 == self.put(reserved, data).status_code
        return reserved["attachment_id"]

    def memo(self, *people, **body):
        body = body or {"attachment_id": self.upload()}
        return self.post(f"chats/{self.chat(*people)}/voicememo", **body)


@pytest.fixture
def linq():
    return Linq()


def refusal(response):
    """Return what a refusal comes down to: the HTTP status, and Linq's code."""
    body = response.json()
    error = body["error"]
    assert False is body["success"]
    assert response.status_code == error["status"]
    assert response.headers["X-Trace-ID"] == body["trace_id"]
    return error["status"], error["code"]


class TestEnvelope:
    """What every answer of the API has."""

    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({"Authorization": "Bearer wrong"}, id="wrong"),
            pytest.param({"Authorization": "sandbox-key"}, id="no scheme"),
            pytest.param({"Authorization": ""}, id="none"),
        ],
    )
    def test_credentials(self, linq, headers):
        """Without the one right key, everything is 401/2004."""
        assert (401, 2004) == refusal(linq.client.get("chats", headers=headers))

    def test_every_answer_has_a_trace_id(self, linq):
        """Each answer has a trace id of its own, of 32 hexadecimal digits."""
        traces = {linq.get("chats").headers["X-Trace-ID"] for _ in range(3)}

        assert [32, 32, 32] == [len(bytes.fromhex(trace)) * 2 for trace in traces]

    def test_an_unknown_path(self, linq):
        """What is not played is not found."""
        assert (404, 2001) == refusal(linq.get("payments"))

    @pytest.mark.parametrize("content", [b"", b"{", b"[]"])
    def test_a_body_that_is_no_object(self, linq, content):
        """A malformed body is 400/1003."""
        assert (400, 1003) == refusal(linq.client.post("attachments", content=content))


class TestChats:
    """Finding a conversation."""

    def test_lines(self, linq):
        """The account has the sandbox's line."""
        [line] = linq.get("phone_numbers").json()["phone_numbers"]

        assert (LINE, "iMessage") == (line["phone_number"], line["line_type"])

    def test_by_participant(self, linq):
        """A participant's groups are listed with their direct conversation."""
        chats = linq.get("chats", **{"from": LINE, "to": BOB}).json()["chats"]

        assert [False, True] == sorted(chat["is_group"] for chat in chats)

    def test_pages(self, linq):
        """Following the cursor gives every conversation once."""
        seen, cursor = [], ""
        while cursor is not None:
            page = linq.get("chats", limit=7, cursor=cursor).json()
            seen += [chat["id"] for chat in page["chats"]]
            cursor = page["next_cursor"]

        assert sorted(chat.id for chat in linq.world.chats) == sorted(seen)

    def test_a_last_page_that_is_full(self, linq):
        """A page that ends with the last conversation has no cursor."""
        page = linq.get("chats", to=BOB, limit=2).json()

        assert (2, None) == (len(page["chats"]), page["next_cursor"])

    @pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"cursor": "x"}])
    def test_a_bad_page(self, linq, query):
        """Limits outside 1 to 100, and invented cursors, are 400/1005."""
        assert (400, 1005) == refusal(linq.get("chats", **query))

    def test_handles(self, linq):
        """Those who have left are listed; the own line of a group is not marked."""
        chat = linq.get(f"chats/{linq.chat(ANN, '+12025550163')}").json()

        assert [
            (LINE, None, "active"),
            (ANN, False, "active"),
            ("+12025550163", False, "active"),
            ("+12025550162", False, "left"),
        ] == [(one["handle"], one["is_me"], one["status"]) for one in chat["handles"]]

    def test_a_direct_conversation_marks_the_own_line(self, linq):
        """Between two, is_me is known."""
        chat = linq.get(f"chats/{linq.chat(ANN)}").json()

        assert [True, False] == [one["is_me"] for one in chat["handles"]]

    def test_two_identical_groups(self, linq):
        """The same people can have two conversations."""
        chats = linq.get("chats", to="+12025550161").json()["chats"]

        assert [False, True, True] == sorted(chat["is_group"] for chat in chats)

    def test_nobody_there(self, linq):
        """Somebody without a conversation has none listed."""
        assert [] == linq.get("chats", to=NEW).json()["chats"]

    def test_health(self, linq):
        """A conversation with somebody who opted out says so."""
        chat = linq.get(f"chats/{linq.chat('+12025550140')}").json()

        assert "OPTED_OUT" == chat["health_status"]["status"]

    def test_an_unknown_conversation(self, linq):
        """A conversation that is not there is 404/2001."""
        assert (404, 2001) == refusal(linq.get("chats/nobody"))

    @pytest.mark.parametrize(
        ("address", "available"),
        [(ANN, True), ("+12025550150", False), ("+12025550152", True)],
    )
    def test_capability(self, linq, address, available):
        """Whether somebody has iMessage can be asked without writing to them."""
        answer = linq.post("capability/check_imessage", address=address).json()

        assert available == answer["available"]


class TestOpening:
    """A conversation begins with a text."""

    def open(self, linq, to=(NEW,), *, key=None, **changes):
        message = {"parts": [{"type": "text", "value": "Hello"}]}
        message |= {"idempotency_key": key} if key else {}
        body = {"from": LINE, "to": list(to), "message": message} | changes
        return linq.post("chats", **body)

    def test_it_makes_a_conversation_and_sends(self, linq):
        """The answer has the new conversation, and the text is heard."""
        answer = self.open(linq)

        assert 201 == answer.status_code
        assert linq.chat(NEW) == answer.json()["chat"]["id"]
        assert [(NEW, "Hello")] == [(one.person, one.text) for one in linq.world.heard]

    def test_it_reuses_a_conversation_and_sends_again(self, linq):
        """A second call writes into the same conversation."""
        first, second = self.open(linq).json(), self.open(linq).json()

        assert first["chat"]["id"] == second["chat"]["id"]
        assert 2 == len(linq.world.heard)

    def test_an_idempotency_key(self, linq):
        """A repeated key returns the first answer, and nothing more is heard."""
        first, second = (self.open(linq, key="one").json() for _ in range(2))

        assert first == second
        assert 1 == len(linq.world.heard)

    def test_an_idempotency_key_after_a_failure(self, linq):
        """What was accepted before an error is found again with its key."""
        broken = self.open(linq, ["+12025550180"], key="one")
        again = self.open(linq, ["+12025550180"], key="one")

        assert [500, 201] == [broken.status_code, again.status_code]
        assert 1 == len(linq.world.heard)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            pytest.param({"from": "2025550101"}, (400, 1002), id="from"),
            pytest.param({"to": ["nobody"]}, (400, 1002), id="to"),
            pytest.param({"to": []}, (400, 1005), id="nobody"),
            pytest.param({"from": "+12025550199"}, (403, 2006), id="line"),
            pytest.param({"message": {"parts": []}}, (400, 1005), id="no parts"),
            pytest.param({"message": "Hello"}, (400, 1003), id="no object"),
            pytest.param(
                {"message": {"parts": [{"type": "text", "value": "see https://a.b"}]}},
                (400, 1005),
                id="link in a text",
            ),
            pytest.param(
                {"message": {"parts": [{"type": "link", "value": "https://a.b"}]}},
                (400, 1005),
                id="link",
            ),
        ],
    )
    def test_what_is_refused(self, linq, changes, expected):
        """A refused opener makes no conversation, and nobody hears it."""
        before = len(linq.world.chats)

        assert expected == refusal(self.open(linq, **changes))
        assert (before, []) == (len(linq.world.chats), linq.world.heard)

    @pytest.mark.parametrize("missing", ["from", "to", "message"])
    def test_what_is_mandatory(self, linq, missing):
        """A line, somebody, and a first message are mandatory."""
        body = {"from": LINE, "to": [NEW], "message": {}}
        del body[missing]

        assert (400, 1001) == refusal(linq.post("chats", **body))

    def test_a_refused_stranger_leaves_no_conversation(self, linq):
        """Who must write first gets no conversation by being written to."""
        linq.world.person(NEW, known=False, trouble="has had too many notes for now")

        assert (429, 1007) == refusal(self.open(linq))
        assert [] == linq.get("chats", to=NEW).json()["chats"]


class TestMessages:
    """Writing into a conversation, and reading it."""

    def send(self, linq, **message):
        message = {"parts": [{"type": "text", "value": "Hello"}]} | message
        return linq.post(f"chats/{linq.chat(ANN)}/messages", message=message)

    def test_a_text(self, linq):
        """A text is accepted and heard."""
        assert 202 == self.send(linq).status_code
        assert ["Hello"] == [one.text for one in linq.world.heard]

    def test_an_idempotency_key(self, linq):
        """A repeated key returns the first answer."""
        first, second = (self.send(linq, idempotency_key="k") for _ in range(2))

        assert first.json() == second.json()
        assert 1 == len(linq.world.heard)

    def test_audio_as_a_part_is_a_file(self, linq):
        """Audio in a media part shows as a file, not as a voice note."""
        part = {"type": "media", "attachment_id": linq.upload()}
        self.send(linq, parts=[part])

        assert [Rendering.ATTACHMENT] == [one.rendering for one in linq.world.heard]

    def test_the_latest_first(self, linq):
        """A conversation's messages are listed, the latest first."""
        ids = [self.send(linq).json()["message"]["id"] for _ in range(3)]
        page = linq.get(f"chats/{linq.chat(ANN)}/messages", limit=2).json()

        assert (ids[:0:-1], "2") == (
            [one["id"] for one in page["messages"]],
            page["next_cursor"],
        )

    def test_status_moves_with_the_clock(self, linq):
        """A message is queued, sent, delivered, read, as time passes."""
        path = f"messages/{self.send(linq).json()['message']['id']}"
        seen = []
        for _ in range(4):
            seen.append(linq.get(path).json()["delivery_status"])
            linq.clock.now += 0.4

        assert ["queued", "sent", "delivered", "read"] == seen

    def test_an_unknown_message(self, linq):
        """A message that is not there is 404/2002."""
        assert (404, 2002) == refusal(linq.get("messages/nothing"))


class TestAttachments:
    """Reserving, uploading, reading and deleting a file."""

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            pytest.param({"filename": "a"}, (400, 1001), id="fields"),
            pytest.param({"filename": ""}, (400, 1003), id="name"),
            pytest.param({"size_bytes": 0}, (400, 1003), id="empty"),
            pytest.param({"size_bytes": 104_857_601}, (400, 5005), id="size"),
            pytest.param({"content_type": "audio/wav"}, (400, 5004), id="wav"),
            pytest.param({"content_type": "audio/ogg"}, (400, 5004), id="ogg"),
        ],
    )
    def test_what_cannot_be_reserved(self, linq, body, expected):
        """Missing fields, unsupported types and absurd sizes are refused."""
        usual = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 1}
        body = body if body == {"filename": "a"} else usual | body

        assert expected == refusal(linq.post("attachments", **body))

    def test_what_is_uploaded_can_be_downloaded(self, linq):
        """The bytes are at the download URL, for anybody."""
        reserved = linq.reserve(5).json()
        linq.put(reserved, b"bytes")

        assert b"bytes" == linq.anybody.get(reserved["download_url"]).content

    def test_it_is_complete_once_it_is_uploaded(self, linq):
        """An attachment is pending until its file is there."""
        reserved = linq.reserve(5).json()
        path = f"attachments/{reserved['attachment_id']}"
        before = linq.get(path).json()["status"]
        linq.put(reserved, b"bytes")

        assert ["pending", "complete"] == [before, linq.get(path).json()["status"]]

    @pytest.mark.parametrize(
        ("headers", "status", "code"),
        [
            pytest.param(
                {"Authorization": "Bearer sandbox-key"}, 403, "AccessDenied", id="auth"
            ),
            pytest.param(
                {"Content-Type": "audio/x-m4a"}, 403, "SignatureDoesNotMatch", id="type"
            ),
            pytest.param(
                {"Transfer-Encoding": "chunked"}, 411, "MissingContentLength", id="chunked"
            ),
            pytest.param(
                {"Content-Length": "4"}, 403, "SignatureDoesNotMatch", id="length"
            ),
        ],
    )  # fmt: skip
    def test_an_upload_is_exactly_what_was_signed(self, linq, headers, status, code):
        """Another header than the required ones is refused, in XML."""
        answer = linq.put(linq.reserve(5).json(), b"bytes", **headers)

        assert status == answer.status_code
        assert f"<Code>{code}</Code>" in answer.text

    def test_an_upload_url_expires(self, linq):
        """After fifteen minutes, the URL is no longer good."""
        reserved = linq.reserve(5).json()
        linq.clock.now += 15 * 60 + 1

        assert 403 == linq.put(reserved, b"bytes").status_code

    def test_an_upload_url_cannot_be_guessed(self, linq):
        """Without its signature, the URL is not good."""
        reserved = linq.reserve(5).json()
        reserved["upload_url"] = reserved["upload_url"].partition("?")[0]

        assert 403 == linq.put(reserved, b"bytes").status_code

    def test_an_upload_may_be_repeated(self, linq):
        """The same bytes can be sent again."""
        reserved = linq.reserve(5).json()

        assert [200, 200] == [
            linq.put(reserved, b"bytes").status_code for _ in range(2)
        ]

    def test_deleted_is_deleted(self, linq):
        """After a deletion, neither the attachment nor its file is there."""
        reserved = linq.reserve(5).json()
        linq.put(reserved, b"bytes")
        path = f"attachments/{reserved['attachment_id']}"

        assert 204 == linq.client.delete(path).status_code
        assert (404, 2003) == refusal(linq.get(path))
        assert 404 == linq.anybody.get(reserved["download_url"]).status_code
        assert {} == linq.world.objects

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("note", (400, 1005)),
            ("00000000-0000-4000-8000-000000000000", (404, 2003)),
        ],
    )
    def test_not_yours(self, linq, name, expected):
        """A malformed id is 400/1005, one that is not yours 404/2003."""
        assert expected == refusal(linq.get(f"attachments/{name}"))


class TestMemos:
    """The voice memo itself."""

    def test_it_is_accepted(self, linq):
        """The answer names the message, the attachment and the conversation."""
        attachment = linq.upload()
        answer = linq.memo(ANN, attachment_id=attachment)
        memo = answer.json()["voice_memo"]

        assert (202, "queued", linq.chat(ANN), attachment) == (
            answer.status_code, memo["status"], memo["chat"]["id"],
            memo["voice_memo"]["id"],
        )  # fmt: skip

    def test_it_reads_back_as_a_media_part(self, linq):
        """A memo is listed as a message with one media part: the attachment."""
        attachment = linq.upload(CAF)
        memo = linq.memo(ANN, attachment_id=attachment).json()["voice_memo"]
        [part] = linq.get(f"messages/{memo['id']}").json()["parts"]

        assert ("media", attachment, "audio/mp4") == (
            part["type"],
            part["id"],
            part["mime_type"],
        )

    @pytest.mark.parametrize(
        ("sample", "content_type"),
        [
            pytest.param(CAF, "audio/x-caf", id="opus in caf"),
            pytest.param(("pcm.caf", ""), "audio/x-caf", id="pcm in caf"),
            pytest.param(M4A, "audio/mp4", id="m4a"),
            pytest.param(MP3, "audio/mp3", id="mp3"),
            pytest.param(("speech.wav", ""), "audio/x-wav", id="wav"),
            pytest.param(("speech.aiff", ""), "audio/aiff", id="aiff"),
            pytest.param(("speech.aac", ""), "audio/aac", id="aac"),
            pytest.param(("speech.amr", ""), "audio/amr", id="amr"),
        ],
    )
    def test_formats(self, linq, sample, content_type):
        """All documented formats play as a voice note on iMessage."""
        answer = linq.memo(ANN, attachment_id=linq.upload(sample, content_type))

        assert 202 == answer.status_code
        assert [Rendering.VOICE_NOTE] == [one.rendering for one in linq.world.heard]

    def test_duration(self, linq):
        """The answer says how long the memo plays, in milliseconds."""
        memo = linq.memo(ANN, attachment_id=linq.upload(CAF)).json()["voice_memo"]

        assert memo["voice_memo"]["duration_ms"] > 0

    @pytest.mark.parametrize(
        ("people", "service", "rendering"),
        [
            pytest.param((ANN,), "iMessage", Rendering.VOICE_NOTE, id="iMessage"),
            pytest.param((ANN, BOB), "iMessage", Rendering.VOICE_NOTE, id="group"),
            pytest.param(("+12025550150",), "SMS", Rendering.ATTACHMENT, id="SMS"),
            pytest.param(("+12025550151",), "RCS", Rendering.ATTACHMENT, id="RCS"),
            pytest.param(
                ("+12025550152",), "iMessage", Rendering.ATTACHMENT, id="downgrades"
            ),
        ],
    )
    def test_what_the_recipient_sees(self, linq, people, service, rendering):
        """Only iMessage shows a bubble; a later fallback is not foreseen."""
        memo = linq.memo(*people).json()["voice_memo"]

        assert service == memo["service"]
        assert {rendering} == {one.rendering for one in linq.world.heard}

    def test_a_fallback_shows_in_the_message(self, linq):
        """Once it is sent, the message says that it went by SMS."""
        memo = linq.memo("+12025550152").json()["voice_memo"]
        linq.clock.now += 5
        message = linq.get(f"messages/{memo['id']}").json()

        assert ("SMS", "sent") == (message["service"], message["delivery_status"])

    def test_a_url_of_the_sandbox(self, linq):
        """A URL that the sandbox holds is listened to."""
        attachment = linq.get(f"attachments/{linq.upload(CAF)}").json()
        linq.memo(ANN, voice_memo_url=attachment["download_url"])

        assert [(SAMPLES / CAF[0]).read_bytes()] == [
            one.data for one in linq.world.heard
        ]

    def test_a_url_elsewhere(self, linq):
        """A URL elsewhere is not fetched; its name is believed."""
        answer = linq.memo(ANN, voice_memo_url="https://cdn.example.com/note.m4a?a=b")

        assert 202 == answer.status_code

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            pytest.param({"nothing": 1}, (400, 1005), id="neither"),
            pytest.param(
                {"attachment_id": "a", "voice_memo_url": "b"}, (400, 1005), id="both"
            ),
            pytest.param(
                {"voice_memo_url": "http://example.com/a.mp3"}, (400, 1005), id="http"
            ),
            pytest.param(
                {"voice_memo_url": "https://example.com/a.ogg"}, (400, 5004), id="ogg"
            ),
            pytest.param(
                {"attachment_id": "00000000-0000-4000-8000-000000000000"},
                (404, 2003),
                id="unknown",
            ),
        ],
    )
    def test_what_is_refused(self, linq, body, expected):
        """One source, https, of a kind that is supported, and yours."""
        assert expected == refusal(linq.memo(ANN, **body))

    def test_not_uploaded_yet(self, linq):
        """An attachment without its file is 404/2007."""
        reserved = linq.reserve(5).json()

        assert (404, 2007) == refusal(
            linq.memo(ANN, attachment_id=reserved["attachment_id"])
        )

    def test_too_large(self, linq):
        """More than 10,000,000 bytes are 413/5001."""
        reserved = linq.reserve(10_000_001).json()
        linq.put(reserved, bytes(10_000_001))

        assert (413, 5001) == refusal(
            linq.memo(ANN, attachment_id=reserved["attachment_id"])
        )

    @pytest.mark.parametrize("declared", ["audio/x-m4a", "audio/x-caf", "audio/x-wav"])
    def test_not_what_it_was_declared_to_be(self, linq, declared):
        """An mp3 that was declared as something else is 400/5006."""
        attachment = linq.upload(MP3, declared)

        assert (400, 5006) == refusal(linq.memo(ANN, attachment_id=attachment))

    def test_a_document(self, linq):
        """A file that is no audio is 400/5004."""
        attachment = linq.upload(("README.md", "text/plain"))

        assert (400, 5004) == refusal(linq.memo(ANN, attachment_id=attachment))

    def test_an_unknown_conversation(self, linq):
        """A memo for a conversation that is not there is 404/2001."""
        answer = linq.post("chats/nobody/voicememo", attachment_id=linq.upload())

        assert (404, 2001) == refusal(answer)

    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            pytest.param("+12025550140", (403, 2024), id="opted out"),
            pytest.param("+12025550141", (403, 2026), id="blocked"),
            pytest.param("+12025550142", (403, 2008), id="inbound first"),
            pytest.param("+12025550143", (403, 2006), id="line"),
            pytest.param("+12025550144", (403, 2027), id="paused"),
            pytest.param("+12025550165", (422, 1003), id="declined"),
            pytest.param("+12025550170", (429, 1007), id="limited"),
            pytest.param("+12025550172", (503, 4004), id="unavailable"),
            pytest.param("+12025550183", (500, 3006), id="loses"),
        ],
    )
    def test_people_who_cannot_be_written_to(self, linq, number, expected):
        """A refusal is a refusal: nothing is accepted."""
        assert expected == refusal(linq.memo(number))
        assert [] == linq.world.messages

    def test_the_override_of_an_opt_out(self, linq):
        """An opt-out can be overridden for one request."""
        body = {"attachment_id": linq.upload(), "override_optout": True}

        assert 202 == linq.memo("+12025550140", **body).status_code

    def test_groups_are_exempt_from_an_opt_out(self, linq):
        """Somebody who opted out is written to in a group."""
        linq.world.group([ANN, "+12025550140"])

        assert 202 == linq.memo(ANN, "+12025550140").status_code

    @pytest.mark.parametrize(
        ("number", "seconds"), [("+12025550170", 45), ("+12025550175", 600)]
    )
    def test_how_long_to_wait(self, linq, number, seconds):
        """A rate limit says how long to wait, in a header and in the body."""
        answer = linq.memo(number)

        assert (str(seconds), seconds) == (
            answer.headers["Retry-After"],
            answer.json()["error"]["retry_after"],
        )

    @pytest.mark.parametrize(
        ("number", "status"), [("+12025550171", 409), ("+12025550174", 404)]
    )
    def test_ready_at_the_third_try(self, linq, number, status):
        """A conversation, or an upload, gets ready while one tries again."""
        body = {"attachment_id": linq.upload()}

        assert [status, status, 202] == [
            linq.memo(number, **body).status_code for _ in range(3)
        ]
        assert 1 == len(linq.world.heard)

    @pytest.mark.parametrize(
        ("number", "status"),
        [
            pytest.param("+12025550180", 500, id="breaks"),
            pytest.param("+12025550184", 502, id="garbles"),
        ],
    )
    def test_accepted_in_spite_of_the_answer(self, linq, number, status):
        """An error may come after acceptance; the message is in the conversation."""
        answer = linq.memo(number)
        listed = linq.get(f"chats/{linq.chat(number)}/messages").json()["messages"]

        assert (status, 1) == (answer.status_code, len(listed))

    def test_accepted_without_a_name(self, linq):
        """An acceptance may lack the message's id."""
        memo = linq.memo("+12025550185").json()["voice_memo"]

        assert "id" not in memo
        assert 1 == len(linq.world.heard)

    def test_it_fails_later(self, linq):
        """A memo can fail after it was accepted."""
        memo = linq.memo("+12025550160").json()["voice_memo"]
        linq.clock.now += 5

        assert "failed" == linq.get(f"messages/{memo['id']}").json()["delivery_status"]
