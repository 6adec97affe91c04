"""Looking after a database as a whole: upgrading it, copying it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


async def upgrade(url: str | None) -> Path | None:
    """Bring a database to this program's schema; returns the copy an embedded one left beside itself.

    Raises:
        DatabaseProblem: it is missing, not ours, newer, or cannot be written.
    """
    from paylink_tui.store import database

    return await database.upgrade(url)


async def back_up(url: str | None, file: Path) -> None:
    """Copy a database to a new file, while others go on working.

    Raises:
        DatabaseProblem: it cannot be opened, or the copy cannot be written.
    """
    from paylink_tui.store import database

    await database.backup(url, file)
