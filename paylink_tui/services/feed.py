"""What other desks and processes did, as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from paylink_tui.store import feed
from paylink_tui.store.feed import Change

if TYPE_CHECKING:
    from paylink_tui.store.database import Database

__all__ = ["Change", "FeedService"]


class FeedService:
    """Follows the change log of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watch(self, after: int | None = None) -> AsyncIterator[tuple[Change, ...]]:
        """Yield changes after `after` (default: from now on), batched; never ends by itself."""
        return feed.watch(self._database, after)

    async def since(self, seq: int, limit: int = feed.BATCH) -> tuple[Change, ...]:
        """Changes after `seq`, in commit order."""
        return await feed.since(self._database, seq, limit)

    async def last(self) -> int:
        """The number of the newest change, 0 when there is none."""
        return await feed.last(self._database)
