"""Fixtures every room's tests share: a fresh database of each kind."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator

import pytest

from paylink_tui.store.database import Database, open_database
from tests.databases import Fresh, FreshPostgresql, FreshSqlite, postgresql_or_skip


def pytest_configure() -> None:
    """Let Ctrl-C mean something: started in the background, a program ignores it, and all it starts do."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def fresh_sqlite() -> Iterator[FreshSqlite]:
    files = FreshSqlite()
    yield files
    files.stop()


@pytest.fixture(scope="session")
def fresh_postgresql() -> Iterator[FreshPostgresql]:
    server = postgresql_or_skip()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """The maker of fresh databases, for each kind in turn."""
    made: Fresh = request.getfixturevalue(f"fresh_{request.param}")
    return made


@pytest.fixture
def database_url(fresh: Fresh) -> Iterator[str]:
    """The address of an empty place."""
    url = fresh.empty()
    yield url
    fresh.drop(url)


@pytest.fixture
def migrated_url(fresh: Fresh) -> Iterator[str]:
    """The address of a new database, not yet opened."""
    url = fresh.migrated()
    yield url
    fresh.drop(url)


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """A new database, open."""
    opened = await open_database(migrated_url)
    yield opened
    await opened.close()
