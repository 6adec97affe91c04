"""Links whose time is over: every open screen is told, and the audit log, once for each link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.domain.times import to_ms
from paylink_tui.store.read import expiry as reading
from paylink_tui.store.unit_of_work import unit_of_work
from paylink_tui.store.write.inside import Inside
from paylink_tui.store.write.settings import keep

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

ACTOR = "expiry"
"""Who tells of it, as the audit log names them."""


async def tell_expired(database: Database, clock: Clock) -> int:
    """Tell of links that expired since this was last done; how many.

    Several processes may do it at once: writers take turns, and each starts where the last one ended.
    """
    if not (await reading.expired(database.reader, to_ms(clock.now()))).links:
        return 0
    async with unit_of_work(database, ACTOR, clock.now()) as unit:
        found = await reading.expired(Inside(unit.connection, database.dialect), unit.at)
        for link_id in found.links:
            unit.record("expire", "link", link_id, before={"state": "active"}, after={"state": "expired"})
        if found.links:
            await keep(unit, reading.TOLD, str(found.upto))
        return len(found.links)
