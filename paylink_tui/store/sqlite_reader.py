"""Reading SQLite: one read-only aiosqlite connection. Never imports SQLAlchemy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import aiosqlite

from paylink_tui.store.place import Place
from paylink_tui.store.problems import Moment, told
from paylink_tui.store.reader import Dialect, Row

CACHE_KIB = 1024
"""Page cache of the connection. Small and fixed, and no memory map, so that memory does not grow with the
database (the kernel caches the file anyway) and a damaged disk is an error instead of a killed process."""


class SqliteReader:
    """A connection that can only read; each query sees the latest commit."""

    dialect: Dialect = "sqlite"

    def __init__(self, place: Place, connection: aiosqlite.Connection) -> None:
        self._place = place
        self._connection = connection
        self._turn = asyncio.Lock()

    async def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query. A cancelled call stops the query it started, and no other.

        Raises:
            DatabaseProblem: the file is damaged, gone, or locked for too long.
        """
        async with self._turn:
            try:
                with told(self._place.name, Moment.READING):
                    return list(await self._connection.execute_fetchall(sql, params))  # type: ignore[arg-type]
            except asyncio.CancelledError:
                await self._connection.interrupt()
                raise

    async def close(self) -> None:
        """Give the connection and its thread back."""
        await self._connection.close()


async def open_sqlite(place: Place, patience: float, *, immutable: bool = False) -> SqliteReader:
    """Open an existing file for reading.

    Args:
        place: Where the file is.
        patience: Seconds to wait for another process that keeps the file locked.
        immutable: The file lies where nobody can write, so it is read without any lock.

    Raises:
        DatabaseProblem: it cannot be opened, or is no SQLite database.
    """
    address = f"{place.file_uri}?mode=ro" + ("&immutable=1" if immutable else "")
    with told(place.name, Moment.CONNECTING):
        connection = await aiosqlite.connect(address, uri=True, isolation_level=None, timeout=patience)
    reader = SqliteReader(place, connection)
    try:
        for pragma in ("query_only = ON", f"cache_size = -{CACHE_KIB}", "mmap_size = 0"):
            await reader.rows(f"PRAGMA {pragma}")
    except BaseException:
        await connection.close()
        raise
    return reader
