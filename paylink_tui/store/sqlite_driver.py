"""aiosqlite for the write engine, with as few trips to its thread as safety allows.

A trip costs more than most statements. So only what can wait makes one: opening, `BEGIN IMMEDIATE`
(another writer), `COMMIT` (the disk), and bulk work. What runs in between, under the write lock and from
the page cache, runs where it is asked for, in some tens of microseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import aiosqlite

READ_AHEAD = 64
"""Rows aiosqlite's own iteration fetches at a time; nothing of ours iterates."""
SHORT = 64
"""Sets of parameters that run without a trip."""


class WriteCursor:
    """A cursor that executes and fetches in one trip; SQLAlchemy buffers every row anyway."""

    def __init__(self, connection: WriteConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> WriteCursor:
        """Run a statement and keep its rows."""
        await self._connection.run(self._run, False, "execute", sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> WriteCursor:
        """Run a statement for each set of parameters."""
        long = len(parameters) > SHORT
        await self._connection.run(self._run, long, "executemany", sql, parameters)
        return self

    def _run(self, connection: sqlite3.Connection, how: str, sql: str, parameters: Any) -> None:
        cursor = connection.cursor()
        try:
            getattr(cursor, how)(sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    async def fetchall(self) -> list[Any]:
        """The rows of the last statement, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left open between statements."""

    async def __aenter__(self) -> WriteCursor:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class WriteConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors take one trip."""

    def cursor(self) -> WriteCursor:  # type: ignore[override]
        """A cursor, made without a trip."""
        return WriteCursor(self)

    bulk = False
    """Whether the running transaction is large, so that every statement of it makes a trip."""

    async def run(self, function: Any, long: bool, *arguments: Any) -> None:
        """Call `function(sqlite3 connection, *arguments)`: here, or in the thread when it may take long."""
        if self._conn.in_transaction and not (long or self.bulk):
            function(self._conn, *arguments)
        else:
            await self._execute(function, self._conn, *arguments)  # type: ignore[no-untyped-call]


async def connect(address: str, patience: float) -> WriteConnection:
    """Open an existing database for writing, with transactions begun by hand.

    Raises:
        sqlite3.Error: it cannot be opened.
    """

    def opened() -> sqlite3.Connection:
        # Calls are awaited one by one, so the connection never works in two threads at once.
        return sqlite3.connect(
            address, uri=True, isolation_level=None, timeout=patience, check_same_thread=False
        )

    connection = WriteConnection(opened, READ_AHEAD)
    await connection
    return connection
