"""
Requests as Linq wants them.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import attrs

from voicenote import Request, patient, request

from ._refusals import passes


@attrs.frozen
class Wire:
    """
    Who asks, and where.

    Attributes:
        api_key: A partner API key.

        base_url: Without the ``/v3``.
    """

    api_key: str = attrs.field(repr=False)
    base_url: str

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Request:
        """Return a request to *path*, for which a refusal that passes is waited out."""
        return patient(
            request(
                method,
                self.base_url + path,
                headers={"Authorization": f"Bearer {self.api_key}"},
                params=params,
                json=json,
            ),
            passes,
        )


def quoted(name: str) -> str:
    """Return *name*, an id, as one segment of a path, whatever is in it."""
    return quote(name, safe="")
