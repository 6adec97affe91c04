"""Each rule the database itself keeps, broken by raw SQL behind every service, is refused by its name."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from paylink_tui.store.database import Database, open_database
from tests.store.attacks import refused
from tests.store.book import BOOK, run
from tests.store.rule_cases import CASES, POSTGRESQL_ONLY, SQLITE_ONLY

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
async def book(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """One book for every case, since a refused statement must leave it as it was."""
    database = await open_database(request.getfixturevalue(f"fresh_{request.param}").migrated())
    await run(database, *BOOK)
    yield database
    await database.close()


@pytest.mark.parametrize(("rule", "sql"), CASES.values(), ids=CASES)
async def test_the_database_refuses(book: Database, rule: str, sql: str) -> None:
    await refused(book, rule, sql)


@pytest.mark.parametrize("book", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("rule", "sql"), SQLITE_ONLY.values(), ids=SQLITE_ONLY)
async def test_sqlite_refuses(book: Database, rule: str, sql: str) -> None:
    await refused(book, rule, sql)


@pytest.mark.postgresql
@pytest.mark.parametrize("book", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("rule", "sql"), POSTGRESQL_ONLY.values(), ids=POSTGRESQL_ONLY)
async def test_postgresql_refuses(book: Database, rule: str, sql: str) -> None:
    await refused(book, rule, sql)
