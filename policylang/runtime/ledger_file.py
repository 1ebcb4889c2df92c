"""The ledger's file: its tables, the lock that keeps it to one writer, and what SQLite's errors mean to a user."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import LedgerError

SCHEMA_VERSION = 1
APPLICATION_ID = 0x504F4C4C
"""Written into the file's header, so that no other SQLite database is taken for a ledger."""

_TABLES = """
CREATE TABLE run (bundle TEXT NOT NULL, plan TEXT NOT NULL);
CREATE TABLE sessions (started TEXT NOT NULL, tool_version TEXT NOT NULL, config TEXT NOT NULL);
CREATE TABLE calls (
  key TEXT PRIMARY KEY, role TEXT NOT NULL, model TEXT NOT NULL, text TEXT NOT NULL, finish_reason TEXT NOT NULL,
  refusal INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL, cost_usd REAL, latency_s REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE attempts (
  row_id TEXT NOT NULL, attempt INTEGER NOT NULL, position INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('accepted', 'rejected', 'failed')),
  reason TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (row_id, attempt)
);
CREATE INDEX attempts_in_order ON attempts (position, row_id, attempt);
CREATE INDEX attempts_by_status ON attempts (status);
"""


def take_lock(path: Path) -> int:
    """An advisory lock on a file beside the ledger; the system frees it when the process ends, however it ends."""
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise LedgerError(
            f"{path}: another process (pid {holder}) is working on this run",
            "Wait until it is done, stop it, or give this run a folder of its own.",
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Write-ahead mode, and the tables where the file is new."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0 and not connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
        connection.execute("PRAGMA journal_mode = WAL")
        # One transaction, so that a kill leaves either an empty file or a whole ledger.
        connection.executescript(
            f"BEGIN; {_TABLES} PRAGMA application_id = {APPLICATION_ID};"
            f" PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )
    check(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what is not a ledger, or is one of a later version."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise LedgerError(f"{path}: a SQLite database, but not a ledger", "Give the run another folder.")
    if version > SCHEMA_VERSION:
        raise LedgerError(
            f"{path}: written by a newer policyc (ledger version {version}, this one knows {SCHEMA_VERSION})",
            "Update policylang, or give the run another folder.",
        )


_ADVICE = {
    "SQLITE_NOTADB": ("not a ledger, or its beginning is destroyed", "Give the run another folder, or use --new."),
    "SQLITE_CORRUPT": ("the ledger is damaged", "Restore it from a copy, or start afresh with --new."),
    "SQLITE_FULL": ("the disk is full", "Make room and run the same command again: nothing is lost."),
    "SQLITE_IOERR": ("the disk cannot be read or written", "Check the disk, then run the same command again."),
    "SQLITE_READONLY": ("the file cannot be written to", "Check its permissions, or give the run another folder."),
    "SQLITE_CANTOPEN": ("the file cannot be opened", "Check the path and its permissions."),
    "SQLITE_BUSY": ("another program holds the file locked", "Close that program and run the same command again."),
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's and the system's errors as LedgerErrors that say what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        found = next((words for code, words in _ADVICE.items() if name.startswith(code)), None)
        what, advice = found or (str(error), "Give the run another folder, or use --new.")
        raise LedgerError(f"{path}: {what}", advice) from None
    except OSError as error:
        raise LedgerError(f"{path}: {error.strerror or error}", "Check the path and its permissions.") from None
