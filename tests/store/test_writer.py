"""Writing: all or nothing, in turns, durable, and told in sentences when it fails."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError

from paylink_tui.domain.errors import BadInput, DatabaseProblem, OutcomeUnknown, Refused
from paylink_tui.store.database import Database, open_database
from paylink_tui.store.reader import first
from tests.store.book import run

ADD = "INSERT INTO setting (name, value) VALUES ('{}', '0')"


async def names(database: Database) -> list[str]:
    return [row[0] for row in await database.reader.rows("SELECT name FROM setting ORDER BY 1")]


async def test_an_exception_saves_nothing_and_is_passed_on(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.exec_driver_sql(ADD.format("a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await names(database) == []


async def test_a_cancelled_write_saves_nothing_and_frees_the_way(database: Database) -> None:
    inside = asyncio.Event()

    async def stuck() -> None:
        async with database.write() as connection:
            await connection.exec_driver_sql(ADD.format("a"))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(stuck())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await run(database, ADD.format("b"))
    assert await names(database) == ["b"]


async def test_writers_take_turns_and_lose_no_update(database: Database) -> None:
    await run(database, ADD.format("count"))
    other = await open_database(database.url)

    async def add_one(to: Database) -> None:
        async with to.write() as connection:
            value = (await connection.exec_driver_sql("SELECT value FROM setting")).scalar_one()
            await asyncio.sleep(0)
            await connection.exec_driver_sql(f"UPDATE setting SET value = '{int(value) + 1}'")

    await asyncio.gather(*(add_one(to) for _ in range(20) for to in (database, other)))
    assert await first(database.reader, "SELECT value FROM setting") == ("40",)
    await other.close()


async def test_a_rule_broken_through_the_tables_is_told_by_name(database: Database) -> None:
    from paylink_tui.store.schema import ledger_account

    with pytest.raises(Refused) as told:
        async with database.write() as connection:
            await connection.execute(ledger_account.insert().values(kind="trust", currency="USD"))
    assert told.value.rule == "trust-named"
    assert isinstance(told.value.__cause__, Exception)


async def test_amounts_that_are_not_whole_are_refused_before_the_database(database: Database) -> None:
    from sqlalchemy.exc import StatementError

    from paylink_tui.store.schema import change

    for amount in (1.5, 1.0, True, "1"):
        with pytest.raises(StatementError, match="a whole number was expected"):
            async with database.write() as connection:
                await connection.execute(change.insert().values(entity="x", entity_id=amount, at=1))


async def test_a_taken_name_is_told_in_words(database: Database) -> None:
    client = "INSERT INTO client (code, name, kind, search) VALUES ('C1', 'Ng', 'person', 'ng')"
    await run(database, client)
    with pytest.raises(BadInput, match="There is one like it already"):
        await run(database, client)


async def test_a_plain_bug_stays_a_bug(database: Database) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    with pytest.raises(SQLAlchemyError):
        await run(database, "SELECT nonsense FROM setting")


async def test_a_read_only_database_takes_no_writing(migrated_url: str) -> None:
    database = await open_database(migrated_url, readonly=True)
    assert await names(database) == []
    with pytest.raises(DatabaseProblem, match="was opened read-only; nothing was saved"):
        await run(database, ADD.format("a"))
    await database.close()


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
async def test_commits_are_durable_and_no_rule_can_be_walked_around(database: Database) -> None:
    async with database.write() as connection:
        asked = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
        for pragma, expected in asked.items():
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == expected


@pytest.fixture
async def durable(database: Database) -> Database:
    """A new database whose server waits for the disk, as one does that nobody told otherwise."""
    if database.dialect == "postgresql":
        name = urlsplit(database.url).path.lstrip("/")
        await run(database, f"ALTER DATABASE {name} SET synchronous_commit = on")
        await database.close()
        return await open_database(database.url)
    return database


async def test_only_what_need_not_last_does_not_wait_for_the_disk(durable: Database) -> None:
    ask = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}[durable.dialect]
    found = []
    for lasting in (True, False, True):
        async with durable.write(lasting=lasting) as connection:
            found.append((await connection.exec_driver_sql(ask)).scalar_one())
    assert found == {"sqlite": [2, 1, 2], "postgresql": ["on", "off", "on"]}[durable.dialect]
    await durable.close()


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
async def test_a_writer_locked_out_for_too_long_is_told(migrated_url: str) -> None:
    database = await open_database(migrated_url, patience=0.1)
    holder = sqlite3.connect(migrated_url, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseProblem, match="is locked: another program has been writing"):
        await run(database, ADD.format("a"))
    holder.execute("ROLLBACK")
    await run(database, ADD.format("b"))
    assert await names(database) == ["b"]
    holder.close()
    await database.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
class TestPostgresql:
    async def test_a_writer_locked_out_for_too_long_is_told(self, migrated_url: str) -> None:
        database = await open_database(migrated_url, patience=0.2)
        other = await open_database(migrated_url)
        async with other.write() as connection:
            await connection.exec_driver_sql(ADD.format("a"))
            with pytest.raises(DatabaseProblem, match="is locked: another command has been writing"):
                await run(database, ADD.format("b"))
        assert await names(database) == ["a"]
        await other.close()
        await database.close()

    async def test_a_connection_killed_while_idle_is_replaced(self, database: Database) -> None:
        await run(database, ADD.format("a"))
        await self._kill_all(database)
        await run(database, ADD.format("b"))
        assert await names(database) == ["a", "b"]

    async def test_a_connection_killed_inside_saves_nothing(self, database: Database) -> None:
        with pytest.raises(DatabaseProblem, match=r"was lost; nothing was saved") as told:
            await self._write_and_lose(database, ADD.format("b"))
        assert not isinstance(told.value, OutcomeUnknown)
        assert await names(database) == []

    async def test_a_connection_killed_before_its_commit_leaves_the_outcome_unknown(
        self, database: Database
    ) -> None:
        with pytest.raises(OutcomeUnknown, match="was lost while the change was being saved"):
            await self._write_and_lose(database)
        await run(database, ADD.format("b"))
        assert await names(database) == ["b"]

    async def test_a_change_is_told_once_to_who_listens(self, database: Database) -> None:
        told: list[str] = []
        listener = await asyncpg.connect(database.place.dsn)
        await listener.add_listener("paylink_change", lambda *event: told.append(event[3]))
        change = "INSERT INTO change (entity, entity_id, at) VALUES ('payment', 1, 1)"
        await run(database, change, change, change)
        await run(database, "NOTIFY paylink_change, 'end'")
        while "end" not in told:
            await listener.execute("SELECT 1")
        assert told == ["", "end"]
        await listener.close()

    async def test_change_numbers_follow_the_order_of_commits(self, database: Database) -> None:
        one, two = await asyncpg.connect(database.place.dsn), await asyncpg.connect(database.place.dsn)
        change = "INSERT INTO change (entity, entity_id, at) VALUES ('payment', {}, 1)"
        started = one.transaction()
        await started.start()
        await one.execute(change.format(1))
        later = asyncio.ensure_future(two.execute(change.format(2)))
        while not await database.reader.rows("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert not later.done()
        assert await database.reader.rows("SELECT * FROM change") == []
        await started.commit()
        await later
        rows = await database.reader.rows("SELECT entity_id FROM change ORDER BY seq")
        assert rows == [(1,), (2,)]
        await one.close()
        await two.close()

    async def _write_and_lose(self, database: Database, *more: str) -> None:
        async with database.write() as connection:
            await connection.exec_driver_sql(ADD.format("a"))
            await self._kill_all(database)
            for statement in more:
                await connection.exec_driver_sql(statement)

    async def _kill_all(self, database: Database) -> None:
        killer = await asyncpg.connect(database.place.dsn)
        await killer.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'paylink' AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        await killer.close()


def test_opening_and_reading_import_no_sqlalchemy_and_no_alembic(migrated_url: str) -> None:
    program = """
import asyncio, sys
from paylink_tui.store.database import open_database

async def main():
    database = await open_database(sys.argv[1])
    await database.reader.rows("SELECT count(*) FROM payment")
    await database.close()

asyncio.run(main())
print(sorted({name.partition(".")[0] for name in sys.modules} & {"sqlalchemy", "alembic", "textual"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, migrated_url],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


async def test_a_row_that_names_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.exec_driver_sql(
                "INSERT INTO matter (number, client_id, status, search) VALUES ('M9', 77, 'open', 'm9')"
            )
    assert await database.reader.rows("SELECT count(*) FROM matter") == [(0,)]
