"""Reading: the same answers from both databases, and nothing written."""

from __future__ import annotations

from paylink_tui.store.database import Database
from paylink_tui.store.reader import first


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
