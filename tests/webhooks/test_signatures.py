"""
Whether a webhook is genuine.
"""

from datetime import UTC, datetime

import pytest
import standardwebhooks

from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.conftest import LINQ_SECRET, NOW, OTHER_SECRET, signed
from voicenote import (
    ConfigError,
    Webhook,
    WebhookError,
    callback_url,
    verify_callback,
    verify_shared_secret,
    verify_standard_webhook,
)


# Made by hand from the standard's rules; the key's bytes are 0123456789 and so on.
VECTOR = (
    b'{"api_version":"v3","webhook_version":"2026-02-03",'
    b'"event_type":"message.delivered",'
    b'"event_id":"11111111-2222-4333-8444-555555555555",'
    b'"data":{"id":"a1a1a1a1-0000-4000-8000-000000000001"}}'
)
VECTOR_HEADERS = {
    "webhook-id": "11111111-2222-4333-8444-555555555555",
    "webhook-timestamp": "1767225600",
    "webhook-signature": "v1,KY3nosPICjNNPCADDzx3QLTvubKlnFP05ZWnGiqy9pM=",
}
SIGNATURE = VECTOR_HEADERS["webhook-signature"]


def _verify(headers, body=VECTOR, secrets=(LINQ_SECRET,), at=NOW, **more):
    return verify_standard_webhook(Webhook(headers, body, at), secrets, **more)


def _refused(headers, body=VECTOR, **more):
    with pytest.raises(WebhookError):
        _verify(headers, body, **more)
    return True


def test_the_reference_vector_is_genuine():
    """A signature that was computed by hand is accepted."""
    assert len(VECTOR) == 187
    assert _verify(VECTOR_HEADERS) is None


def test_the_tests_sign_as_the_reference_does():
    """The signer of these tests makes the reference's headers."""
    name = VECTOR_HEADERS["webhook-id"]

    assert VECTOR_HEADERS == signed(VECTOR, name=name)


@given(body=st.text(max_size=200), name=st.uuids())
def test_what_the_standards_own_library_signs_is_genuine(body, name):
    """Any body, signed by the standardwebhooks package, is accepted."""
    signature = standardwebhooks.Webhook(LINQ_SECRET).sign(
        str(name), datetime.fromtimestamp(NOW, UTC), body
    )
    headers = {
        "Webhook-Id": str(name),
        "Webhook-Timestamp": f"{NOW:.0f}",
        "Webhook-Signature": signature,
    }

    assert _verify(headers, body) is None


@pytest.mark.parametrize("bit", range(8))
def test_one_flipped_bit_of_the_body_is_refused(bit):
    """Every byte of the body counts, and every bit of it."""
    flips = [
        VECTOR[:at] + bytes([VECTOR[at] ^ (1 << bit)]) + VECTOR[at + 1 :]
        for at in range(len(VECTOR))
    ]

    assert all(_refused(VECTOR_HEADERS, flipped) for flipped in flips)


@pytest.mark.parametrize("name", VECTOR_HEADERS)
@pytest.mark.parametrize("bit", range(8))
def test_one_flipped_bit_of_a_header_is_refused(name, bit):
    """Every character of the three headers counts, base64's spare bits included."""
    value = VECTOR_HEADERS[name]
    flips = [
        value[:at] + chr(ord(value[at]) ^ (1 << bit)) + value[at + 1 :]
        for at in range(len(value))
    ]

    assert all(_refused({**VECTOR_HEADERS, name: flipped}) for flipped in flips)


@pytest.mark.parametrize("name", VECTOR_HEADERS)
def test_a_missing_header_is_refused(name):
    """Without one of the three, nothing is proved."""
    headers = {key: value for key, value in VECTOR_HEADERS.items() if key != name}

    with pytest.raises(WebhookError, match=name):
        _verify(headers)


@pytest.mark.parametrize(
    "given",
    [
        f"v1,AAAA {SIGNATURE}",
        f"v2,x {SIGNATURE} v1a,y",
        f"{SIGNATURE} {SIGNATURE}",
    ],
    ids=["another first", "other versions", "twice"],
)
def test_one_fitting_signature_among_several_is_enough(given):
    """While a vendor changes its secret, it signs with both."""
    headers = {**VECTOR_HEADERS, "webhook-signature": given}

    assert _verify(headers) is None


@pytest.mark.parametrize(
    "given",
    ["", " ", "v1", "v1,", "v1,=", SIGNATURE[3:], SIGNATURE.rstrip("="), "v1,é"],
    ids=["empty", "space", "version", "nothing", "=", "bare", "unpadded", "é"],
)
def test_what_is_no_signature_is_refused(given):
    """A malformed header proves nothing, and raises nothing else."""
    assert _refused({**VECTOR_HEADERS, "webhook-signature": given})


@pytest.mark.parametrize(
    "secrets",
    [(LINQ_SECRET, OTHER_SECRET), (OTHER_SECRET, LINQ_SECRET)],
    ids=["first", "second"],
)
def test_any_of_several_secrets_will_do(secrets):
    """A secret can be changed without losing a webhook."""
    assert _verify(VECTOR_HEADERS, secrets=secrets) is None


@pytest.mark.parametrize("secrets", [(), (OTHER_SECRET,)], ids=["none", "another"])
def test_without_the_secret_nothing_is_genuine(secrets):
    """No secret proves nothing, and neither does another account's."""
    assert _refused(VECTOR_HEADERS, secrets=secrets)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_é", "whsec_a", "%%%%"])
def test_a_secret_that_is_none_is_a_matter_of_configuration(secret):
    """Whoever configured it has to know, and not the vendor."""
    with pytest.raises(ConfigError):
        _verify(VECTOR_HEADERS, secrets=[secret])


@pytest.mark.parametrize("seconds", [-300, -1, 0, 299, 300])
def test_a_fresh_webhook_is_genuine(seconds):
    """Five minutes are allowed, to either side."""
    assert _verify(VECTOR_HEADERS, at=NOW + seconds) is None


@pytest.mark.parametrize("seconds", [-1e9, -301, 301, 1e9])
def test_a_stale_or_early_webhook_is_refused(seconds):
    """Somebody may have kept it, to post it again."""
    with pytest.raises(WebhookError, match="seconds ago"):
        _verify(VECTOR_HEADERS, at=NOW + seconds)


def test_the_tolerance_can_be_widened():
    """Whether a vendor signs anew when it tries again is not always known."""
    assert _verify(VECTOR_HEADERS, at=NOW + 3600, tolerance=3600) is None


@pytest.mark.parametrize(
    "sent_at",
    ["", "now", "-1", "1e9", "1_0", "9" * 400, "١٢٣", "1767225600.0", "NaN"],
    ids=["empty", "word", "minus", "float", "_", "huge", "arabic", "point", "nan"],
)
def test_a_signed_time_that_is_none_is_refused(sent_at):
    """Even where the signature fits, only whole seconds are a time."""
    assert _refused(signed(VECTOR, at=sent_at))


def _shared(value, secrets=("old", "new"), header="SB-Signing-Secret"):
    webhook = Webhook({"sb-signing-secret": value}, b"", NOW)
    return verify_shared_secret(webhook, header, secrets)


@pytest.mark.parametrize("value", ["old", "new"])
def test_a_shared_secret_is_genuine(value):
    """The header has one of the secrets; its name's case does not matter."""
    assert _shared(value) is None


@pytest.mark.parametrize("value", ["", "ol", "older", "Old", "old, new", "olé"])
def test_another_shared_secret_is_refused(value):
    """All of it has to be right."""
    with pytest.raises(WebhookError):
        _shared(value)


def _called(url, secrets=("s1",)):
    return verify_callback(Webhook({}, b"", NOW, url=url), secrets)


@given(key=st.text(max_size=40), secret=st.text(min_size=1, max_size=40))
def test_a_callback_url_proves_its_notes_key(key, secret):
    """Whatever the key is, it comes back from the URL, and nobody stored it."""
    url = callback_url("https://app.example/status", secret, key)

    assert url.isascii()
    assert key == _called(url, [secret])


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://app.example/s", "https://app.example/s?token=vn1."),
        ("https://app.example/s?a=1", "https://app.example/s?a=1&token=vn1."),
        ("https://app.example/s#f", "https://app.example/s?token=vn1."),
        ("https://app.example/{token}/x?a=1", "https://app.example/vn1."),
    ],
    ids=["plain", "query", "fragment", "path"],
)
def test_the_token_has_its_place(url, start):
    """In the path where one is kept for it, and otherwise in the query."""
    made = callback_url(url, "s1", "key-1")

    assert made.startswith(start)
    assert "key-1" == _called(made)


def test_a_path_and_query_are_enough():
    """A framework that knows no scheme and host can check it as well."""
    made = callback_url("https://app.example/s?a=1", "s1", "key-1")

    assert "key-1" == _called(made.removeprefix("https://app.example"))


def test_every_changed_character_of_a_token_is_refused():
    """A token is for one note, and only its maker can make one."""
    start, _, token = callback_url("https://a.example/", "s1", "key-1").partition(
        "vn1."
    )
    swapped = [
        token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        for at in range(len(token))
    ]

    for one in [*swapped, token[:-1], token + "A", token[1:], ""]:
        with pytest.raises(WebhookError):
            _called(f"{start}vn1.{one}")


def test_a_token_of_an_older_secret_is_good_while_that_is_configured():
    """Notes that are under way keep their callbacks."""
    made = callback_url("https://a.example/", "old", "key-1")

    assert "key-1" == _called(made, ["new", "old"])
    with pytest.raises(WebhookError):
        _called(made, ["new"])
