"""The ledger: everything that a run has paid for and decided, in one SQLite file.

Each record is a transaction of its own, in write-ahead mode with `synchronous = NORMAL`: a process that is killed at
any instruction loses nothing that `record_call` or `finish` has returned from. When the whole machine loses power, the
last records may be missing (they are asked for again), but the file stays sound and no attempt outlives its calls.

One process writes, guarded by a lock beside the file; any number may read at the same time.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict

from .completion import Completion
from .errors import LedgerError
from .ledger_file import check, explained, prepare, take_lock

Status = Literal["accepted", "rejected", "failed"]
STATUSES: tuple[Status, ...] = get_args(Status)

_CALL = ", ".join(Completion.model_fields)


class RunIdentity(BaseModel):
    """What a run is of. `bundle` (a hash) and `plan` hold for its whole life; the rest may change between sessions.

    `config` is `RunConfig.snapshot()`, which holds no secrets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bundle: str
    plan: str
    tool_version: str = ""
    config: dict[str, Any] = {}


class Attempt(BaseModel):
    """One try at one row of the plan. `position` is the row's place in the plan; `data` is the sample."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row_id: str
    attempt: int
    position: int
    status: Status
    reason: str
    data: dict[str, Any]


class Totals(BaseModel):
    """What the calls of a run took. `cost_usd` sums the known costs; `unpriced` counts the calls without one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0


_ATTEMPT = ", ".join(Attempt.model_fields)


class Ledger:
    """Made by `open` (to write) or `read`. Not to be shared between threads. Every method raises LedgerError."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock

    @classmethod
    def open(cls, path: Path, run: RunIdentity) -> Self:
        """Open a run's ledger to write, or start one. Refuses one that another process is writing to, or that belongs
        to another bundle or plan."""
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = take_lock(path)
            try:
                connection = sqlite3.connect(path, isolation_level=None)
                try:
                    prepare(connection, path)
                    _begin_session(connection, path, run)
                except BaseException:
                    connection.close()
                    raise
            except BaseException:
                os.close(lock)
                raise
            return cls(path, connection, lock)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open an existing ledger to read, also while a run is writing to it and on a read-only disk."""
        if not path.is_file():
            raise LedgerError(
                f"{path}: there is no ledger here", "Give the folder of a run, or start one: policyc run."
            )
        with explained(path):
            # Without its write-ahead file a ledger is at rest; SQLite may then read it where it cannot write.
            at_rest = not path.with_name(f"{path.name}-wal").exists() and not os.access(path.parent, os.W_OK)
            query = "?mode=ro&immutable=1" if at_rest else "?mode=ro"
            connection = sqlite3.connect(path.resolve().as_uri() + query, uri=True, isolation_level=None)
            try:
                check(connection, path)
            except BaseException:
                connection.close()
                raise
            return cls(path, connection, None)

    def close(self) -> None:
        self._connection.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------------ calls

    def find_call(self, key: str) -> Completion | None:
        """What this very request was answered with, if it has been paid for."""
        with explained(self.path):
            found = self._connection.execute(f"SELECT {_CALL} FROM calls WHERE key = ?", (key,)).fetchone()
        return None if found is None else Completion(**dict(zip(Completion.model_fields, found, strict=True)))

    def record_call(self, key: str, role: str, completion: Completion) -> None:
        """Keep an answer under its request's key (`calls.request_key`). The first answer to a request stays."""
        with explained(self.path):
            self._connection.execute(
                f"INSERT OR IGNORE INTO calls (key, role, {_CALL}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (key, role, *completion.model_dump().values()),
            )

    def totals(self, role: str | None = None) -> Totals:
        """What all calls took, or those of one role."""
        sums = ", ".join(f"COALESCE(SUM({name}), 0)" for name in list(Totals.model_fields)[1:5])
        where, values = ("", ()) if role is None else (" WHERE role = ?", (role,))
        with explained(self.path):
            found = self._connection.execute(
                f"SELECT COUNT(*), {sums}, COUNT(*) - COUNT(cost_usd) FROM calls{where}", values
            ).fetchone()
        return Totals(**dict(zip(Totals.model_fields, found, strict=True)))

    # ------------------------------------------------------------------ attempts

    def finish(
        self,
        row_id: str,
        attempt: int,
        status: Status,
        reason: str = "",
        data: Mapping[str, Any] | None = None,
        *,
        position: int = 0,
    ) -> None:
        """Record how an attempt ended. Only a `failed` one may be recorded anew: it can be tried again.

        `data` must be plain JSON; `position` is the row's place in the plan, in which `iterate` goes.
        """
        text = json.dumps(data or {}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        values = (row_id, attempt, position, status, reason, text)
        with explained(self.path):
            written = self._connection.execute(
                f"INSERT INTO attempts ({_ATTEMPT}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " position = excluded.position, status = excluded.status, reason = excluded.reason,"
                " data = excluded.data WHERE status = 'failed'",
                values,
            ).rowcount
        if not written and self._attempt(row_id, attempt) != values:
            raise LedgerError(f"{self.path}: attempt {attempt} at row {row_id} is already recorded otherwise")

    def attempts(self, row_id: str) -> tuple[Attempt, ...]:
        """All attempts at one row, in order."""
        with explained(self.path):
            found = self._connection.execute(
                f"SELECT {_ATTEMPT} FROM attempts WHERE row_id = ? ORDER BY attempt", (row_id,)
            ).fetchall()
        return tuple(map(_read_attempt, found))

    def iterate(self, status: Status | None = None) -> Iterator[Attempt]:
        """All attempts, or those of one status, one by one in the order of the plan."""
        where, values = ("", ()) if status is None else (" WHERE status = ?", (status,))
        with explained(self.path):
            rows = self._connection.execute(
                f"SELECT {_ATTEMPT} FROM attempts{where} ORDER BY position, row_id, attempt", values
            )
            for row in rows:
                yield _read_attempt(row)

    def counts(self) -> dict[Status, int]:
        """How many attempts ended in each way; every status is there."""
        with explained(self.path):
            found = dict(self._connection.execute("SELECT status, COUNT(*) FROM attempts GROUP BY status"))
        return {status: found.get(status, 0) for status in STATUSES}

    def _attempt(self, row_id: str, attempt: int) -> tuple[Any, ...]:
        with explained(self.path):
            found: tuple[Any, ...] = self._connection.execute(
                f"SELECT {_ATTEMPT} FROM attempts WHERE row_id = ? AND attempt = ?", (row_id, attempt)
            ).fetchone()
        return found

    # ------------------------------------------------------------------ the run

    def sessions(self) -> tuple[RunIdentity, ...]:
        """Every opening of the run to write, oldest first, with the tool and the configuration of the time."""
        with explained(self.path):
            found = self._connection.execute(
                "SELECT bundle, plan, tool_version, config FROM run, sessions ORDER BY sessions.rowid"
            ).fetchall()
        return tuple(
            RunIdentity(bundle=bundle, plan=plan, tool_version=version, config=json.loads(config))
            for bundle, plan, version, config in found
        )


def _read_attempt(row: tuple[Any, ...]) -> Attempt:
    *head, data = row
    return Attempt(**dict(zip(Attempt.model_fields, [*head, json.loads(data)], strict=True)))


def _begin_session(connection: sqlite3.Connection, path: Path, run: RunIdentity) -> None:
    known = connection.execute("SELECT bundle, plan FROM run").fetchone()
    if known is None:
        connection.execute("INSERT INTO run (bundle, plan) VALUES (?, ?)", (run.bundle, run.plan))
    elif known != (run.bundle, run.plan):
        what = "plan" if known[0] == run.bundle else "bundle"
        raise LedgerError(
            f"{path}: this run belongs to another {what}"
            + (f', "{known[1]}" and not "{run.plan}"' if what == "plan" else ": the policy has changed since"),
            "Start afresh with --new, or give the run another folder.",
        )
    connection.execute(
        "INSERT INTO sessions (started, tool_version, config) VALUES (?, ?, ?)",
        (datetime.now(UTC).isoformat(timespec="seconds"), run.tool_version, json.dumps(run.config)),
    )
