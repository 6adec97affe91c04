"""The small firm of `desk.py`, open on each database in turn."""

from __future__ import annotations

import pytest

from paylink_tui.services.bundle import Services
from paylink_tui.store.database import Database
from tests.services.desk import KEY, furnish, services_over


@pytest.fixture
async def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A furnished desk; the database is closed by its own fixture."""
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    return await furnish(services_over(database))
