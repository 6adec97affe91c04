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

TAKE_TURNS = f"SELECT pg_advisory_xact_lock({MARK})"
"""Every writer meets at the same few rows (tallies, the ledger accounts of a bank account): taking turns
from the start costs nothing and leaves no order of rows in which two could wait for each other."""
HURRY = f"{TAKE_TURNS}, set_config('synchronous_commit', 'off', true)"
"""As before, for a transaction that does not wait for the disk."""


class Writer:
    """The write engine of one database."""

    def __init__(self, place: Place, patience: float) -> None:
        self._place = place
        self._turn = asyncio.Lock()
        self._way = _Sqlite(place, patience) if place.dialect == "sqlite" else _Postgresql(place, patience)

    @asynccontextmanager
    async def transaction(
        self, *, bulk: bool = False, lasting: bool = True
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back on any exception.

        A `bulk` one has statements that take long, and leaves the event loop its turns meanwhile. One that
        is not `lasting` does not wait for the disk.

        Raises:
            Refused: a rule of the database said no; nothing was saved.
            DatabaseProblem: locked, full, read-only, damaged or gone; nothing was saved.
            OutcomeUnknown: the connection died while committing.
        """
        async with self._turn:
            with self._told(Moment.CONNECTING):
                connection = await self._way.connect()
            try:
                with self._told(Moment.CONNECTING):
                    await self._way.begin(connection, bulk, lasting)
                with self._told(Moment.WRITING):
                    yield connection
                with self._told(Moment.COMMITTING):
                    await self._way.commit(connection)
            except BaseException:
                await _to_the_end(self._roll_back(connection))
                raise
            finally:
                await self._way.leave(connection)

    async def _roll_back(self, connection: AsyncConnection) -> None:
        """Roll back; a connection that is gone has rolled back already."""
        try:
            with self._told(Moment.WRITING):
                await self._way.roll_back(connection)
        except DatabaseProblem:
            await connection.invalidate()

    def _told(self, moment: Moment) -> AbstractContextManager[None]:
        return told(self._place.name, moment, network=self._place.dialect == "postgresql")

    async def close(self) -> None:
        """Give the connection and its thread back."""
        await self._way.close()


class _Sqlite:
    """One connection, kept: SQLite has one writer, and asking a pool for it takes longer than a row.

    What runs through SQLAlchemy and what goes to the driver directly is one transaction; SQLAlchemy is
    told of its end when it took part.
    """

    def __init__(self, place: Place, patience: float) -> None:
        self._engine = _sqlite(place, patience)
        self._kept: AsyncConnection | None = None

    async def connect(self) -> AsyncConnection:
        if self._kept is None:
            self._kept = await self._engine.connect()
        return self._kept

    async def begin(self, connection: AsyncConnection, bulk: bool, lasting: bool) -> None:
        driver = sqlite_driver.driver_of(connection)
        driver.bulk = bulk
        await driver.begin(lasting)

    async def commit(self, connection: AsyncConnection) -> None:
        if connection.in_transaction():
            await _to_the_end(connection.commit())
        else:
            await sqlite_driver.driver_of(connection).commit()

    async def roll_back(self, connection: AsyncConnection) -> None:
        await connection.rollback()
        # Also when SQLAlchemy took no part, when its commit failed, and when a beginning was given up that
        # may yet come about in the thread, before this.
        await sqlite_driver.driver_of(connection).rollback()

    async def leave(self, connection: AsyncConnection) -> None:
        if connection.invalidated:
            self._kept = None
            await _to_the_end(connection.close())

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.close()
            self._kept = None
        await self._engine.dispose()


class _Postgresql:
    """A connection from the pool, which looks whether it is alive."""

    def __init__(self, place: Place, patience: float) -> None:
        self._engine = _postgresql(place, patience)

    async def connect(self) -> AsyncConnection:
        return await self._engine.connect()

    async def begin(self, connection: AsyncConnection, bulk: bool, lasting: bool) -> None:
        await connection.exec_driver_sql(TAKE_TURNS if lasting else HURRY)

    async def commit(self, connection: AsyncConnection) -> None:
        await _to_the_end(connection.commit())

    async def roll_back(self, connection: AsyncConnection) -> None:
        await connection.rollback()

    async def leave(self, connection: AsyncConnection) -> None:
        await _to_the_end(connection.close())

    async def close(self) -> None:
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
        hide_parameters=True,  # an error's details are kept in a file; what clients typed is not
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
        "postgresql+asyncpg://",
        hide_parameters=True,
        async_creator=connect,
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
    )
