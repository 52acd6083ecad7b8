"""
Handing audio to Linq: a reservation, and a PUT to wherever Linq says.
"""

from voicenote import (
    Audio,
    Flow,
    Request,
    UnavailableError,
    UnexpectedResponseError,
    file_stem,
    read,
    repeatable,
    upload_url,
)

from ._refusals import refusal
from ._schema import Upload
from ._wire import Wire


# A place whose time is over, or whose signature does not fit, is worth another one.
_PLACES = 2


def uploaded(wire: Wire, audio: Audio, key: str) -> Flow[str]:
    """
    Return the id of the attachment that *audio*, of the note *key*, has become.

    Raises:
        UnavailableError: The store does not take it; nothing was sent.
    """
    for _ in range(_PLACES):
        place = yield from _reserved(wire, audio, key)
        # Exactly these headers are signed, and it is not Linq's host: no key.
        stored = yield Request(
            "PUT",
            upload_url(place.upload_url),
            headers=place.required_headers,
            content=audio.data,
        )
        if stored.is_success:
            return place.attachment_id
        if not stored.is_client_error:
            break
    # Not with its words, which quote the signature.
    raise UnavailableError(
        f"the upload was answered {stored.status_code}; no note was sent",
        response=stored,
    )


def _reserved(wire: Wire, audio: Audio, key: str) -> Flow[Upload]:
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
    return place
