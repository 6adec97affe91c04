"""What is to be sent is found by its index, however much was sent before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from paylink_tui.store.database import Database, open_database
from paylink_tui.store.read import messages as reading
from paylink_tui.store.write import messages
from tests.databases import FreshSqlite

SENT = 20_000


@pytest.fixture
def long_used(fresh_sqlite: FreshSqlite) -> Iterator[str]:
    """A database that has sent a lot; where the messages belong to is not asked."""
    url = fresh_sqlite.migrated()
    with closing(sqlite3.connect(url)) as base:
        rows = ((number, "sent" if number else "waiting") for number in range(SENT))
        base.executemany(
            """INSERT INTO message (payment_id, occasion, audience, language, content, state, created_at,
                                    next_at) VALUES (?, 'completed', 'payer', '', '{}', ?, 0, 0)""",
            rows,
        )
        base.commit()
    yield url
    fresh_sqlite.drop(url)


async def steps(database: Database, sql: str, *values: object) -> str:
    """How the database would go about a statement."""
    return " ".join(str(row[3]) for row in await database.reader.rows(f"EXPLAIN QUERY PLAN {sql}", values))


async def test_what_is_due_is_not_looked_for_among_what_was_sent(long_used: str) -> None:
    database = await open_database(long_used)
    try:
        for sql in (reading.ANY_DUE, reading.ANY_UNTRIED):
            assert "ix_message_open" in await steps(database, sql, 1)
        async with database.write() as connection:
            compiled = messages.CLAIM.compile(dialect=connection.dialect)
            values = [1] * len(compiled.positiontup or ())
            found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(values))
            assert any("ix_message_open" in str(tuple(row)) for row in found)
            assert list(await messages.claim(connection, 1, 2, 50)) == [1]
    finally:
        await database.close()
