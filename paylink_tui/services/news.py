"""What is new since a bookkeeper last looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from paylink_tui.store.read import news

if TYPE_CHECKING:
    from paylink_tui.store.database import Database

MOST: Final = 1_000
"""News told at once; who was away for longer is told of the newest."""


class News(NamedTuple):
    """Something that moved a payment: it completed (`captured`), failed or came back (`returned`)."""

    mark: int
    """Grows with every commit; what comes later has a higher one."""
    payment_id: int
    kind: str
    detail: str
    """A reason in the processor's words."""


class FrozenLink(NamedTuple):
    """A link that froze itself, and why."""

    id: int
    reason: str


class NewsService:
    """Tells payments that moved by the order in which the books heard of it, not by anybody's clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mark(self) -> int:
        """The mark of now: what comes later is news to who keeps it."""
        return await news.newest_fact(self._database.reader)

    async def since(self, mark: int) -> tuple[News, ...]:
        """What moved after that mark, newest first, at most `MOST`."""
        rows = await news.since(self._database.reader, mark, MOST)
        return tuple(News(*row) for row in rows)

    async def frozen(self) -> tuple[FrozenLink, ...]:
        """Every link that is frozen now."""
        return tuple(FrozenLink(*row) for row in await news.frozen(self._database.reader))
