"""
Network backends for httpx's pools that know the time left, and whom to connect to.

httpx bounds each operation on a socket: an answer whose headers trickle never ends.

Rule: httpcore is not imported here; httpx does it when it makes a pool.
"""

from collections.abc import Iterable
from typing import Any

from ._underway import addresses, left


# Each write has the time that is left at its begin; one of all would have it many times.
_WRITE = 1 << 16


def clock(transports: Iterable[object], *, is_async: bool = False) -> None:
    """
    Have the pools of *transports* keep to the time of the request under way.

    What is no transport of httpx's own is left as it is: there, seconds bound each
    operation, and the body as a whole.
    """
    kind = _AsyncBackend if is_async else _Backend
    for transport in transports:
        pool: Any = getattr(transport, "_pool", None)
        # httpx has no argument for it; httpcore's pools have: network_backend.
        backend = getattr(pool, "_network_backend", None)
        if backend is not None and not isinstance(backend, kind):
            pool._network_backend = kind(backend)  # noqa: SLF001


class _Stream:
    """An httpcore.NetworkStream that ends with its request's time."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.close = stream.close
        self.get_extra_info = stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        return self._stream.read(max_bytes, timeout=left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if len(buffer) <= _WRITE:
            self._stream.write(buffer, timeout=left(timeout))
            return
        for at in range(0, len(buffer), _WRITE):
            self._stream.write(buffer[at : at + _WRITE], timeout=left(timeout))

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "_Stream":
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, left(timeout))
        )


class _Backend:
    """An httpcore.NetworkBackend whose streams end in time."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self.connect_unix_socket = backend.connect_unix_socket
        self.sleep = backend.sleep

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> _Stream:
        *others, last = addresses(host)
        connect = self._backend.connect_tcp
        for address in others:
            try:
                return _Stream(connect(address, port, left(timeout), **options))
            except Exception:  # noqa: BLE001, S112
                continue
        return _Stream(connect(last, port, left(timeout), **options))


class _AsyncBackend:
    """The same, awaiting; its streams are ended by a scope of the driver's."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self.connect_unix_socket = backend.connect_unix_socket
        self.sleep = backend.sleep

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        **options: Any,
    ) -> Any:
        *others, last = addresses(host)
        connect = self._backend.connect_tcp
        for address in others:
            try:
                return await connect(address, port, left(timeout), **options)
            except Exception:  # noqa: BLE001, S112
                continue
        return await connect(last, port, left(timeout), **options)
