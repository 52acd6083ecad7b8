"""
Who lives in the sandbox: people whose phones behave, and people whose phones do not.

Rule: only numbers that are reserved for fiction, 555-0100 to 555-0199.
"""

from enum import StrEnum

import attrs

from .._models import Service


class Trouble(StrEnum):
    """What goes wrong with everything that is sent to a person."""

    MUST_WRITE_FIRST = "must write to the line before it may write to them"
    LINE_FORBIDDEN = "may not be written to from this line"
    LINE_PAUSED = "is out of reach while the line is paused"
    LIMITED = "has had too many notes for now"
    LIMITED_FOR_LONG = "has had too many notes, and the wait is long"
    CREATING = "has a conversation that is ready at the third try"
    UNREADY = "makes uploads usable at the third try"
    UNAVAILABLE = "is refused because the vendor is not available"
    DECLINES = "is declined by a rule, with a success code"
    DROPS_AUDIO = "gets the message, and loses its attachment"
    DOWNGRADES = "falls back to SMS"
    FAILS = "accepts, then fails"
    FAILS_THEN_DELIVERS = "fails, and is delivered after all"
    BREAKS = "accepts, then answers 500"
    DISCONNECTS = "accepts, then breaks the connection"
    HANGS = "accepts, and never answers"
    LOSES = "answers 500, and accepts nothing"
    GARBLES = "accepts, then answers with an HTML page and 502"
    NAMELESS = "accepts, and gives the message no name"


@attrs.frozen
class Person:
    """
    Somebody with a phone.

    Attributes:
        address: An E.164 number, or an e-mail address in lower case.

        about: One phrase for people to read.

        service: The network that reaches them.

        known: Whether they have a conversation with every line already.

        reads: Whether they send read receipts.

        opted_out: Whether they asked not to be written to.

        blocked: Whether the account blocked them.

        trouble: What goes wrong with everything that is sent to them.
    """

    address: str
    about: str = attrs.field(default="", kw_only=True)
    service: Service = attrs.field(
        default=Service.IMESSAGE, kw_only=True, converter=Service
    )
    known: bool = attrs.field(default=True, kw_only=True)
    reads: bool = attrs.field(default=False, kw_only=True)
    opted_out: bool = attrs.field(default=False, kw_only=True)
    blocked: bool = attrs.field(default=False, kw_only=True)
    trouble: Trouble | None = attrs.field(
        default=None, kw_only=True, converter=attrs.converters.optional(Trouble)
    )

    @property
    def summary(self) -> str:
        """What happens to a note for them, in a phrase."""
        return self.about or self.trouble or f"reached by {self.service}"


@attrs.frozen
class Group:
    """
    People who share a conversation with every line from the start.

    Attributes:
        members: The addresses of those who are in it.

        left: The addresses of those who have left it.
    """

    members: tuple[str, ...]
    left: tuple[str, ...] = ()


def _number(last: int) -> str:
    return f"+1202555{last:04}"


PEOPLE: tuple[Person, ...] = (
    Person(_number(123), about="hears and reads everything", reads=True),
    Person(_number(124), about="hears everything, sends no read receipts"),
    Person("kit@example.com", about="hears everything, by e-mail address"),
    Person(_number(130), about="has no conversation with you yet", known=False),
    Person(_number(140), about="has opted out", opted_out=True),
    Person(_number(141), about="is blocked", blocked=True),
    Person(_number(142), trouble=Trouble.MUST_WRITE_FIRST),
    Person(_number(143), trouble=Trouble.LINE_FORBIDDEN),
    Person(_number(144), trouble=Trouble.LINE_PAUSED),
    Person(_number(150), about="has SMS only", service=Service.SMS),
    Person(_number(151), about="has RCS, no iMessage", service=Service.RCS),
    Person(_number(152), trouble=Trouble.DOWNGRADES),
    Person(_number(160), trouble=Trouble.FAILS),
    Person(_number(161), about="shares two identical groups with ...0123"),
    Person(_number(162), about="has left the group of ...0123 and ...0163"),
    Person(_number(163), about="shares a group with ...0123, which ...0162 left"),
    Person(_number(164), trouble=Trouble.FAILS_THEN_DELIVERS),
    Person(_number(165), trouble=Trouble.DECLINES),
    Person(_number(170), trouble=Trouble.LIMITED),
    Person(_number(171), trouble=Trouble.CREATING),
    Person(_number(172), trouble=Trouble.UNAVAILABLE),
    Person(_number(173), trouble=Trouble.DROPS_AUDIO),
    Person(_number(174), trouble=Trouble.UNREADY),
    Person(_number(175), trouble=Trouble.LIMITED_FOR_LONG),
    Person(_number(180), trouble=Trouble.BREAKS),
    Person(_number(181), trouble=Trouble.DISCONNECTS),
    Person(_number(182), trouble=Trouble.HANGS),
    Person(_number(183), trouble=Trouble.LOSES),
    Person(_number(184), trouble=Trouble.GARBLES),
    Person(_number(185), trouble=Trouble.NAMELESS),
)
"""Who a new world has in it."""

GROUPS: tuple[Group, ...] = (
    Group((_number(123), _number(124))),
    Group((_number(123), _number(161))),
    Group((_number(123), _number(161))),
    Group((_number(123), _number(163)), left=(_number(162),)),
)
"""Which groups a new world has in it."""
