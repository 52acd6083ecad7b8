"""
Whether a webhook is genuine.
"""

from tests.webhooks.conftest import LINQ_SECRET, NOW, signed
from voicenote import Webhook, verify_standard_webhook


# The reference's own test vector, made from the standard's rules.
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


def _verify(headers, body=VECTOR, secrets=(LINQ_SECRET,), at=NOW, **more):
    return verify_standard_webhook(Webhook(headers, body, at), secrets, **more)


def test_the_reference_vector_is_genuine():
    """A signature that was computed by hand is accepted."""
    assert _verify(VECTOR_HEADERS) is None


def test_the_reference_signature_is_what_our_signer_makes():
    """The tests' own signer agrees with the vector, so that it may be trusted."""
    name = VECTOR_HEADERS["webhook-id"]

    assert VECTOR_HEADERS == signed(VECTOR, name=name)
