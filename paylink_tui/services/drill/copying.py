"""A copy of the books to rehearse on, made ready for the sandbox; the books themselves are only read."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from paylink_tui.domain.times import to_ms
from paylink_tui.services import keys

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services
    from paylink_tui.store.database import Database

_READY = (
    "DELETE FROM member",
    "UPDATE sqlite_sequence SET seq = max(seq, {cursor}) WHERE name = 'sandbox_event'",
    "INSERT INTO sqlite_sequence (name, seq) SELECT 'sandbox_event', {cursor}"
    " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'sandbox_event')",
)
"""Nobody's role stands in the way, and the sandbox numbers its news after what it has told."""
_CURSOR = "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM setting WHERE name = 'cursor:sandbox'"


@asynccontextmanager
async def copied(services: Services) -> AsyncIterator[Database]:
    """A database of its own with everything the books hold now, gone at the end.

    A SQLite file is copied as a backup is; a PostgreSQL database is read out into a SQLite file.

    Raises:
        DatabaseProblem: the books cannot be read, or there is no room for the copy.
    """
    from paylink_tui.store.backup import back_up
    from paylink_tui.store.database import open_database
    from paylink_tui.store.past.build import build

    books = services.database
    with TemporaryDirectory(prefix="paylink-drill-") as folder:
        file = Path(folder) / "books.db"
        if books.dialect == "sqlite":
            await back_up(books.place, file)
        else:
            now = to_ms(services.clock.now())
            await (await build(books, now, file, "now")).close()
        copy = await open_database(str(file))
        try:
            with _own_key() as key:
                await _make_ready(copy, keys.key_id(key))
                yield copy
        finally:
            await copy.close()


async def _make_ready(copy: Database, key_id: str) -> None:
    """Whatever the firm's plan and key are, links can be minted in the copy."""
    ((cursor,),) = await copy.reader.rows(_CURSOR)
    async with copy.write() as connection:
        for statement in _READY:
            await connection.exec_driver_sql(statement.format(cursor=int(cursor)))
        await connection.exec_driver_sql(
            "UPDATE firm SET plan = 'elite', country = 'US', payments_enabled = 1, demo = 0, link_key_id = ?",
            (key_id,),
        )


@contextmanager
def _own_key() -> Iterator[bytes]:
    """A link key for the copy alone; the firm's own is back afterwards."""
    before, key = os.environ.get(keys.VARIABLE), secrets.token_bytes(32)
    os.environ[keys.VARIABLE] = base64.b64encode(key).decode()
    try:
        yield key
    finally:
        if before is None:
            del os.environ[keys.VARIABLE]
        else:
            os.environ[keys.VARIABLE] = before
