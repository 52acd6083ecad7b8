"""
JSON becomes models: read, check, structure. The only place that knows cattrs.

Rule: a required field is strict about its type; an optional one (``str | None``) is
None if it does not fit; a field that we do not name is ignored.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin

import attrs
import httpx

from ._errors import (
    RejectedError,
    SendError,
    UnauthorizedError,
    UnavailableError,
    UnconfirmedError,
    UnexpectedResponseError,
)
from ._receipts import moment
from ._repeat import TOO_MANY_REQUESTS, may_repeat


T = TypeVar("T")

Refusal: TypeAlias = Callable[[httpx.Response], SendError | None]
"""What a vendor means by a response, in its own codes; None if no refusal."""

_EXCERPT = 200
_JSON = "voicenote.json"


@cache
def _converter() -> Any:
    # cattrs costs a third of the import; nothing needs it before the first answer.
    from cattrs.preconf.json import make_converter  # noqa: PLC0415

    converter = make_converter()
    converter.register_structure_hook(datetime, lambda text, _: moment(text))
    for primitive in (str, int, bool):
        converter.register_structure_hook(primitive, _exactly)
    converter.register_structure_hook_factory(
        _is_optional, partial(_optionally, converter)
    )
    converter.register_structure_hook_factory(attrs.has, partial(_object, converter))
    return converter


def _object(converter: Any, cls: type[T]) -> Callable[[object, Any], T]:
    """Return a hook for a model, which only an object is."""
    structure_fields = converter.gen_structure_attrs_fromdict(cls)

    def hook(value: object, _: Any) -> T:
        # Without required fields, cattrs takes a list, or a text, for an object.
        if not isinstance(value, Mapping):
            raise TypeError(f"expected an object, got {type(value).__name__}")
        structured: T = structure_fields(value, cls)
        return structured

    return hook


def _is_optional(cls: Any) -> bool:
    kinds = get_args(cls)
    return (
        get_origin(cls) in (Union, UnionType) and len(kinds) == 2 and NoneType in kinds  # noqa: PLR2004
    )


def _optionally(converter: Any, cls: Any) -> Callable[[object, Any], Any]:
    """Return a hook for None or a value that fits: what may be missing may be strange."""
    (kind,) = set(get_args(cls)) - {NoneType}
    structure_kind = converter.get_structure_hook(kind)

    def hook(value: object, _: Any) -> Any:
        try:
            return None if value is None else structure_kind(value, kind)
        except Exception:  # noqa: BLE001
            return None

    return hook


def _exactly(value: object, cls: type[T]) -> T:
    # By default, cattrs turns null into "None".
    if type(value) is not cls:
        raise TypeError(f"expected {cls.__name__}, got {type(value).__name__}")
    return value


def structure(data: object, cls: type[T]) -> T:
    """
    Return *data*, which is JSON's own types, as an instance of *cls*.

    Raises:
        UnexpectedResponseError: A field is missing, or has the wrong type; the
            message names its path.
    """
    try:
        structured: T = _converter().structure(data, cls)
    except Exception as error:
        from cattrs import transform_error  # noqa: PLC0415

        reasons = "; ".join(transform_error(error))
        raise UnexpectedResponseError(f"not a {cls.__name__}: {reasons}") from error
    return structured


def fitting(listed: Iterable[object], cls: type[T]) -> list[T]:
    """Return those of *listed* that have the shape of *cls*; misfits hide no other."""
    found = []
    for one in listed:
        try:
            found.append(structure(one, cls))
        except UnexpectedResponseError:
            continue
    return found


def check(
    response: httpx.Response, *, refusal: Refusal = lambda _: None
) -> httpx.Response:
    """
    Return *response* if it is a success.

    Args:
        refusal: What the vendor means by it, asked first.

    Raises:
        SendError: It is not; the class says what that means for the note.
    """
    error = refusal(response)
    if error is None and not response.is_success:
        error = refused(response, excerpt(response))
    if error is None:
        return response
    error.response = response
    raise error


def read(
    response: httpx.Response, cls: type[T], *, refusal: Refusal = lambda _: None
) -> T:
    """
    Return the body of *response* as an instance of *cls*.

    Raises:
        SendError: It is not a success. `UnconfirmedError` also if it is one that
            cannot be read, and the request must not go out twice.

        UnexpectedResponseError: The body is not what *cls* describes.
    """
    check(response, refusal=refusal)
    try:
        return structure(body(response), cls)
    except UnexpectedResponseError as error:
        if may_repeat(response.request):
            raise
        raise UnconfirmedError(
            f"{_what(response)} was accepted with an answer that cannot be read "
            f"({error})",
            response=response,
        ) from error


def body(response: httpx.Response) -> Any:
    """
    Return the JSON in *response*; it is parsed once, and shared by all who ask.

    Raises:
        UnexpectedResponseError: There is none.
    """
    parsed = response.extensions
    try:
        if _JSON not in parsed:
            parsed[_JSON] = response.json()
        return parsed[_JSON]
    except (ValueError, RecursionError) as error:
        raise UnexpectedResponseError(
            f"{_what(response)} answered {response.status_code} without JSON: "
            f"{excerpt(response)}"
        ) from error


def refused(
    response: httpx.Response,
    reason: str,
    kind: type[SendError] | None = None,
) -> SendError:
    """
    Return the error for a response that is not a success.

    Args:
        reason: In the provider's words.

        kind: The class, where the provider's words decide; otherwise HTTP does.
    """
    kind = kind or _by_status(response)
    if kind is UnconfirmedError and may_repeat(response.request):
        kind = UnavailableError  # nobody hears this request: there is nothing to doubt
    message = f"{_what(response)} was answered {response.status_code}: {reason}"
    if issubclass(kind, UnavailableError):
        return kind(message, response=response, retry_after=retry_after(response))
    return kind(message, response=response)


def retry_after(response: httpx.Response) -> float | None:
    """
    Return the seconds that ``Retry-After`` asks for, or None.

    A date is measured against the response's own ``Date``: no clock is needed.
    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        then, now = (
            parsedate_to_datetime(moment)
            for moment in (text, response.headers.get("date", ""))
        )
        return max(0.0, (then - now).total_seconds())
    except (TypeError, ValueError):  # no date, or one of the two without a time zone
        return None


def excerpt(response: httpx.Response) -> str:
    """Return the start of the body, on one line, fit for an error message."""
    text = " ".join(response.text.split())
    return (text[:_EXCERPT] + "…") if len(text) > _EXCERPT else text or "nothing"


def _what(response: httpx.Response) -> str:
    # The query may hold numbers, and a signature; the path may hold a token.
    request = response.request
    return f"{request.method} {request.url.host}"


def _by_status(response: httpx.Response) -> type[SendError]:
    code = response.status_code
    if code in (401, 403):
        return UnauthorizedError
    if code == TOO_MANY_REQUESTS:
        return UnavailableError
    # 408: the server gave up on us in the middle; it may have had enough. 3xx: what was
    # asked for may have been done, and is to be seen elsewhere.
    if 400 <= code < 500 and code != 408:  # noqa: PLR2004
        return RejectedError
    return UnavailableError if may_repeat(response.request) else UnconfirmedError
