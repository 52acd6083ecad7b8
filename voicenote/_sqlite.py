"""
The journal in a file: what has been attempted survives the process, and is shared.

Rule 1: an attempt is on the disk itself when `attempt` returns, so that not even a power
cut forgets it. An outcome need not be: where it is lost, the attempt is in doubt, and
the note is looked for.
Rule 2: whatever SQLite raises leaves here as a `JournalError`.
"""

import json
import os
import threading
import time

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import attrs

from ._errors import JournalError
from ._journal import Entry, Standing, untold
from ._receipts import Receipt
from ._sqlite_file import DAMAGED, failure, opened, transaction


if TYPE_CHECKING:
    import sqlite3


_SELECT = "SELECT standing, receipt, attempted_at FROM sends"

_INSERT = """
    INSERT INTO sends VALUES (:key, :provider, :id, :standing, :receipt, :at, :now)
    ON CONFLICT (key) DO UPDATE SET
        provider = :provider, id = :id, standing = :standing,
        receipt = :receipt, attempted_at = :at, updated_at = :now
"""

# Connections of the process that this one was forked from. Not even closing them is
# safe here: https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_across_a_fork_
_inherited: list[Any] = []


@attrs.define
class Journal:
    """
    Remembers sends in one SQLite file, for several threads and processes at a time.

    The file is opened at first use, and made, for its owner's eyes only, if it is not
    there: it holds numbers and the addresses of audio. After `close` it opens again
    when it is used again. All processes have to be on one machine: SQLite's
    write-ahead log does not work over a network file system.

    Attributes:
        path: The file; its folder has to be there.

        timeout: Seconds to wait while another process writes.
    """

    path: Path = attrs.field(converter=Path)
    timeout: float = attrs.field(default=5.0, kw_only=True)
    _connection: "sqlite3.Connection | None" = attrs.field(
        default=None, init=False, repr=False, eq=False
    )
    _owner: int = attrs.field(default=0, init=False, repr=False, eq=False)
    _lock: threading.Lock = attrs.field(
        factory=threading.Lock, init=False, repr=False, eq=False
    )

    def recall(self, key: str) -> Entry | None:
        """
        See `Keeper.recall`.

        Raises:
            JournalError: The file cannot be used; so do all other methods.
        """
        with self._using() as connection:
            return self._one(connection, "key = ?", key)

    def attempt(self, trace: Receipt, at: float) -> bool:
        """See `Keeper.attempt`. Takes as long as the disk takes to keep a promise."""
        entry = Entry(Standing.ATTEMPTED, trace, at)
        with self._using() as connection:
            connection.execute("PRAGMA synchronous = FULL")
            try:
                # One statement: between a look and a write, another might be first.
                done = connection.execute(
                    f"{_INSERT} WHERE standing = '{Standing.REFUSED}'", _row(entry)
                )
            finally:
                connection.execute("PRAGMA synchronous = NORMAL")
            return done.rowcount == 1

    def accept(self, receipt: Receipt) -> None:
        """See `Keeper.accept`."""
        with self._changing() as connection:
            known = self._one(connection, "key = ?", receipt.key or "") or untold(
                receipt
            )
            connection.execute(_INSERT, _row(known.accepted(receipt)))

    def refuse(self, attempt: Entry) -> None:
        """See `Keeper.refuse`."""
        with self._using() as connection:
            connection.execute(
                "UPDATE sends SET standing = ?, updated_at = ? "
                "WHERE key = ? AND standing = ? AND attempted_at = ?",
                (
                    Standing.REFUSED,
                    time.time(),
                    attempt.key,
                    Standing.ATTEMPTED,
                    attempt.at,
                ),
            )

    def update(self, receipt: Receipt) -> Receipt:
        """See `Keeper.update`."""
        if not receipt.id:  # as all attempts have none, it could be any of them
            return receipt
        with self._changing() as connection:
            known = self._one(
                connection, "provider = ? AND id = ?", receipt.provider, receipt.id
            )
            if known is None:
                return receipt
            merged = known.receipt.updated(receipt)
            connection.execute(_INSERT, _row(attrs.evolve(known, receipt=merged)))
            return merged

    def entries(self, limit: int = -1) -> list[Entry]:
        """
        Return what is written down, the latest attempt first.

        Args:
            limit: How many at most; all, if it is negative.
        """
        with self._using() as connection:
            rows = connection.execute(
                f"{_SELECT} ORDER BY attempted_at DESC, rowid DESC LIMIT ?",
                (limit,),
            )
            return [self._entry(*row) for row in rows]

    def close(self) -> None:
        """Close the file. It opens again if it is used again."""
        with self._lock:
            if self._connection and self._owner == os.getpid():
                self._connection.close()
                self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _using(self) -> "Iterator[sqlite3.Connection]":
        """Give the connection to one thread; its errors become ours."""
        import sqlite3  # noqa: PLC0415  (see opened)

        with self._lock:
            try:
                yield self._opened()
            except sqlite3.Error as error:
                raise failure(self.path, error) from error

    @contextmanager
    def _changing(self) -> "Iterator[sqlite3.Connection]":
        """Give the connection for a look and a write that nobody comes between."""
        with self._using() as connection, transaction(connection):
            yield connection

    def _opened(self) -> "sqlite3.Connection":
        if self._connection and self._owner != os.getpid():
            _inherited.append(self._connection)
            self._connection = None
        if self._connection is None:
            self._connection = opened(self.path.absolute(), self.timeout)
            self._owner = os.getpid()
        return self._connection

    def _one(
        self, connection: "sqlite3.Connection", where: str, *values: str
    ) -> Entry | None:
        row = connection.execute(f"{_SELECT} WHERE {where}", values).fetchone()
        return self._entry(*row) if row else None

    def _entry(self, standing: str, receipt: str, at: float) -> Entry:
        try:
            known = Receipt.from_dict(json.loads(receipt))
            return Entry(Standing(standing), known, at)
        except (TypeError, ValueError) as error:
            raise JournalError(
                f"the journal {self.path} has an entry that cannot be read: {DAMAGED}"
            ) from error


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "provider": entry.receipt.provider,
        "id": entry.receipt.id,
        "standing": entry.standing,
        "receipt": json.dumps(entry.receipt.to_dict(), default=str),
        "at": entry.at,
        "now": time.time(),
    }
