"""Where a simulation finds its databases: one is furnished, the others are copies of it."""

from __future__ import annotations

from paylink_tui.store.database import open_database
from tests.databases import Fresh, in_thread
from tests.services.desk import furnish, services_over
from tests.simulation.stage import Place


def furnished(fresh: Fresh, mail_port: int = 0) -> Place:
    """Copies of one small firm's database; its mail goes to that port of this machine, if any."""
    template = fresh.migrated()
    in_thread(_furnish(template))
    return Place(lambda: fresh.copy(template), fresh.drop, mail_port)


async def _furnish(url: str) -> None:
    database = await open_database(url)
    try:
        await furnish(services_over(database))
    finally:
        await database.close()
