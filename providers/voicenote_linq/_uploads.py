"""
Handing audio to Linq: a reservation, and a PUT to wherever Linq says.
"""

from voicenote import (
    Audio,
    Flow,
    Request,
    UnexpectedResponseError,
    check,
    file_stem,
    read,
    repeatable,
    upload_url,
)

from ._refusals import refusal
from ._schema import Upload
from ._wire import Wire


def uploaded(wire: Wire, audio: Audio, key: str) -> Flow[str]:
    """Return the id of the attachment that *audio*, of the note *key*, has become."""
    # https://docs.linqapp.com, guide "Attachments": POST /v3/attachments. A repeat
    # leaves an attachment that nobody uses.
    response = yield repeatable(
        wire.ask(
            "POST",
            "/v3/attachments",
            json={
                "filename": f"{file_stem(key)}.{audio.filename.rpartition('.')[2]}",
                "content_type": audio.content_type,
                "size_bytes": len(audio.data),
            },
        )
    )
    place = read(response, Upload, refusal=refusal)
    if place.http_method.upper() != "PUT":
        raise UnexpectedResponseError(
            f"Linq wants an upload by {place.http_method!r}, not by PUT"
        )
    # Exactly these headers are signed, and it is not Linq's host: no key.
    stored = yield Request(
        "PUT",
        upload_url(place.upload_url),
        headers=place.required_headers,
        content=audio.data,
    )
    check(stored)
    return place.attachment_id
