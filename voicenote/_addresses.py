"""
Who can be reached: phone numbers in E.164, and e-mail addresses.
"""

import re

from ._errors import RecipientError


# https://www.itu.int/rec/T-REC-E.164: a country code, and 15 digits at most
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_NUMBERS = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAILS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://[^\s'\"]+")


def address(text: str) -> str:
    """
    Return *text* if it is an E.164 number, or an e-mail address in lower case.

    Raises:
        RecipientError: It is neither; the message suggests what may be meant.
    """
    if not isinstance(text, str):
        raise RecipientError(
            f"{text!r} is no address; give a number such as '+12025550123' as text"
        )
    if _E164.fullmatch(text):
        return text
    if _EMAIL.fullmatch(text):
        return text.lower()
    raise RecipientError(
        f"{text!r} is neither an E.164 number, such as +12025550123, "
        f"nor an e-mail address{_suggestion(text)}"
    )


def is_phone(text: str) -> bool:
    """Return whether *text* is an E.164 number."""
    return _E164.fullmatch(text) is not None


def shortened(text: str) -> str:
    """Return an address with its middle left out, fit for a log."""
    return f"{text[:2]}…{text[-2:]}" if len(text) > 5 else "…"  # noqa: PLR2004


def redacted(text: str) -> str:
    """Return *text*, fit for a log: addresses shortened, and no URL."""
    if not text:
        return text
    text = _URL.sub("<URL>", text)
    text = _NUMBERS.sub(lambda match: shortened(match[0]), text)
    return _EMAILS.sub(lambda match: shortened(match[0]), text)


def _suggestion(text: str) -> str:
    digits = re.sub(r"[\s().\-]", "", text)
    if _E164.fullmatch(digits):
        return f"; did you mean {digits}?"
    if digits.startswith("00") and _E164.fullmatch("+" + digits[2:]):
        return f"; did you mean +{digits[2:]}?"
    if digits.isascii() and digits.isdigit():
        return "; it must start with + and the country code"
    return ""
