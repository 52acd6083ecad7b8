"""
Linq's error codes, and the envelope that they come in.
"""

from voicenote.sandbox import Response


# Code: HTTP status, message. https://docs.linqapp.com/error/codes/
_CODES = {
    1001: (400, "A required field is missing"),
    1002: (400, "Phone number must be in E.164 format"),
    1003: (400, "The request body is malformed"),
    1004: (400, "Invalid message content"),
    1005: (400, "Invalid parameter"),
    1007: (429, "Rate limit exceeded"),
    2001: (404, "Chat not found"),
    2002: (404, "Message not found"),
    2003: (404, "Attachment not found"),
    2004: (401, "Unauthorized"),
    2006: (403, "Sending from this line is not allowed"),
    2007: (404, "Attachment is not ready"),
    2008: (403, "Recipient must message this line first"),
    2009: (409, "Chat is still being created"),
    2010: (404, "Webhook subscription not found"),
    2024: (403, "Recipient has opted out"),
    2026: (403, "Handle is blocked"),
    2027: (403, "Line is temporarily ineligible to send"),
    3006: (500, "Internal server error"),
    4004: (503, "Service unavailable"),
    5001: (500, "File upload failed"),
    5004: (400, "File type not supported"),
    5005: (400, "File too large"),
    5006: (400, "File content does not match its type"),
}


class Refused(Exception):  # noqa: N818
    """
    Linq says no.

    Args:
        code: Linq's own.

        message: What to say instead of the code's usual text.

        status: An HTTP status other than the code's usual one.

        retry_after: Seconds to wait, with 429 only.
    """

    def __init__(
        self,
        code: int,
        message: str = "",
        *,
        status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        usual, text = _CODES[code]
        super().__init__(message or text)
        self.code = code
        self.status = status or usual
        self.retry_after = retry_after


def enveloped(error: Refused, trace_id: str) -> Response:
    """Return *error* as https://docs.linqapp.com/error/codes/ describes it."""
    inner = {
        "status": error.status,
        "code": error.code,
        "message": str(error),
        "doc_url": f"https://docs.linqapp.com/error/codes/{error.code // 1000}xxx/{error.code}/",
    }
    headers = {}
    if error.retry_after is not None:
        inner["retry_after"] = error.retry_after
        headers["Retry-After"] = str(error.retry_after)
    body = {"success": False, "error": inner, "trace_id": trace_id}
    return Response(error.status, headers=headers, json=body)


def refused_by_store(status: int, code: str, message: str) -> Response:
    """Return an error of the object store, which speaks XML."""
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    )
    return Response(status, headers={"Content-Type": "application/xml"}, text=xml)
