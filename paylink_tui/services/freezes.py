"""Links that froze themselves because someone was trying cards on them, and their release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.domain.views import LinkView
from paylink_tui.store.unit_of_work import unit_of_work
from paylink_tui.store.write import attempts

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.links import LinkService
    from paylink_tui.store.database import Database


class FreezeService:
    """Lets people pay on a frozen link again."""

    def __init__(self, database: Database, clock: Clock, actor: str, links: LinkService) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._links = links

    async def release(self, name: str | int) -> LinkView:
        """Release a frozen link; releasing one that is not frozen changes nothing.

        Declined cards are counted afresh from here on.

        Raises:
            NotFound: none, or several, answer to the name.
        """
        known = await self._links.get(name)
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            reason = await attempts.release(unit, known.id)
            if reason:
                unit.record("release", "link", known.id, before={"frozen": reason}, after={"frozen": ""})
        return await self._links.get(known.id)
