"""A process that commits changes when it is told to, and says when each commit was done."""

from __future__ import annotations

import asyncio
import sys
import time
from itertools import count

from paylink_tui.services.clock import SystemClock
from paylink_tui.store.database import Database, open_database
from paylink_tui.store.unit_of_work import unit_of_work


async def commit(database: Database, first: int, changes: int) -> None:
    """One transaction that touches as many clients."""
    async with unit_of_work(database, "teller", SystemClock().now()) as unit:
        for number in range(first, first + changes):
            unit.touch("client", number)


async def serve(url: str) -> None:
    """Read `<commits> <changes in each> <seconds in all>`; answer with the time of the last commit."""
    database = await open_database(url)
    numbers = count(1)
    try:
        await commit(database, 0, 1)
        print("ready", flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            commits, changes, seconds = int(line[0]), int(line[1]), float(line[2])
            start = time.monotonic()
            for index in range(commits):
                await asyncio.sleep(max(0.0, start + seconds * index / commits - time.monotonic()))
                await commit(database, next(numbers) * 1_000, changes)
            print(time.monotonic(), flush=True)
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
