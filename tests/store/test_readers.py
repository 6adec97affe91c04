"""Reading: the same answers from both databases, and nothing that outlives its asker."""

from __future__ import annotations

import asyncio
import sqlite3

import asyncpg
import pytest

from paylink_tui.store.database import Database, open_database
from paylink_tui.store.postgresql_reader import numbered
from paylink_tui.store.reader import first

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"


async def test_rows_are_plain_tuples_with_question_marks_for_parameters(database: Database) -> None:
    async with database.write() as tx:
        await tx.exec_driver_sql("INSERT INTO setting (name, value) VALUES ('a', 'x?')")
    rows = await database.reader.rows(
        "SELECT name, value, '?' FROM setting WHERE name = ? OR name = ?", ("a", "b")
    )
    assert rows == [("a", "x?", "?")]
    assert type(rows[0]) is tuple


async def test_each_query_sees_the_latest_commit(database: Database) -> None:
    for count in range(1, 4):
        async with database.write() as tx:
            await tx.exec_driver_sql(f"INSERT INTO setting (name, value) VALUES ('{count}', '')")
        assert await first(database.reader, "SELECT count(*) FROM setting") == (count,)


async def test_sums_of_whole_numbers_are_whole_numbers(database: Database) -> None:
    async with database.write() as tx:
        await tx.exec_driver_sql("INSERT INTO tally VALUES ('pending', 0, 1, 2, 9007199254740993)")
        await tx.exec_driver_sql("INSERT INTO tally VALUES ('pending', 0, 2, 3, -1)")
    rows = await database.reader.rows("SELECT sum(amount), sum(-count) FROM tally")
    assert rows == [(9007199254740992, -5)]
    assert [type(value) for value in rows[0]] == [int, int]


async def test_nothing_found_is_none(database: Database) -> None:
    assert await first(database.reader, "SELECT name FROM setting WHERE name = ?", ("x",)) is None


async def test_many_queries_at_once_each_get_their_own_answer(database: Database) -> None:
    asked = [database.reader.rows("SELECT CAST(? AS TEXT)", (str(n),)) for n in range(50)]
    assert await asyncio.gather(*asked) == [[(str(n),)] for n in range(50)]


async def test_a_cancelled_query_stops_and_the_next_one_answers(database: Database) -> None:
    asked = asyncio.ensure_future(database.reader.rows(ENDLESS))
    beside = asyncio.ensure_future(database.reader.rows("SELECT 1"))
    for _ in range(20):
        await asyncio.sleep(0.001)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await beside == [(1,)]
    assert await database.reader.rows("SELECT 2") == [(2,)]
    if database.dialect == "postgresql":
        running = (
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'WITH RECURSIVE%'"
        )
        while await first(database.reader, running) != (0,):
            pass


async def test_a_query_that_is_wrong_stays_a_bug(database: Database) -> None:
    errors = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)
    with pytest.raises(errors):
        await database.reader.rows("SELECT nonsense FROM setting")
    with pytest.raises(errors):
        await database.reader.rows("SELECT name FROM setting WHERE name = ?")


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
async def test_memory_does_not_grow_with_the_file(migrated_url: str) -> None:
    database = await open_database(migrated_url)
    assert await database.reader.rows("PRAGMA mmap_size") == [(0,)]
    assert await database.reader.rows("PRAGMA cache_size") == [(-1024,)]
    assert await database.reader.rows("PRAGMA query_only") == [(1,)]
    await database.close()


def test_placeholders_are_numbered_outside_quotes_only() -> None:
    asked = "SELECT '?', \"a?\", 'it''s ?' FROM x WHERE a = ? AND b IN (?, ?)"
    assert numbered(asked) == "SELECT '?', \"a?\", 'it''s ?' FROM x WHERE a = $1 AND b IN ($2, $3)"
