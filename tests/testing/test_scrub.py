"""
What a recording must not keep.
"""

import pytest

from voicenote.testing import scrub


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to +491711234567", "to +1202555"),
        ("to=%2B4917112345678&x=1", "to=%2B1202555"),
        ("short +35212345", "short +1202555"),
        ('{"signing_secret": "whsec_abc"}', '{"signing_secret": "REDACTED"}'),
        ('{"token":"t","api_key":"k"}', '{"token":"REDACTED","api_key":"REDACTED"}'),
        ("https://a.example/x?X-Amz-Signature=abc&b=1", "X-Amz-Signature=REDACTED&b=1"),
        ("ada@lovelace.org", "someone@example.com"),
    ],
)
def test_private_things_are_replaced(text, expected):
    """Numbers, secrets, signatures and addresses do not reach a tape."""
    assert expected in scrub(text)


@pytest.mark.parametrize(
    "text",
    ["+12025550123", "ops@example.com", "2026-03-01T12:00:00+00:00", '{"id": "m1"}'],
)
def test_harmless_things_are_kept(text):
    """Fictional numbers and ordinary words stay as they are."""
    assert text == scrub(text)


def test_scrubbing_twice_is_scrubbing_once():
    """A replay asks for what was recorded."""
    text = 'to +491711234567 {"token": "t"} a@b.org'

    assert scrub(text) == scrub(scrub(text))
