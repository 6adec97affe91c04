"""Writing: one SQLAlchemy transaction at a time. Imported on the first write, never before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractContextManager, asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store import sqlite_driver
from paylink_tui.store.migrations import MARK
from paylink_tui.store.place import Place
from paylink_tui.store.problems import Moment, told

SILENT_SECONDS = 120
"""How long PostgreSQL may leave a statement unanswered, or a transaction of ours idle."""

_BEGIN = {
    "sqlite": "BEGIN IMMEDIATE",
    # Every writer meets at the same few rows (tallies, the ledger accounts of a bank account): taking
    # turns from the start costs nothing and leaves no order of rows in which two could wait for each other.
    "postgresql": f"SELECT pg_advisory_xact_lock({MARK})",
}


class Writer:
    """The write engine of one database."""

    def __init__(self, place: Place, patience: float) -> None:
        self._place = place
        self._turn = asyncio.Lock()
        self._engine = _sqlite(place, patience) if place.dialect == "sqlite" else _postgresql(place, patience)

    @asynccontextmanager
    async def transaction(self, *, bulk: bool = False) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back on any exception.

        A `bulk` one has statements that take long, and leaves the event loop its turns meanwhile.

        Raises:
            Refused: a rule of the database said no; nothing was saved.
            DatabaseProblem: locked, full, read-only, damaged or gone; nothing was saved.
            OutcomeUnknown: the connection died while committing.
        """
        async with self._turn, self._begun() as connection:
            if self._place.dialect == "sqlite":
                (await connection.get_raw_connection()).driver_connection.bulk = bulk  # type: ignore[union-attr]
            try:
                with self._told(Moment.WRITING):
                    yield connection
            except BaseException:
                await _to_the_end(self._roll_back(connection))
                raise
            with self._told(Moment.COMMITTING):
                await _to_the_end(connection.commit())

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[AsyncConnection]:
        with self._told(Moment.CONNECTING):
            connection = await self._engine.connect()
        try:
            with self._told(Moment.CONNECTING):
                await connection.exec_driver_sql(_BEGIN[self._place.dialect])
            yield connection
        finally:
            await _to_the_end(connection.close())

    async def _roll_back(self, connection: AsyncConnection) -> None:
        """Roll back; a connection that is gone has rolled back already."""
        try:
            with self._told(Moment.WRITING):
                await connection.rollback()
        except DatabaseProblem:
            await connection.invalidate()

    def _told(self, moment: Moment) -> AbstractContextManager[None]:
        return told(self._place.name, moment, network=self._place.dialect == "postgresql")

    async def close(self) -> None:
        """Give the connection and its thread back."""
        await self._engine.dispose()


async def _to_the_end(work: Awaitable[None]) -> None:
    """Finish what must not stop half-way, even when the caller is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # seen: the cancellation is what the caller is told, not a line on the screen
        raise


def _sqlite(place: Place, patience: float) -> AsyncEngine:
    address = f"{place.file_uri}?mode=rw"
    engine = create_async_engine(
        "sqlite+aiosqlite://",
        async_creator=partial(sqlite_driver.connect, address, patience),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,  # each transaction was ended by hand
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    """Durable commits, and no way around a foreign key or a delete trigger."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _postgresql(place: Place, patience: float) -> AsyncEngine:
    import asyncpg

    connect = partial(
        asyncpg.connect,
        place.dsn,
        timeout=patience,
        command_timeout=SILENT_SECONDS,
        server_settings={
            "application_name": "paylink",
            "lock_timeout": str(int(patience * 1000)),
            "idle_in_transaction_session_timeout": str(SILENT_SECONDS * 1000),
            "jit": "off",
        },
    )
    return create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, pool_size=1, max_overflow=0, pool_pre_ping=True
    )
