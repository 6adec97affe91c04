"""What a person is told when a database cannot be opened."""

from __future__ import annotations

import pytest

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.database import open_database


async def problem(url: str, *, create: bool = False, readonly: bool = False, patience: float = 5) -> str:
    """The sentence and its cure; a place that can be opened fails the test."""
    with pytest.raises(DatabaseProblem) as told:
        await open_database(url, create=create, readonly=readonly, patience=patience)
    assert told.value.message.endswith(".")
    assert told.value.fix.endswith(".")
    return f"{told.value.message} {told.value.fix}"
