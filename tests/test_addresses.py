"""
Who can be reached.
"""

import pytest

from voicenote import RecipientError
from voicenote._addresses import address, is_phone, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+12025550123", "+12025550123"),
        ("+4915112345678", "+4915112345678"),
        ("Ada@Example.COM", "ada@example.com"),
    ],
)
def test_addresses_are_normalised(text, expected):
    """A number stays as it is, and an e-mail address becomes lower case."""
    assert expected == address(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("+1 (202) 555-0123", r"did you mean \+12025550123\?"),
        ("0012025550123", r"did you mean \+12025550123\?"),
        ("2025550123", "must start with"),
        ("+0123456789", "neither an E.164 number"),
        ("+1202555012345678", "neither an E.164 number"),
        ("+12025550123\n", "did you mean"),
        ("", "neither"),
        ("ada@", "neither"),
        ("a@b.c,d@e.f", "neither"),
    ],
)
def test_malformed_addresses_are_refused(text, said):
    """The error names what was given, and suggests what may be meant."""
    with pytest.raises(RecipientError, match=said):
        address(text)


def test_a_number_as_int_is_refused():
    """An int loses the plus, so the error asks for text."""
    with pytest.raises(RecipientError, match="as text"):
        address(12025550123)


def test_numbers_are_told_from_mail():
    """Only E.164 is a phone number."""
    assert is_phone("+12025550123")
    assert not is_phone("ada@example.com")


def test_logs_get_shortened_addresses():
    """The middle of a number does not reach a log."""
    assert "+1…23" == shortened("+12025550123")
