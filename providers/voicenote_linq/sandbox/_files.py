"""
Linq's attachments: https://docs.linqapp.com/guides/messaging/attachments
"""

import re

from voicenote.sandbox import Request, Response

from ._refusals import Refused, refused_by_store
from ._state import API, CDN, UPLOADS, V3, Attachment, State, body_of, routes
from ._words import iso


# linq-python 0.65, types/supported_content_type.py: the audio, and enough else
AUDIO_TYPES = frozenset(
    f"audio/{name}"
    for name in (
        "mpeg", "mp3", "x-m4a", "mp4", "x-caf", "x-wav", "x-aiff", "aiff", "aac",
        "midi", "amr",
    )
)  # fmt: skip
CONTENT_TYPES = AUDIO_TYPES | {
    "image/jpeg", "image/png", "image/gif", "image/heic", "video/mp4",
    "video/quicktime", "application/pdf", "text/plain", "text/vcard",
}  # fmt: skip

_MAX_BYTES = 104_857_600
_UPLOAD_SECONDS = 15 * 60
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@routes("POST", API, f"{V3}/attachments")
def reserve(state: State, request: Request) -> Response:
    """Return a place to upload a file to."""
    body = body_of(request)
    if missing := {"filename", "content_type", "size_bytes"} - body.keys():
        raise Refused(1001, f"{', '.join(sorted(missing))} is required")
    filename, content_type, size = _checked(
        body["filename"], body["content_type"], body["size_bytes"]
    )
    world = state.world
    attachment = Attachment(
        world.uuid(), filename, content_type, size, world.token(64), world.now()
    )
    state.attachments[attachment.id] = attachment
    return Response(200, json=_reservation(state, attachment))


def _checked(
    filename: object, content_type: object, size: object
) -> tuple[str, str, int]:
    if not isinstance(filename, str) or not 1 <= len(filename) <= 255:  # noqa: PLR2004
        raise Refused(1003, "filename must have 1 to 255 characters")
    if not isinstance(size, int) or size < 1:
        raise Refused(1003, "size_bytes must be a positive integer")
    if not isinstance(content_type, str) or content_type not in CONTENT_TYPES:
        raise Refused(5004, f"content_type {content_type} is not supported")
    if size > _MAX_BYTES:
        raise Refused(5005)
    return filename, content_type, size


def _reservation(state: State, attachment: Attachment) -> dict[str, object]:
    upload_url = (
        f"https://{UPLOADS}/partners/sandbox/{attachment.id}"
        f"?X-Amz-Expires={_UPLOAD_SECONDS}&X-Amz-Signature={attachment.signature}"
    )
    return {
        "attachment_id": attachment.id,
        "upload_url": state.world.address(upload_url),
        "http_method": "PUT",
        "expires_at": iso(attachment.created_at + _UPLOAD_SECONDS),
        "required_headers": {
            "Content-Type": attachment.content_type,
            "Content-Length": str(attachment.size),
        },
        "download_url": state.world.address(attachment.url),
    }


@routes("PUT", UPLOADS, "/partners/sandbox/{attachment_id}")
def upload(state: State, request: Request, attachment_id: str) -> Response:
    """Take a file, if the request is exactly the one that was signed."""
    attachment = state.attachments.get(attachment_id)
    if attachment is None or _signature(request) != attachment.signature:
        return refused_by_store(403, "SignatureDoesNotMatch", "Bad signature")
    refusal = _objection(state, request, attachment)
    if refusal is None:
        state.world.objects[attachment.url] = request.content
    return refusal or Response(200, headers={"ETag": f'"{attachment.signature[:32]}"'})


def _signature(request: Request) -> str | None:
    signature: str | None = request.url.params.get("X-Amz-Signature")
    return signature


def _objection(
    state: State, request: Request, attachment: Attachment
) -> Response | None:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    headers = request.headers
    if "authorization" in headers:
        return refused_by_store(403, "AccessDenied", "Only one auth mechanism allowed")
    if "content-length" not in headers or "transfer-encoding" in headers:
        return refused_by_store(411, "MissingContentLength", "Length is required")
    if state.world.now() > attachment.created_at + _UPLOAD_SECONDS:
        return refused_by_store(403, "AccessDenied", "Request has expired")
    signed = (attachment.content_type, str(attachment.size))
    if signed != (headers.get("content-type"), headers["content-length"]):
        return refused_by_store(403, "SignatureDoesNotMatch", "Signed headers differ")
    return None


@routes("GET", CDN, "/attachments/partners/sandbox/{attachment_id}/{filename}")
def download(
    state: State, request: Request, attachment_id: str, filename: str
) -> Response:
    """Return a file to whoever has its URL."""
    attachment = state.attachments.get(attachment_id)
    data = state.world.objects.get(attachment.url) if attachment else None
    if attachment is None or data is None or attachment.filename != filename:
        return refused_by_store(404, "NoSuchKey", f"No {request.url.path}")
    return Response(
        200, headers={"Content-Type": attachment.content_type}, content=data
    )


def known(state: State, attachment_id: object) -> Attachment:
    """
    Return an attachment of this account.

    Raises:
        Refused: The id is malformed (1005), or nobody's here (2003).
    """
    if not isinstance(attachment_id, str) or not _UUID.fullmatch(attachment_id):
        raise Refused(1005, "attachment_id must be a UUID")
    if attachment_id not in state.attachments:
        raise Refused(2003)
    return state.attachments[attachment_id]


@routes("GET", API, f"{V3}/attachments/{{attachment_id}}")
def read(state: State, request: Request, attachment_id: str) -> Response:  # noqa: ARG001
    """Return what is known about an attachment."""
    attachment = known(state, attachment_id)
    is_there = attachment.url in state.world.objects
    return Response(
        200,
        json={
            "id": attachment.id,
            "filename": attachment.filename,
            "content_type": attachment.content_type,
            "size_bytes": attachment.size,
            "created_at": iso(attachment.created_at),
            "status": "complete" if is_there else "pending",
            "download_url": state.world.address(attachment.url) if is_there else None,
        },
    )


@routes("DELETE", API, f"{V3}/attachments/{{attachment_id}}")
def delete(state: State, request: Request, attachment_id: str) -> Response:  # noqa: ARG001
    """Forget an attachment and its file."""
    attachment = known(state, attachment_id)
    del state.attachments[attachment.id]
    state.world.objects.pop(attachment.url, None)
    return Response(204)
