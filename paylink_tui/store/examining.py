"""Reading a whole book at once: readers with more room, or more patience, than a screen needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

from paylink_tui.store.opening import connect

if TYPE_CHECKING:
    from paylink_tui.store.database import Database
    from paylink_tui.store.reader import Reader

LANES: Final = 2
"""Queries that run at once."""
CACHE_KIB: Final = 24 * 1024
"""Page cache of each connection to a SQLite file."""
ANSWER_SECONDS: Final = 1800.0
"""How long one query over the whole book may take on a PostgreSQL server."""


@asynccontextmanager
async def examining(database: Database) -> AsyncIterator[tuple[Reader, ...]]:
    """Readers for queries over whole tables, which keep nobody from writing or from reading.

    Raises:
        DatabaseProblem: the database cannot be opened once more.
    """
    if database.dialect == "postgresql":
        from paylink_tui.store.postgresql_reader import PostgresqlReader

        assert isinstance(database.reader, PostgresqlReader)
        yield (database.reader.with_patience(ANSWER_SECONDS),) * LANES
        return
    async with AsyncExitStack() as stack:
        readers = []
        for _ in range(LANES):
            reader = await connect(database.place, database.patience, readonly=database.readonly)
            stack.push_async_callback(reader.close)
            await reader.rows(f"PRAGMA cache_size = -{CACHE_KIB}")
            readers.append(reader)
        yield tuple(readers)
