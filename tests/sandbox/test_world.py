"""What is true in a sandbox, without a player and without a socket."""

import pytest

from voicenote.sandbox import (
    GROUPS,
    PEOPLE,
    Format,
    Media,
    Rendering,
    Service,
    Sound,
    Status,
    Trouble,
    World,
)


ANN, BOB = "+12025550123", "+12025550124"
STRANGER = "+12025550199"
LINE = "+12025550101"


@pytest.fixture
def line(world):
    return world.line(LINE, provider="acme")


@pytest.fixture
def accept(world, line):
    def accepted(*members, **more):
        chat = world.chat(line, members) or world.open(line, members)
        return world.accept(chat, **{"text": "hello"} | more)

    return accepted


def statuses(message, *seconds):
    return [message.status(message.accepted_at + one) for one in seconds]


class TestPeople:
    """Everybody in the table, and strangers."""

    def test_only_numbers_that_are_reserved_for_fiction(self):
        """Nobody in the table has a number that could ring."""
        numbers = [one.address for one in PEOPLE if "@" not in one.address]

        assert all(
            number.startswith("+12025550") and 100 <= int(number[-3:]) <= 199
            for number in numbers
        )

    def test_everybody_once(self):
        """No two people in the table share an address."""
        addresses = [person.address for person in PEOPLE]

        assert sorted(set(addresses)) == sorted(addresses)

    def test_every_trouble_has_somebody(self):
        """Whatever can go wrong goes wrong for one person in the table."""
        troubles = [person.trouble for person in PEOPLE if person.trouble]

        assert sorted(Trouble) == sorted(troubles)

    def test_groups_are_of_people_in_the_table(self):
        """Whoever is in a group, or has left it, is in the table."""
        there = {person.address for person in PEOPLE}

        assert {one for group in GROUPS for one in group.members + group.left} <= there

    def test_everybody_has_a_summary(self):
        """The table says of everybody what happens to a note."""
        assert all(person.summary for person in PEOPLE)

    def test_a_stranger_has_a_phone_and_no_conversation(self, world, line):
        """Whoever is not in the table is reached by iMessage, and is not known."""
        stranger = world.someone(STRANGER)

        assert (Service.IMESSAGE, False) == (stranger.service, stranger.known)
        assert world.chat(line, [STRANGER]) is None

    def test_changing_somebody(self, world):
        """A test arranges what it needs by naming attributes."""
        world.person(ANN, opted_out=True, service="SMS")

        assert (True, Service.SMS, True) == (
            world.someone(ANN).opted_out,
            world.someone(ANN).service,
            world.someone(ANN).reads,
        )

    def test_a_new_person_is_known_to_every_line(self, world, line):
        """Adding somebody opens a conversation with them, once."""
        world.person(STRANGER)
        world.person(STRANGER, blocked=True)

        assert [(STRANGER,)] == [
            chat.members for chat in world.chats if STRANGER in chat.members
        ]

    def test_a_new_person_without_a_conversation(self, world, line):
        """Somebody can be added whom no line knows."""
        world.person(STRANGER, known=False)

        assert world.chat(line, [STRANGER]) is None

    def test_addresses_ignore_case(self, world):
        """An e-mail address is the same person in capitals."""
        assert world.someone("kit@example.com") == world.someone("Kit@Example.COM")


class TestConversations:
    """Who talks to whom."""

    def test_a_line_knows_the_people_and_the_groups(self, world, line):
        """Connecting a line opens one conversation with each person and group."""
        known = sum(person.known for person in PEOPLE)

        assert known + len(GROUPS) == len(world.chats_of("acme"))

    def test_a_line_is_connected_once(self, world, line):
        """Asking for a line again changes nothing."""
        before = len(world.chats)

        assert line == world.line(LINE, provider="acme")
        assert before == len(world.chats)

    def test_a_line_that_comes_later_knows_new_people_too(self, world):
        """People and groups that were added before a line are known to it."""
        world.person(STRANGER)
        world.group([STRANGER, ANN])
        line = world.line(LINE, provider="acme")

        assert world.chat(line, [STRANGER]) is not None
        assert world.chat(line, [ANN, STRANGER]) is not None

    def test_members_are_compared_without_order(self, world, line):
        """A group is found whatever the order of its people."""
        assert world.chat(line, [ANN, BOB]) is world.chat(line, [BOB, ANN])

    @pytest.mark.parametrize("used", [0, 1], ids=["first", "second"])
    def test_the_latest_of_two_identical_groups(self, world, line, clock, used):
        """Of two groups with the same people, the one that was used last is found."""
        groups = [world.open(line, [BOB, STRANGER]) for _ in range(2)]
        clock.now += 1
        world.accept(groups[used], text="hello")

        assert world.chat(line, [BOB, STRANGER]) is groups[used]

    def test_a_group_added_later(self, world, line):
        """A new group has a conversation with every line."""
        world.group([ANN, STRANGER])

        assert world.chat(line, [ANN, STRANGER]) is not None

    def test_somebody_who_left_makes_it_no_less_a_group(self, world, line):
        """A conversation of one who stayed and one who left is a group still."""
        assert world.open(line, [ANN], left=[BOB]).is_group


class TestCourse:
    """How a message gets on, as time passes."""

    @pytest.mark.parametrize(
        ("person", "expected"),
        [
            pytest.param(BOB, "QUEUED SENT DELIVERED DELIVERED", id="iMessage"),
            pytest.param(ANN, "QUEUED SENT DELIVERED READ", id="reads"),
            pytest.param("+12025550150", "QUEUED SENT SENT SENT", id="SMS"),
            pytest.param("+12025550151", "QUEUED SENT DELIVERED DELIVERED", id="RCS"),
            pytest.param("+12025550152", "QUEUED SENT SENT SENT", id="downgrades"),
            pytest.param("+12025550160", "QUEUED SENT FAILED FAILED", id="fails"),
            pytest.param("+12025550164", "QUEUED SENT FAILED DELIVERED", id="late"),
        ],
    )
    def test_it_depends_on_who_gets_it(self, accept, person, expected):
        """A status is a function of the recipient and of the time since acceptance."""
        assert expected.split() == [
            status.name for status in statuses(accept(person), 0, 0.3, 0.7, 2)
        ]

    def test_a_clock_that_steps_back(self, accept):
        """A message is queued at least, whatever the clock says."""
        assert [Status.QUEUED] == statuses(accept(ANN), -3600)

    def test_when_it_came_so_far(self, accept):
        """The time of each step is known, once it is past."""
        message = accept(BOB)
        start = message.accepted_at

        assert (start, start + 0.2, None, start + 0.2) == (
            message.reached(Status.QUEUED, start + 0.5),
            message.reached(Status.SENT, start + 0.5),
            message.reached(Status.DELIVERED, start + 0.5),
            message.updated_at(start + 0.5),
        )

    def test_the_weakest_phone_decides_for_a_group(self, world, line):
        """A group with one person on SMS is on SMS."""
        assert Service.SMS == world.service([ANN, "+12025550151", "+12025550150"])

    def test_a_fallback_shows_once_it_is_sent(self, accept):
        """What falls back to SMS is an iMessage while it is queued."""
        message = accept("+12025550152")

        assert [Service.IMESSAGE, Service.SMS] == [
            message.network(message.accepted_at + after) for after in (0, 0.3)
        ]

    def test_a_group_is_read_when_everybody_reads(self, accept):
        """One person without read receipts keeps a group's message unread."""
        assert [Status.DELIVERED] == statuses(accept(ANN, BOB), 9)


class TestHeard:
    """What lands on phones."""

    def test_everybody_in_a_group_hears_it(self, world, accept):
        """A message to two people lands on two phones."""
        accept(ANN, BOB)

        assert [ANN, BOB] == [heard.person for heard in world.heard]

    def test_at_once_with_the_time_when_it_arrives(self, world, accept, clock):
        """Nobody has to wait in order to see what will be heard."""
        accept(ANN)

        assert [clock.now + 0.6] == [heard.at for heard in world.heard]

    @pytest.mark.parametrize(
        "person",
        [
            pytest.param("+12025550160", id="fails"),
            pytest.param("+12025550165", id="declined"),
            pytest.param("+12025550172", id="unavailable"),
        ],
    )
    def test_what_fails_is_not_heard(self, world, accept, person):
        """A message that fails lands on no phone."""
        accept(person)

        assert [] == world.heard

    def test_what_is_delivered_after_all_is_heard(self, world, accept, clock):
        """A message that fails first arrives later than the others."""
        accept("+12025550164")

        assert [clock.now + 1.2] == [heard.at for heard in world.heard]

    def test_sms_arrives_when_it_is_sent(self, world, accept, clock):
        """Without delivery receipts, being sent is the last that is known."""
        accept("+12025550150")

        assert [clock.now + 0.2] == [heard.at for heard in world.heard]

    def test_nothing_in_it_is_nothing_to_hear(self, world, accept):
        """A message whose only attachment was dropped is not heard."""
        accept(ANN, text="")

        assert [] == world.heard

    def test_what_it_sounds_like(self, world, accept):
        """What is heard says how the file shows, what it is and how long it plays."""
        sound = Sound(Format.MP3, 2.5, 5)
        accept(ANN, text="", media=Media("m", "https://acme.example/m.mp3", "m.mp3",
               "audio/mpeg", Rendering.VOICE_NOTE, sound, b"bytes"))  # fmt: skip

        [heard] = world.heard
        assert (Rendering.VOICE_NOTE, Format.MP3, 2.5, 5, b"bytes") == (
            heard.rendering, heard.format, heard.seconds, heard.size, heard.data
        )  # fmt: skip


class TestNames:
    """Ids and addresses."""

    def test_two_worlds_with_one_history_have_the_same_names(self, clock):
        """Ids are counted, so a recording can be made twice."""
        names = [World(clock).line(LINE, provider="acme") for _ in range(2)]
        first, second = (World(clock) for _ in range(2))

        assert names[0] == names[1]
        assert [first.uuid(), first.token(8)] == [second.uuid(), second.token(8)]

    def test_no_name_twice(self, world):
        """Every call gives another UUID."""
        assert 100 == len({world.uuid() for _ in range(100)})

    def test_the_same_name_for_the_same_thing(self, world):
        """What has a name of its own keeps its UUID."""
        assert world.named("line", LINE) == world.named("line", LINE)
        assert world.named("line", LINE) != world.named(LINE, "line")

    def test_canonical_addresses_are_left_alone(self, world):
        """Without a server, URLs are the vendor's own."""
        url = "https://cdn.acme.example/a?b=c"

        assert (url, url) == (world.address(url), world.canonical(url))

    def test_served_addresses_go_there_and_back(self, world):
        """With a server, the vendor's host becomes a path prefix, and back."""
        world.base = "http://127.0.0.1:1"
        url = "https://cdn.acme.example/a?b=c"

        assert "http://127.0.0.1:1/cdn.acme.example/a?b=c" == world.address(url)
        assert url == world.canonical(world.address(url))

    def test_a_file_is_found_under_any_form_of_its_address(self, world):
        """Canonical, served, or with a query: it is the same file."""
        url = "https://cdn.acme.example/a"
        world.base = "http://127.0.0.1:1"
        world.objects[url] = b"bytes"

        assert [b"bytes"] * 3 == [
            world.stored(one) for one in (url, world.address(url), f"{url}?b=c")
        ]
