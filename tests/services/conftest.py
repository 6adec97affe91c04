"""The small firm of `desk.py`, open on each database in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from paylink_tui.services.bundle import Services
from tests.databases import Fresh
from tests.services.desk import KEY, copied, furnished


@pytest.fixture
def link_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are signed with the key of these tests."""
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)


@pytest.fixture
async def desk(fresh: Fresh, link_key: None) -> AsyncIterator[Services]:
    """A furnished desk on a database of its own."""
    async with copied(fresh, furnished) as opened:
        yield opened
