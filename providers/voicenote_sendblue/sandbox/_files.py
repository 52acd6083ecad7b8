"""
Sendblue's uploads: https://docs.sendblue.com/api-v2/media
"""

import re

from email import message_from_bytes
from email.message import Message as Headers
from posixpath import basename
from urllib.parse import quote, unquote, urlsplit

from voicenote.sandbox import (
    Format,
    Media,
    Rendering,
    Request,
    Response,
    Service,
    Sound,
    World,
    listen,
)

from ._state import BUCKET, STORE, Refused, api, invalid, routes


_MAX_BYTES = 100_000_000  # https://docs.sendblue.com/api-v2/media


@api("POST", "/api/upload-file")
def upload(world: World, request: Request) -> Response:
    """Keep a file, at an address that anybody may read."""
    filename, data = _file(request)
    if len(data) > _MAX_BYTES:
        raise Refused("File exceeds 100 MB", status=413)
    name = f"{world.token(12)}_{filename}"
    url = f"https://{STORE}/{BUCKET}/{quote(name)}"
    world.objects[url] = data
    return Response(
        201,
        json={
            "status": "OK",
            "message": "File uploaded successfully",
            "media_url": world.address(url),
            "mediaObjectId": name,
        },
    )


def _file(request: Request) -> tuple[str, bytes]:
    """Return the name and the bytes of the part that is called ``file``."""
    for headers, data in _parts(request):
        if headers.get_param("name", header="Content-Disposition") == "file":
            filename = headers.get_filename()
            if not filename:
                raise invalid("The file has no name")
            return basename(filename), data
    raise Refused("No file uploaded")


def _parts(request: Request) -> list[tuple[Headers, bytes]]:
    """
    Return a multipart body's parts.

    Raises:
        Refused: The body is not multipart/form-data.
    """
    outer = Headers()
    outer["Content-Type"] = request.headers.get("content-type", "")
    boundary = outer.get_param("boundary")
    if outer.get_content_type() != "multipart/form-data" or not boundary:
        raise Refused("No file uploaded")
    # A boundary does not occur inside a part: RFC 2046, section 5.1.1
    pieces = (b"\r\n" + request.content).split(b"\r\n--" + str(boundary).encode())
    split = [piece.partition(b"\r\n\r\n") for piece in pieces[1:-1]]
    return [
        (message_from_bytes(head.lstrip(b"\r\n") + b"\r\n\r\n"), data)
        for head, _, data in split
    ]


@routes("GET", STORE, f"/{BUCKET}/{{name}}")
def download(world: World, request: Request, name: str) -> Response:  # noqa: ARG001
    """Return a file to whoever has its URL."""
    data = world.objects.get(f"https://{STORE}/{BUCKET}/{quote(name)}")
    if data is None:
        missing = f"<Error><Code>NoSuchKey</Code><Key>{name}</Key></Error>"
        return Response(404, headers={"Content-Type": "application/xml"}, text=missing)
    headers = {"Content-Type": "application/octet-stream"}
    return Response(200, headers=headers, content=data)


def attached(world: World, url: str, service: Service) -> Media | None:
    """
    Return what becomes of *url* in a message; None if it is silently dropped.

    https://docs.sendblue.com/getting-started/sending-messages has the rules, and that
    breaking them is no error was observed by two integrators.
    """
    canonical = world.canonical(url)
    name = _name(canonical)
    data = world.stored(canonical)
    is_gone = data is None and urlsplit(canonical).hostname == STORE
    if name is None or is_gone:
        return None
    sound = Sound(None, None, 0) if data is None else listen(data)
    # Nothing is fetched: what is elsewhere is judged by its name.
    is_note = _is_caf(name) and (data is None or _plays_inline(sound))
    return Media(
        id=name,
        url=canonical,
        filename=name.partition("_")[2] or name,
        content_type="",
        rendering=(
            Rendering.VOICE_NOTE
            if is_note and service is Service.IMESSAGE
            else Rendering.ATTACHMENT
        ),
        sound=sound,
        data=data or b"",
    )


def _name(url: str) -> str | None:
    """Return a usable URL's last part, or None if the URL is not usable."""
    parts = urlsplit(url)
    name = unquote(basename(parts.path))
    is_signed = bool(parts.query or parts.fragment)
    has_space = re.search(r"\s", url) is not None
    if parts.scheme != "https" or is_signed or has_space or "." not in name:
        return None
    return name


def _is_caf(name: str) -> bool:
    # Only .caf plays inline: https://docs.sendblue.com/guides/voice-notes
    return name.lower().endswith(".caf")


def _plays_inline(sound: Sound) -> bool:
    # An mp3 under that name, PCM inside, or a file that breaks off is played here as
    # an attachment: no client should rely on more.
    return sound.format is Format.CAF_OPUS and bool(sound.seconds)
