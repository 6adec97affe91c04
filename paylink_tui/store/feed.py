"""The live feed: a hint that something was committed, then the change log, which is the truth."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from paylink_tui.store.reader import first

if TYPE_CHECKING:
    from paylink_tui.store.database import Database

SQLITE_POLL = 0.06
"""Seconds between two looks at SQLite's data_version; a look costs some microseconds."""
COALESCE = 0.016
"""Seconds in which a burst of PostgreSQL hints becomes one."""
SAFETY = 30.0
"""Seconds after which the change log is read even without a hint: hints may be lost, rows are not."""
CONNECT_SECONDS = 10.0
"""How long the server may take to let the listener in."""
BATCH = 1000


class Change(NamedTuple):
    """One row of the change log. `at` is UTC epoch milliseconds."""

    seq: int
    entity: str
    entity_id: int
    at: int


async def last(database: Database) -> int:
    """The number of the newest change, 0 when there is none."""
    row = await first(database.reader, "SELECT coalesce(max(seq), 0) FROM change")
    return int(row[0]) if row else 0


async def since(database: Database, seq: int, limit: int = BATCH) -> tuple[Change, ...]:
    """Changes after `seq`, in commit order."""
    rows = await database.reader.rows(
        "SELECT seq, entity, entity_id, at FROM change WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
    )
    return tuple(Change(*row) for row in rows)


async def watch(database: Database, after: int | None = None) -> AsyncIterator[tuple[Change, ...]]:
    """Yield every change after `after` (default: from now on), batched; never ends by itself.

    A connection that breaks is made again and nothing is missed, because the change log is read on
    from the last number seen.

    Raises:
        DatabaseProblem: the change log cannot be read.
    """
    seen = await last(database) if after is None else after
    hints = _sqlite_hints(database) if database.dialect == "sqlite" else _postgresql_hints(database)
    async with contextlib.aclosing(hints):
        async for _ in hints:
            while batch := await since(database, seen):
                seen = batch[-1].seq
                yield batch
                if len(batch) < BATCH:
                    break


async def _sqlite_hints(database: Database) -> AsyncGenerator[None, None]:
    """A hint whenever another connection, of any process, has committed.

    A thread does the looking: waking the event loop costs several times as much as a look, and most
    looks see nothing new.
    """
    loop, told, over = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def tell() -> None:
        # The loop may have closed in the meantime.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(told.set)

    address = f"{database.place.file_uri}?mode=ro"
    threading.Thread(target=_look, args=(address, tell, over), name="paylink-feed", daemon=True).start()
    told.set()
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), SAFETY)
            told.clear()
            yield
    finally:
        over.set()


def _look(address: str, tell: Callable[[], None], over: threading.Event) -> None:
    """Tell of each new version of the database until it is over.

    A look that fails because the file is busy is made again; what is wrong for good, reading the
    change log will tell.
    """
    import sqlite3

    connection: sqlite3.Connection | None = None
    version = None
    while not over.wait(SQLITE_POLL):
        with contextlib.suppress(sqlite3.OperationalError):
            connection = connection or sqlite3.connect(address, uri=True, isolation_level=None)
            now = connection.execute("PRAGMA data_version").fetchone()[0]
            if now != version:
                version = now
                tell()
    if connection is not None:
        connection.close()


async def _postgresql_hints(database: Database) -> AsyncGenerator[None, None]:
    """A hint whenever a commit notified; the listening connection is made again when it breaks."""
    told = asyncio.Event()
    told.set()
    listener: Any = None
    try:
        while True:
            if listener is None or listener.is_closed():
                listener = await _listen(database, told)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), SAFETY if listener else 1.0)
            told.clear()
            yield
            await asyncio.sleep(COALESCE)
    finally:
        if listener is not None:
            listener.terminate()


async def _listen(database: Database, told: asyncio.Event) -> Any:
    """A connection that sets `told` on every hint, or None while the server cannot be reached."""
    import asyncpg

    try:
        connection = await asyncpg.connect(database.place.dsn, timeout=CONNECT_SECONDS)
        await connection.add_listener("paylink_change", lambda *_: told.set())
        connection.add_termination_listener(lambda *_: told.set())
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None
    told.set()
    return connection
