"""Prepared statements: the same rows and refusals as SQLAlchemy's own way, in the same transaction."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, insert, select, update

from paylink_tui.domain.errors import BadInput, DatabaseProblem, Refused
from paylink_tui.store.database import Database
from paylink_tui.store.schema import bank_account, ledger_account, setting
from paylink_tui.store.statements import Prepared
from paylink_tui.store.unit_of_work import unit_of_work

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ADD = Prepared(insert(setting))
ADD_TOLD = Prepared(insert(setting).returning(setting.c.name, setting.c.value))
ALL = Prepared(select(setting).order_by(setting.c.name))
FIRST = Prepared(select(setting.c.name).where(setting.c.value == bindparam("wanted")).limit(1))
SET = Prepared(update(setting).where(setting.c.name == bindparam("which")))
OPEN = Prepared(insert(ledger_account))
ADD_ACCOUNT = Prepared(insert(bank_account).returning(bank_account.c.id))


def named(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "value": f"of {name}"} for name in names]


async def test_rows_answer_to_the_names_of_their_columns(database: Database) -> None:
    async with unit_of_work(database, "mia", NOW) as unit:
        assert await unit.run(ALL, {}) == []
        assert await unit.run_each(ADD, named("b", "a")) == []
        told = await unit.run_each(ADD_TOLD, named("d", "c"))
        assert sorted((row.name, row.value) for row in told) == [("c", "of c"), ("d", "of d")]
        ((found,),) = await unit.run(FIRST, {"wanted": "of d"})
        assert found == "d"
        await unit.run(SET, {"which": "a", "value": "else"})
        assert [(row.name, row.value) for row in await unit.run(ALL, {})] == [
            ("a", "else"),
            ("b", "of b"),
            ("c", "of c"),
            ("d", "of d"),
        ]


async def test_both_ways_are_one_transaction(database: Database) -> None:
    async def fail() -> None:
        async with unit_of_work(database, "mia", NOW) as unit:
            await unit.run(ADD, {"name": "a", "value": ""})
            await unit.connection.execute(insert(setting), {"name": "b", "value": ""})
            assert len(await unit.run(ALL, {})) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await database.reader.rows("SELECT name FROM setting") == []


async def test_one_statement_takes_other_columns_each_time(database: Database) -> None:
    async with unit_of_work(database, "mia", NOW) as unit:
        account = {"name": "Operating", "kind": "operating", "currency": "USD", "created_at": 1}
        ((first,),) = await unit.run(ADD_ACCOUNT, account)
        ((second,),) = await unit.run(ADD_ACCOUNT, {**account, "name": "Two", "nets_fees": 1})
    found = await database.reader.rows("SELECT id, nets_fees FROM bank_account ORDER BY id")
    assert found == [(first, 0), (second, 1)]


async def test_a_rule_broken_is_told_by_name(database: Database) -> None:
    with pytest.raises(Refused) as told:
        async with unit_of_work(database, "mia", NOW) as unit:
            await unit.run(OPEN, {"kind": "trust", "currency": "USD"})
    assert told.value.rule == "trust-named"


async def test_a_taken_name_is_told_in_words(database: Database) -> None:
    with pytest.raises(BadInput, match="There is one like it already"):
        async with unit_of_work(database, "mia", NOW) as unit:
            await unit.run_each(ADD_ACCOUNT, [_account(), _account()])


def _account() -> dict[str, Any]:
    return {"name": "Operating", "kind": "operating", "currency": "USD", "created_at": 1}


@pytest.mark.parametrize("amount", [1.5, 1.0, True, "1"])
async def test_amounts_that_are_not_whole_are_refused_before_the_database(
    database: Database, amount: object
) -> None:
    with pytest.raises(Exception, match="a whole number was expected"):
        async with unit_of_work(database, "mia", NOW) as unit:
            await unit.run(ADD_ACCOUNT, {**_account(), "created_at": amount})
    assert await database.reader.rows("SELECT name FROM bank_account") == []


async def add(database: Database, name: str) -> None:
    async with unit_of_work(database, "mia", NOW) as unit:
        await unit.run(ADD, {"name": name, "value": ""})


def held(database: Database) -> sqlite3.Connection:
    """Another program, in the middle of writing."""
    holder = sqlite3.connect(database.place.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    return holder


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
async def test_a_beginning_waits_for_another_writer(database: Database) -> None:
    await add(database, "a")
    holder = held(database)
    waiting = asyncio.ensure_future(add(database, "b"))
    await asyncio.sleep(0)
    assert not waiting.done()
    holder.execute("INSERT INTO setting VALUES ('c', '')")
    holder.execute("COMMIT")
    holder.close()
    await waiting
    assert await database.reader.rows("SELECT name FROM setting ORDER BY 1") == [("a",), ("b",), ("c",)]


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
async def test_a_beginning_given_up_keeps_nobody_out(database: Database) -> None:
    await add(database, "a")
    holder = held(database)
    waiting = asyncio.ensure_future(add(database, "b"))
    await asyncio.sleep(0)
    waiting.cancel()
    holder.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await waiting
    holder.execute("BEGIN IMMEDIATE")
    holder.execute("ROLLBACK")
    holder.close()
    await add(database, "c")
    assert await database.reader.rows("SELECT name FROM setting ORDER BY 1") == [("a",), ("c",)]


@pytest.mark.postgresql
@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
async def test_a_connection_killed_inside_saves_nothing(database: Database) -> None:
    async def lose() -> None:
        async with unit_of_work(database, "mia", NOW) as unit:
            await unit.run(ADD, {"name": "a", "value": ""})
            killer = await asyncpg.connect(database.place.dsn)
            await killer.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE application_name = 'paylink' AND datname = current_database()"
            )
            await killer.close()
            await unit.run(ADD, {"name": "b", "value": ""})

    with pytest.raises(DatabaseProblem, match=r"was lost; nothing was saved"):
        await lose()
    await add(database, "c")
    assert await database.reader.rows("SELECT name FROM setting") == [("c",)]
