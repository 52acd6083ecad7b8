"""
What a recording must not keep: credentials, signatures, people's addresses.

Rule: scrubbing twice is scrubbing once, so that a replay asks for what was recorded.
"""

import re

from hashlib import sha256
from typing import Any


REDACTED = "REDACTED"

_SECRET_HEADER = re.compile(r"auth|key|secret|token|signature|cookie", re.IGNORECASE)
_SIGNED = re.compile(
    r"((?:X-Amz|X-Goog)-[A-Za-z-]+|signature|sig|token|expires)=[^&\"'\s\\]+",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r'("[\w-]*(?:secret|token|password|api_?key)[\w-]*"\s*:\s*")[^"]*(?=")',
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\+|%2B)[1-9][0-9]{6,14}(?![0-9])")
_FICTIONAL = re.compile(r"1[2-9][0-9]{2}55501[0-9]{2}")
_EMAIL = re.compile(r"[\w.+-]+@(?!example\.(?:com|org|net)\b)[\w-]+(?:\.[\w-]+)+")


def scrub(text: str) -> str:
    """
    Return *text* without signatures of URLs, secrets in JSON, numbers and e-mail.

    What looks like none of them is kept: read a recording before you publish it.

    A number becomes one of 555-0100 to 555-0199, always the same one.
    https://www.nanpa.com/numbering/555-line-numbers
    """
    text = _SIGNED.sub(rf"\1={REDACTED}", text)
    text = _SECRET_VALUE.sub(rf"\1{REDACTED}", text)
    text = _NUMBER.sub(
        lambda match: match[1] + _fictional(match[0][len(match[1]) :]), text
    )
    return _EMAIL.sub("someone@example.com", text)


def vcr_config() -> dict[str, Any]:
    """
    Return settings for vcrpy under which a cassette of one's own account is safe.

    https://vcrpy.readthedocs.io/en/latest/advanced.html#filter-sensitive-data-from-the-request
    """
    return {
        "before_record_request": _request,
        "before_record_response": _response,
        "match_on": ["method", "scheme", "host", "path", "query", "body"],
        "decode_compressed_response": True,
    }


def _fictional(digits: str) -> str:
    if _FICTIONAL.fullmatch(digits):
        return digits
    return f"120255501{int(sha256(digits.encode()).hexdigest(), 16) % 100:02}"


def _request(request: Any) -> Any:
    request.uri = scrub(request.uri)
    for name in request.headers:
        if _SECRET_HEADER.search(name):
            request.headers[name] = REDACTED
    if isinstance(request.body, bytes):
        request.body = _scrubbed(request.body)
    return request


def _response(response: dict[str, Any]) -> dict[str, Any]:
    headers = {
        name: [REDACTED]
        if _SECRET_HEADER.search(name)
        else [scrub(one) for one in values]
        for name, values in response["headers"].items()
    }
    body = {**response["body"], "string": _scrubbed(response["body"]["string"])}
    return {**response, "headers": headers, "body": body}


def _scrubbed(body: bytes) -> bytes:
    try:
        return scrub(body.decode()).encode()
    except UnicodeDecodeError:
        return body  # audio, or a multipart body with audio in it
