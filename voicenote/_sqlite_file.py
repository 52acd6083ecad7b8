"""
One SQLite file: opening it, its schema, and what its errors mean to a person.
"""

import os

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ._errors import JournalError


if TYPE_CHECKING:
    import sqlite3


# https://www.sqlite.org/pragma.html#pragma_application_id: "vnot"
_APPLICATION = 0x766E6F74

# The step at index n makes version n + 1 of the schema. Steps are added, never changed.
_STEPS = (
    f"""
    CREATE TABLE sends (
        key TEXT PRIMARY KEY,
        provider TEXT NOT NULL,
        id TEXT NOT NULL,
        standing TEXT NOT NULL,
        receipt TEXT NOT NULL,
        attempted_at REAL NOT NULL,
        updated_at REAL NOT NULL
    );
    CREATE INDEX sends_by_id ON sends (provider, id);
    CREATE INDEX sends_by_time ON sends (attempted_at);
    PRAGMA application_id = {_APPLICATION};
    """,
)

DAMAGED = "the file is damaged; restore a copy, or begin with another file"

_ADVICE = {
    "BUSY": "another process has kept it locked; let that end, or raise timeout=",
    "LOCKED": "another process has kept it locked; let that end, or raise timeout=",
    "FULL": "the disk is full; free some space",
    "IOERR": "the disk does not read or write; look at its space and its health",
    "CORRUPT": DAMAGED,
    "NOTADB": "the file is no SQLite database; give the path of another one",
    "READONLY": "it cannot be written to; look at its permissions",
    "CANTOPEN": "it cannot be opened; look at its folder and its permissions",
}


def opened(path: Path, timeout: float) -> "sqlite3.Connection":
    """
    Return a connection to the journal at *path*, which is made if it is not there.

    Args:
        path: Absolute, so that SQLite finds no other meaning in it.

        timeout: Seconds to wait while another process writes.

    Raises:
        JournalError: It cannot be made, or is not a journal of this version's.

        sqlite3.Error: It cannot be read, or is locked.
    """
    import sqlite3  # noqa: PLC0415  (2 ms, for who has a journal)

    _make(path)
    connection = sqlite3.connect(
        path, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(path, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(path: Path) -> None:
    """Make an empty file that is private; SQLite's own would be everybody's."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise JournalError(
            f"the journal {path} cannot be opened: {error.strerror}; "
            "its folder has to be there, and both have to be writable"
        ) from error


def _prepare(path: Path, connection: "sqlite3.Connection") -> None:
    """Bring the file to the schema of this version, or say why that cannot be."""
    is_current = _version(path, connection) == len(_STEPS)  # first, or refuse
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # Elsewhere it changes nothing; on a Mac, fsync alone leaves it to the drive.
    # https://www.sqlite.org/pragma.html#pragma_fullfsync
    connection.execute("PRAGMA fullfsync = ON")
    if is_current:
        return
    with transaction(connection):
        # Again: another process may have been faster.
        for number in range(_version(path, connection), len(_STEPS)):
            for statement in _STEPS[number].split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")


def _version(path: Path, connection: "sqlite3.Connection") -> int:
    """
    Return the version of the schema; 0 for an empty file.

    Raises:
        JournalError: It is newer than this, or not a journal's.
    """
    application, version, tables = connection.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if tables and application != _APPLICATION:
        raise JournalError(
            f"{path} is a database of something else; give the path of another file"
        )
    if version > len(_STEPS):
        raise JournalError(
            f"the journal {path} has schema {version}, and this voicenote knows "
            f"{len(_STEPS)}: a newer one wrote it; upgrade this one"
        )
    return int(version)


@contextmanager
def transaction(connection: "sqlite3.Connection") -> Iterator[None]:
    """Do everything in the block, or nothing."""
    # Locked from its beginning: a look that becomes a write may have come too late.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def failure(path: Path, error: "sqlite3.Error") -> JournalError:
    """Return *error* as one that says what to do."""
    # For example SQLITE_IOERR_WRITE; https://www.sqlite.org/rescode.html
    name = getattr(error, "sqlite_errorname", "")
    advice = _ADVICE.get(name.removeprefix("SQLITE_").partition("_")[0], name)
    return JournalError(f"the journal {path} cannot be used: {error}; {advice}")
