from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.commands import desk, empty, firm_file, own_home, run
from tests.databases import FreshSqlite
from tests.web.browser import chromium
from tests.web.site import Site, served

__all__ = ["desk", "empty", "firm_file", "own_home", "run"]


@pytest.fixture(scope="session")
def site(fresh_sqlite: FreshSqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served firm with a link of each kind, and no limits."""
    with served(fresh_sqlite, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """A real browser."""
    async with chromium(tmp_path_factory.mktemp("home")) as browser:
        yield browser
