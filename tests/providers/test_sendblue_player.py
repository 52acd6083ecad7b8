"""Sendblue, played: pure, in process, with a clock that moves when told to."""

from pathlib import Path

import attrs
import httpx
import pytest

from voicenote.sandbox import Format, Rendering, SandboxTransport, World
from voicenote_sendblue.sandbox import SendbluePlayer


SAMPLES = Path(__file__).parents[1] / "audio" / "samples"
LINE, ANN, BOB = "+12025550102", "+12025550123", "+12025550124"
KEYS = {"sb-api-key-id": "sandbox-key", "sb-api-secret-key": "sandbox-secret"}
ELSEWHERE = "https://files.example.com/Note.caf"


@attrs.define
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self):
        return self.now


class Sendblue:
    """A client of the player, as short as tests want it."""

    def __init__(self):
        self.clock = Clock()
        self.world = World(self.clock)
        self.client = httpx.Client(
            transport=SandboxTransport(self.world, [SendbluePlayer]),
            base_url="https://api.sendblue.co",
            headers=KEYS,
        )

    def get(self, path, **query):
        return self.client.get(path, params=query)

    def send(self, number=ANN, path="/api/send-message", **body):
        body = {"number": number, "from_number": LINE, "media_url": ELSEWHERE} | body
        return self.client.post(path, json=body)

    def send_to_group(self, *numbers, **body):
        body = {"numbers": numbers, "from_number": LINE, "media_url": ELSEWHERE} | body
        return self.client.post("/api/send-group-message", json=body)

    def upload(self, name="voice_24k.caf", filename="Note.caf"):
        """Return the address of an uploaded sample."""
        files = {"file": (filename, (SAMPLES / name).read_bytes())}
        answer = self.client.post("/api/upload-file", files=files)
        assert 201 == answer.status_code
        return answer.json()["media_url"]


@pytest.fixture
def sendblue():
    return Sendblue()


def refusal(response):
    """Return what a refusal comes down to: the HTTP status, the code, the key."""
    body = response.json()
    assert body["status"] == "ERROR"
    return response.status_code, body.get("error_code"), body.get("error_key")


class TestEnvelope:
    """Credentials and malformed requests."""

    @pytest.mark.parametrize("header", sorted(KEYS))
    def test_credentials(self, sendblue, header):
        """Either key being wrong is 401, in the words that were observed."""
        answer = sendblue.client.get("/api/lines", headers={header: "wrong"})

        assert (401, {"status": "ERROR", "message": "Invalid Credentials"}) == (
            answer.status_code,
            answer.json(),
        )

    def test_both_hosts(self, sendblue):
        """Both of the vendor's hosts serve the same paths."""
        answer = sendblue.get("https://api.sendblue.com/api/lines")

        assert {"numbers": [LINE]} == answer.json()

    def test_the_account(self, sendblue):
        """Valid keys can be told by asking for the account."""
        assert 200 == sendblue.get("/account").status_code

    def test_an_unknown_path(self, sendblue):
        """What is not played is not found."""
        assert 404 == sendblue.get("/api/read-receipt").status_code

    @pytest.mark.parametrize("content", [b"", b"{", b"[]"])
    def test_a_body_that_is_no_object(self, sendblue, content):
        """A malformed body is 400/4000."""
        answer = sendblue.client.post("/api/send-message", content=content)

        assert (400, 4000, None) == refusal(answer)


class TestUploads:
    """Keeping a file."""

    def test_the_name_keeps_its_ending(self, sendblue):
        """The stored name is something random, and the file's own name."""
        files = {"file": ("Note.caf", b"caff")}
        body = sendblue.client.post("/api/upload-file", files=files).json()

        assert body["mediaObjectId"].endswith("_Note.caf")
        assert body["media_url"].endswith(
            "/inbound-file-store/" + body["mediaObjectId"]
        )

    def test_any_bytes(self, sendblue):
        """Line ends, dashes and zeros in a file survive the multipart body."""
        data = bytes(range(256)) + b"\r\n--\r\n--boundary--\r\n\n\n"
        files = {"other": ("b.txt", b"no"), "file": ("a b'ü.caf", data)}
        body = sendblue.client.post("/api/upload-file", files=files).json()

        assert data == sendblue.client.get(body["media_url"]).content

    def test_anybody_may_download(self, sendblue):
        """A download needs no keys."""
        url = sendblue.upload()
        headers = dict.fromkeys(KEYS, "")

        assert 200 == sendblue.client.get(url, headers=headers).status_code

    def test_nothing_there(self, sendblue):
        """An object that was never uploaded is not found."""
        url = "https://storage.googleapis.com/inbound-file-store/a_b.caf"

        assert 404 == sendblue.get(url).status_code

    @pytest.mark.parametrize(
        "request_",
        [
            pytest.param({"files": {"media": ("a.caf", b"a")}}, id="another part"),
            pytest.param({"files": {"file": (None, b"a")}}, id="no name"),
            pytest.param({"json": {"file": "a"}}, id="json"),
            pytest.param({"content": b""}, id="nothing"),
        ],
    )
    def test_what_is_refused(self, sendblue, request_):
        """Without a file part that has a name, an upload is refused."""
        answer = sendblue.client.post("/api/upload-file", **request_)

        assert 400 == answer.status_code


class TestSends:
    """To one person."""

    def test_it_is_accepted(self, sendblue):
        """The answer says what was asked for, and that it is queued."""
        body = sendblue.send().json()

        assert ("QUEUED", ANN, ANN, LINE, ELSEWHERE, None, None) == (
            body["status"], body["number"], body["to_number"], body["from_number"],
            body["media_url"], body["error_code"], body["was_downgraded"],
        )  # fmt: skip

    def test_the_line_is_optional(self, sendblue):
        """Without from_number, a line is chosen."""
        body = {"number": ANN, "content": "hello"}

        answer = sendblue.client.post("/api/send-message", json=body)

        assert LINE == answer.json()["from_number"]

    def test_a_text_has_an_empty_media_url(self, sendblue):
        """Without an attachment, media_url is empty."""
        body = sendblue.send(content="hello", media_url="").json()

        assert "" == body["media_url"]

    def test_the_callback_is_kept(self, sendblue):
        """The URL for status reports is kept, and not called."""
        sendblue.send(status_callback="https://app.example.com/cb")

        assert ["https://app.example.com/cb"] == [
            message.callback_url for message in sendblue.world.messages
        ]

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            pytest.param({"number": ""}, 4000, id="nobody"),
            pytest.param({"number": "2025550123"}, 4000, id="not E.164"),
            pytest.param({"number": "911"}, 4002, id="emergency"),
            pytest.param({"from_number": "+12025550199"}, 4000, id="line"),
            pytest.param({"media_url": ""}, 4000, id="nothing to send"),
            pytest.param({"content": "a" * 18_996}, 4000, id="too long"),
        ],
    )
    def test_what_is_refused(self, sendblue, body, code):
        """A request that is not valid is 400, and nothing is accepted."""
        assert (400, code, None) == refusal(sendblue.send(**body))
        assert [] == sendblue.world.messages

    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            pytest.param("+12025550140", (400, 4000, "OPTED_OUT"), id="opted out"),
            pytest.param("+12025550141", (400, 4002, None), id="blocked"),
            pytest.param(
                "+12025550142", (400, 4000, "PRE_REPLY_LIMIT_REACHED"), id="first"
            ),
            pytest.param("+12025550143", (403, None, None), id="line"),
            pytest.param(
                "+12025550170", (400, 429, "LINE_DAILY_LIMIT_REACHED"), id="limited"
            ),
            pytest.param("+12025550175", (429, None, None), id="too fast"),
            pytest.param("+12025550183", (500, 5000, None), id="loses"),
        ],
    )
    def test_people_who_cannot_be_written_to(self, sendblue, number, expected):
        """A refusal is a refusal: nothing is accepted."""
        assert expected == refusal(sendblue.send(number))
        assert [] == sendblue.world.messages

    @pytest.mark.parametrize(
        ("number", "status", "code", "key"),
        [
            pytest.param("+12025550172", "ERROR", 5503, None, id="unavailable"),
            pytest.param(
                "+12025550165", "DECLINED", None, "PRE_REPLY_LIMIT_REACHED", id="rule"
            ),
        ],
    )
    def test_a_success_that_is_none(self, sendblue, number, status, code, key):
        """A 200 can say that nothing will arrive."""
        answer = sendblue.send(number)
        body = answer.json()

        assert (200, status, code, key) == (
            answer.status_code,
            body["status"],
            body["error_code"],
            body["error_key"],
        )
        assert [] == sendblue.world.heard

    @pytest.mark.parametrize(
        ("number", "status"),
        [
            pytest.param("+12025550180", 500, id="breaks"),
            pytest.param("+12025550184", 502, id="garbles"),
            pytest.param("+12025550185", 200, id="nameless"),
        ],
    )
    def test_accepted_in_spite_of_the_answer(self, sendblue, number, status):
        """An answer may be of no use; the message is in the list."""
        answer = sendblue.send(number)
        [listed] = sendblue.get("/api/v2/messages", number=number).json()["data"]

        assert (status, ELSEWHERE) == (answer.status_code, listed["media_url"])


class TestRendering:
    """What the recipient sees."""

    @pytest.mark.parametrize(
        ("name", "filename", "format_", "rendering"),
        [
            pytest.param(
                "voice_24k.caf", "N.caf", Format.CAF_OPUS, Rendering.VOICE_NOTE, id="opus"
            ),
            pytest.param(
                "voice_24k.caf", "N.CAF", Format.CAF_OPUS, Rendering.VOICE_NOTE, id="CAF"
            ),
            pytest.param(
                "voice_24k.caf", "N.bin", Format.CAF_OPUS, Rendering.ATTACHMENT, id="name"
            ),
            pytest.param(
                "pcm.caf", "N.caf", Format.CAF, Rendering.ATTACHMENT, id="pcm"
            ),
            pytest.param(
                "speech.mp3", "N.caf", Format.MP3, Rendering.ATTACHMENT, id="renamed"
            ),
            pytest.param(
                "speech.mp3", "N.mp3", Format.MP3, Rendering.ATTACHMENT, id="mp3"
            ),
            pytest.param("README.md", "N.caf", None, Rendering.ATTACHMENT, id="text"),
        ],
    )  # fmt: skip
    def test_the_bytes_decide(self, sendblue, name, filename, format_, rendering):
        """Only Opus in a CAF that is called .caf plays as a voice note."""
        sendblue.send(media_url=sendblue.upload(name, filename))

        assert [(format_, rendering)] == [
            (heard.format, heard.rendering) for heard in sendblue.world.heard
        ]

    def test_a_damaged_file(self, sendblue):
        """A CAF that breaks off does not play."""
        data = (SAMPLES / "voice_24k.caf").read_bytes()[:60]
        files = {"file": ("Note.caf", data)}
        url = sendblue.client.post("/api/upload-file", files=files).json()["media_url"]
        sendblue.send(media_url=url)

        assert [Rendering.ATTACHMENT] == [one.rendering for one in sendblue.world.heard]

    @pytest.mark.parametrize(
        ("number", "rendering"),
        [
            pytest.param("+12025550150", Rendering.ATTACHMENT, id="SMS"),
            pytest.param("+12025550151", Rendering.ATTACHMENT, id="RCS"),
            pytest.param("+12025550152", Rendering.ATTACHMENT, id="downgrades"),
            pytest.param(ANN, Rendering.VOICE_NOTE, id="iMessage"),
        ],
    )
    def test_the_network_decides(self, sendblue, number, rendering):
        """Only iMessage plays a voice note."""
        sendblue.send(number, media_url=sendblue.upload())

        assert [rendering] == [heard.rendering for heard in sendblue.world.heard]

    @pytest.mark.parametrize(
        "url",
        [
            pytest.param(f"{ELSEWHERE}?X-Amz-Signature=1", id="signed"),
            pytest.param(f"{ELSEWHERE}#now", id="fragment"),
            pytest.param("http://files.example.com/Note.caf", id="http"),
            pytest.param("https://files.example.com/My Note.caf", id="space"),
            pytest.param("https://files.example.com/note", id="no ending"),
            pytest.param(
                "https://storage.googleapis.com/inbound-file-store/a_b.caf", id="gone"
            ),
        ],
    )
    def test_an_attachment_is_silently_dropped(self, sendblue, url):
        """A URL that cannot be used is no error; media_url is null, nothing is heard."""
        answer = sendblue.send(media_url=url)

        assert (200, None) == (answer.status_code, answer.json()["media_url"])
        assert [] == sendblue.world.heard

    def test_a_person_whose_attachments_are_dropped(self, sendblue):
        """A good URL can be dropped too."""
        body = sendblue.send("+12025550173", media_url=sendblue.upload()).json()

        assert ("QUEUED", None) == (body["status"], body["media_url"])


class TestGroups:
    """To several people."""

    def test_numbers_are_lists(self, sendblue):
        """A group's answer has arrays where a person's has text."""
        body = sendblue.send_to_group(ANN, BOB).json()

        assert ([ANN, BOB], [ANN, BOB], [ANN, BOB], "group") == (
            body["number"], body["to_number"], body["participants"],
            body["message_type"],
        )  # fmt: skip

    def test_the_same_people_are_the_same_group(self, sendblue):
        """A second send to the same people finds their group."""
        ids = [
            sendblue.send_to_group(*people).json()["group_id"]
            for people in ((ANN, "+12025550199"), ("+12025550199", ANN))
        ]

        assert ids[0] == ids[1]
        assert ids[0].startswith("sb_group_")

    def test_by_its_name(self, sendblue):
        """A group can be addressed by its id."""
        name = sendblue.send_to_group(ANN, BOB).json()["group_id"]
        body = sendblue.send_to_group(group_id=name).json()

        assert [ANN, BOB] == body["number"]

    def test_everybody_hears_it(self, sendblue):
        """A note for a group plays on every phone."""
        sendblue.send_to_group(ANN, BOB, media_url=sendblue.upload())

        assert [(ANN, Rendering.VOICE_NOTE), (BOB, Rendering.VOICE_NOTE)] == [
            (heard.person, heard.rendering) for heard in sendblue.world.heard
        ]

    @pytest.mark.parametrize(
        ("numbers", "body"),
        [
            pytest.param([ANN], {}, id="one"),
            pytest.param([ANN, ANN], {}, id="one twice"),
            pytest.param([ANN, LINE], {}, id="the line itself"),
            pytest.param([f"+120255501{n}" for n in range(10, 36)], {}, id="26"),
            pytest.param([ANN, "nobody"], {}, id="not E.164"),
            pytest.param([], {"numbers": None}, id="missing"),
            pytest.param([], {"group_id": "sb_group_x"}, id="unknown group"),
        ],
    )
    def test_what_is_refused(self, sendblue, numbers, body):
        """A group has 2 to 25 people beside the line."""
        assert (400, 4000, None) == refusal(sendblue.send_to_group(*numbers, **body))


class TestLookups:
    """What can be asked."""

    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            pytest.param(
                ANN,
                [("QUEUED", None), ("SENT", False), ("DELIVERED", False)] * 1
                + [("DELIVERED", False)],
                id="read receipts are not reported",
            ),
            pytest.param(
                "+12025550150",
                [("QUEUED", None), ("SENT", True), ("SENT", True), ("SENT", True)],
                id="SMS",
            ),
            pytest.param(
                "+12025550160",
                [("QUEUED", None), ("SENT", False), ("ERROR", None), ("ERROR", None)],
                id="fails",
            ),
        ],
    )
    def test_status_moves_with_the_clock(self, sendblue, number, expected):
        """Status and fallback are known as time passes."""
        handle = sendblue.send(number).json()["message_handle"]
        seen = []
        for _ in range(4):
            body = sendblue.get("/api/status", handle=handle).json()
            seen.append((body["status"], body["was_downgraded"]))
            sendblue.clock.now += 0.4

        assert expected == seen

    def test_a_failure_has_a_code(self, sendblue):
        """What failed later says why."""
        handle = sendblue.send("+12025550160").json()["message_handle"]
        sendblue.clock.now += 5
        body = sendblue.get("/api/status", handle=handle).json()

        assert (10001, "Message failed to send") == (
            body["error_code"],
            body["error_message"],
        )

    def test_by_handle(self, sendblue):
        """One message, in an envelope."""
        handle = sendblue.send().json()["message_handle"]
        body = sendblue.get(f"/api/v2/messages/{handle}").json()

        assert ("OK", handle) == (body["status"], body["data"]["message_handle"])

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/api/status", 400),
            ("/api/status?message_handle=a", 400),
            ("/api/status?handle=a", 404),
            ("/api/v2/messages/a", 404),
        ],
    )
    def test_no_such_message(self, sendblue, path, status):
        """A message that is not there is not found; the key is called handle."""
        assert status == sendblue.client.get(path).status_code

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            pytest.param({}, [2, 1, 0], id="all"),
            pytest.param({"number": ANN}, [2, 0], id="number, groups included"),
            pytest.param({"to_number": BOB}, [2, 1], id="to_number"),
            pytest.param({"message_type": "group"}, [2], id="groups"),
            pytest.param({"is_outbound": "true"}, [2, 1, 0], id="outbound"),
            pytest.param({"is_outbound": "false"}, [], id="inbound"),
            pytest.param({"limit": 1}, [2], id="limit"),
            pytest.param({"limit": 1, "offset": 1}, [1], id="offset"),
            pytest.param({"order_direction": "asc"}, [0, 1, 2], id="oldest first"),
            pytest.param({"status": "QUEUED"}, [2], id="status"),
            pytest.param({"sent_at_gte": "2027-01-15T08:00:10Z"}, [2, 1], id="since"),
            pytest.param({"sent_at_lte": "2027-01-15T08:00:10Z"}, [1, 0], id="until"),
        ],
    )
    def test_lists(self, sendblue, query, expected):
        """A list is filtered, ordered and cut as asked."""
        handles = []
        for numbers in ([ANN], [BOB], [ANN, BOB]):
            send = sendblue.send if len(numbers) == 1 else sendblue.send_to_group
            handles.append(send(*numbers).json()["message_handle"])
            sendblue.clock.now += 10
        sendblue.clock.now -= 10
        listed = sendblue.get("/api/v2/messages", **query).json()["data"]

        assert expected == [handles.index(one["message_handle"]) for one in listed]

    @pytest.mark.parametrize(
        "query",
        [{"limit": 0}, {"limit": 101}, {"offset": -1}, {"limit": "x"},
         {"sent_at_gte": "yesterday"}, {"sent_at_gte": "2027-01-15"}],
    )  # fmt: skip
    def test_a_bad_list(self, sendblue, query):
        """A list that cannot be made is refused."""
        sendblue.send()

        assert (400, 4000, None) == refusal(sendblue.get("/api/v2/messages", **query))

    def test_pagination(self, sendblue):
        """A page says whether there are more."""
        for _ in range(3):
            sendblue.send()
        body = sendblue.get("/api/v2/messages", limit=2).json()

        assert {"limit": 2, "offset": 0, "total": 3, "hasMore": True} == body[
            "pagination"
        ]

    @pytest.mark.parametrize(
        ("number", "service"),
        [(ANN, "iMessage"), ("+12025550150", "SMS"), ("+12025550151", "SMS")],
    )
    def test_who_has_imessage(self, sendblue, number, service):
        """A lookup knows iMessage, and calls everything else SMS."""
        answer = sendblue.get("/api/evaluate-service", number=number)

        assert {"number": number, "service": service} == answer.json()
