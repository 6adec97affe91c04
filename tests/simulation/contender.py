"""A process that links a transaction at the moment it is told to, over and over, and says how each ended."""

from __future__ import annotations

import asyncio
import sys

from paylink_tui.domain.errors import ChangedMeanwhile
from paylink_tui.services.linking import Part
from paylink_tui.store.database import open_database
from tests.services.desk import services_over


async def contend(url: str, actor: str, client: str) -> None:
    """Read `T<n>` from standard input, link it, write how it ended; an empty line ends it."""
    desk = services_over(await open_database(url), actor)
    try:
        await desk.database.warm()
        print("ready", flush=True)
        while name := (await asyncio.to_thread(sys.stdin.readline)).strip():
            try:
                await desk.linking.link(name, [Part(client)])
            except ChangedMeanwhile as lost:
                print(lost.exit_code, lost.rule, lost.message, flush=True)
            else:
                print("won", flush=True)
    finally:
        await desk.close()


if __name__ == "__main__":
    asyncio.run(contend(*sys.argv[1:4]))
