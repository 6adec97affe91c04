"""aiosqlite for the write engine, with as few trips to its thread as safety allows.

A trip costs more than most statements. So only what can wait makes one: opening, `BEGIN IMMEDIATE` while
somebody else writes, `COMMIT` (the disk), and bulk work. What runs in between, under the write lock and
from the page cache, runs where it is asked for, in some tens of microseconds.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

import aiosqlite

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

READ_AHEAD = 64
"""Rows aiosqlite's own iteration fetches at a time; nothing of ours iterates."""
SHORT = 64
"""Sets of parameters that run without a trip."""
PRIMARY = 0xFF
"""The part of an error's code that tells its kind."""


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
    """An aiosqlite connection whose cursors take one trip, and which can be used without any cursor."""

    bulk = False
    """Whether the running transaction is large, so that every statement of it makes a trip."""
    patience = 0.0
    """Seconds to wait for another writer."""

    def cursor(self) -> WriteCursor:  # type: ignore[override]
        """A cursor, made without a trip."""
        return WriteCursor(self)

    async def run(self, function: Any, long: bool, *arguments: Any) -> Any:
        """Call `function(sqlite3 connection, *arguments)`: here, or in the thread when it may take long."""
        if self._conn.in_transaction and not (long or self.bulk):
            return function(self._conn, *arguments)
        return await self._execute(function, self._conn, *arguments)  # type: ignore[no-untyped-call]

    async def rows(self, sql: str, values: Sequence[Any] = ()) -> Found:
        """Run a statement."""
        return cast("Found", await self.run(_rows, False, sql, values))

    async def rows_of_each(self, sql: str, sets: Sequence[Sequence[Any]]) -> Found:
        """Run a statement for each of some sets of values."""
        return cast("Found", await self.run(_rows_of_each, len(sets) > SHORT, sql, sets))

    async def begin(self, lasting: bool) -> None:
        """Begin to write: at once when nobody else does, else in the thread, where there is time to wait.

        Raises:
            sqlite3.OperationalError: somebody else has been writing for longer than `patience`.
        """
        self._conn.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
        _wait_for_others(self._conn, 0)
        try:
            self._conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            _wait_for_others(self._conn, self.patience)
            await self._execute(self._conn.execute, "BEGIN IMMEDIATE")  # type: ignore[no-untyped-call]
        else:
            _wait_for_others(self._conn, self.patience)

    async def commit(self) -> None:
        """Commit, to the end even when the caller is cancelled meanwhile."""
        try:
            await super().commit()
        except asyncio.CancelledError:
            await self._execute(int)  # type: ignore[no-untyped-call]  # the thread's next, once it has committed
            raise


Found = tuple[Any, list[Any]]
"""The description of a statement's columns, as a cursor has it, and its rows."""


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> Found:
    cursor = connection.execute(sql, values)
    return cursor.description, cursor.fetchall()


def _rows_of_each(connection: sqlite3.Connection, sql: str, sets: Sequence[Sequence[Any]]) -> Found:
    description, found = None, []
    for values in sets:
        cursor = connection.execute(sql, values)
        description = cursor.description
        found += cursor.fetchall()
    return description, found


def _wait_for_others(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def driver_of(connection: AsyncConnection) -> WriteConnection:
    """What SQLAlchemy's connection runs on."""
    assert connection.sync_connection is not None
    return cast("WriteConnection", connection.sync_connection.connection.driver_connection)


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
    connection.patience = patience
    await connection
    return connection
