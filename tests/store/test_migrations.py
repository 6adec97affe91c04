"""Revisions: a migrated database is the schema, made once however many start at the same moment."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from paylink_tui.store.database import Database, open_database, upgrade
from paylink_tui.store.migrations import HEAD, KNOWN, MARK
from paylink_tui.store.opening import connect
from paylink_tui.store.place import place
from paylink_tui.store.reader import Reader
from paylink_tui.store.schema import metadata
from paylink_tui.store.writer import Writer
from tests.databases import Fresh

SEARCH = ("payment_search", "client_search")
CATALOGUE = {
    "sqlite": (
        "SELECT type, name, sql FROM sqlite_master"
        " WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY name",
    ),
    "postgresql": (
        "SELECT table_name, column_name, data_type, is_nullable, column_default, generation_expression"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    ),
}


async def catalogue(reader: Reader) -> list[str]:
    """Every column, constraint and index, as the database itself describes them."""
    found = [row for query in CATALOGUE[reader.dialect] for row in await reader.rows(query)]
    lines = (" ".join(" ".join(map(str, row)).split()) for row in found)
    return [line for line in lines if not any(name in line for name in ("alembic_version", *SEARCH))]


async def test_a_migrated_database_equals_the_schema(database: Database, fresh: Fresh) -> None:
    by_schema = place(fresh.empty())
    if by_schema.dialect == "sqlite":
        by_schema.path.touch()
    writer = Writer(by_schema, 5)
    async with writer.transaction() as connection:
        await connection.run_sync(metadata.create_all)
    await writer.close()
    reader = await connect(by_schema, 5)
    expected = await catalogue(reader)
    await reader.close()
    assert await catalogue(database.reader) == expected
    assert len(expected) > 40
    fresh.drop(by_schema.url if by_schema.dsn else str(by_schema.path))


async def test_words_are_searched_by_an_index(database: Database) -> None:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE name IN (?, ?)",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE indexname IN ('ix_' || ?, 'ix_' || ?)",
    }
    assert len(await database.reader.rows(query[database.dialect], SEARCH)) == 2


async def test_a_new_database_bears_our_mark_and_revision(database: Database) -> None:
    assert await database.reader.rows("SELECT version_num FROM alembic_version") == [(HEAD,)]
    if database.dialect == "sqlite":
        assert await database.reader.rows("PRAGMA application_id") == [(MARK,)]


def test_the_head_of_the_revisions_is_the_one_this_program_names() -> None:
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "paylink_tui:store/migrations")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == KNOWN


STARTER = """
import asyncio, sys
from paylink_tui.store.database import open_database

async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    database = await open_database(sys.argv[1], create=True)
    await database.close()

asyncio.run(main())
"""


def test_two_first_starts_at_once_are_safe(database_url: str) -> None:
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", STARTER, database_url],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for starter in starters:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "ready\n"
    results = []
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("go\n")
        starter.stdin.flush()
    for starter in starters:
        _, told = starter.communicate(timeout=60)
        results.append((starter.returncode, told))
    assert results == [(0, ""), (0, "")]


async def test_two_first_starts_leave_one_database(database_url: str) -> None:
    opened = await asyncio.gather(*(open_database(database_url, create=True) for _ in range(3)))
    for database in opened:
        assert await database.reader.rows("SELECT version_num FROM alembic_version") == [(HEAD,)]
        await database.close()


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
async def test_an_older_embedded_database_is_copied_and_upgraded_by_itself(database_url: str) -> None:
    older = sqlite3.connect(database_url)
    older.execute(f"PRAGMA application_id = {MARK}")
    older.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    older.execute("CREATE TABLE keepsake (word TEXT)")
    older.execute("INSERT INTO keepsake VALUES ('kept')")
    older.commit()
    older.close()
    database = await open_database(database_url)
    assert await database.reader.rows("SELECT word, version_num FROM keepsake, alembic_version") == [
        ("kept", HEAD)
    ]
    await database.close()
    copies = list(Path(database_url).parent.glob(f"{Path(database_url).name}.before-upgrade-*"))
    assert len(copies) == 1
    copy = sqlite3.connect(copies[0])
    assert copy.execute("SELECT word FROM keepsake").fetchall() == [("kept",)]
    assert copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'payment'").fetchone() == (0,)
    copy.close()
    copies[0].unlink()


@pytest.mark.parametrize("revision", KNOWN[:-1])
async def test_books_of_every_earlier_revision_are_brought_to_head(database_url: str, revision: str) -> None:
    where = place(database_url)
    if where.dialect == "sqlite":
        where.path.touch()
    writer = Writer(where, 5)
    async with writer.transaction() as connection:
        await connection.run_sync(_upgrade_to, revision)
    async with writer.transaction() as connection:
        await connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES ('kept', 'yes')")
    await writer.close()
    await upgrade(database_url)
    database = await open_database(database_url)
    found = await database.reader.rows("SELECT value, version_num FROM setting, alembic_version")
    assert found == [("yes", HEAD)]
    assert await database.reader.rows("SELECT count(*) FROM message") == [(0,)]
    await database.close()
    if where.dialect == "sqlite":
        for copy in where.path.parent.glob(f"{where.path.name}.before-upgrade-*"):
            copy.unlink()


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "paylink_tui:store/migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
