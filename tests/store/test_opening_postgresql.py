"""Opening PostgreSQL: each server or database that cannot be used says why, and never a password."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.database import Database, open_database, upgrade
from tests.databases import FreshPostgresql
from tests.store.book import run
from tests.store.opening import problem

pytestmark = pytest.mark.postgresql


@pytest.fixture
def empty(fresh_postgresql: FreshPostgresql) -> Iterator[str]:
    url = fresh_postgresql.empty()
    yield url
    fresh_postgresql.drop(url)


async def test_the_server_is_down(tmp_path: Path) -> None:
    told = await problem(f"postgresql://ng:secret@/books?host={tmp_path}")
    assert "PostgreSQL database books at the local socket does not answer" in told
    assert "secret" not in told
    assert "at 127.0.0.1:1 does not answer" in await problem("postgresql://ng@127.0.0.1:1/books")


async def test_the_server_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        told = await problem(f"postgresql://ng@127.0.0.1:{port}/books", patience=0.2)
    assert "does not answer" in told


async def test_the_server_knows_no_such_database(fresh_postgresql: FreshPostgresql) -> None:
    assert "nowhere at the local socket does not exist" in await problem(fresh_postgresql.url("nowhere"))


async def test_a_wrong_password(fresh_postgresql: FreshPostgresql) -> None:
    url = fresh_postgresql.with_password("ng", "right")
    assert "refuses this user or password" in await problem(url.replace("right", "wrong"))
    assert "right" not in await problem(url.replace("right", "wrong"))


async def test_another_programs_database(empty: str, fresh_postgresql: FreshPostgresql) -> None:
    fresh_postgresql.run("CREATE TABLE alembic_version (version_num text)", empty)
    assert "belongs to another program" in await problem(empty, create=True)


async def test_an_older_database_is_upgraded_only_when_asked(
    empty: str, fresh_postgresql: FreshPostgresql
) -> None:
    fresh_postgresql.run("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)", empty)
    fresh_postgresql.run("COMMENT ON TABLE alembic_version IS 'PayLink'", empty)
    assert "`paylink db upgrade`" in await problem(empty, create=True)
    await upgrade(empty)
    database = await open_database(empty)
    await database.close()


async def test_a_user_without_rights(empty: str, fresh_postgresql: FreshPostgresql) -> None:
    fresh_postgresql.run("CREATE ROLE guest LOGIN")
    told = await problem(empty.replace("postgres:@", "guest@"), create=True)
    assert "does not let this user do that" in told


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
async def test_a_server_that_takes_no_writing(database: Database) -> None:
    async with database.write() as connection:
        await connection.exec_driver_sql("SET default_transaction_read_only = on")
    with pytest.raises(DatabaseProblem, match="takes no writing"):
        await run(database, "INSERT INTO setting (name, value) VALUES ('a', 'b')")


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
async def test_the_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseProblem, match="takes no writing"):
        await database.reader.rows("INSERT INTO setting (name, value) VALUES ('a', 'b')")


async def test_a_reader_whose_connections_died_makes_new_ones(
    empty: str, fresh_postgresql: FreshPostgresql
) -> None:
    database = await open_database(empty, create=True)
    fresh_postgresql.run(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'paylink'"
    )
    assert await database.reader.rows("SELECT 1") == [(1,)]
    await database.close()


async def test_a_reader_whose_server_is_gone_says_so(empty: str, fresh_postgresql: FreshPostgresql) -> None:
    database = await open_database(empty, create=True)
    fresh_postgresql.run(f"ALTER DATABASE {urlsplit(empty).path[1:]} ALLOW_CONNECTIONS false")
    fresh_postgresql.run(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'paylink'"
    )
    with pytest.raises(DatabaseProblem, match="is closed to connections"):
        await database.reader.rows("SELECT 1")
    await database.close()
