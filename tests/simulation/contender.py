"""A bookkeeper's process that acts at the moment it is told to, over and over, and says what came of it."""

from __future__ import annotations

import asyncio
import sys

from paylink_tui.domain.errors import ChangedMeanwhile
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from paylink_tui.store.database import open_database
from tests.services.desk import services_over


async def contend(url: str, actor: str, client: str) -> None:
    """Read `T<n>`, link it, or `R`, record a cent of the client's credit; write how it ended. An empty line
    ends it."""
    desk = services_over(await open_database(url), actor)
    try:
        await desk.database.warm()
        print("ready", flush=True)
        while name := (await asyncio.to_thread(sys.stdin.readline)).strip():
            print(await act(desk, name, client), flush=True)
    finally:
        await desk.close()


async def act(desk: Services, name: str, client: str) -> str:
    """Do what was asked for, and tell how it ended."""
    if name == "R":
        return (await desk.recording.record(NewRecord(client, "credit", 1))).name
    try:
        await desk.linking.link(name, [Part(client, apply=False)])
    except ChangedMeanwhile as lost:
        return f"{lost.exit_code} {lost.rule} {lost.message}"
    return "won"


if __name__ == "__main__":
    asyncio.run(contend(*sys.argv[1:4]))
