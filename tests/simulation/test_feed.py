"""What one process commits, another learns at once, and all of it."""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from paylink_tui.store import feed
from paylink_tui.store.database import Database, open_database
from tests.databases import FreshPostgresql

MUST = 0.25
"""Seconds after which a change of another process must be here."""
GOALS = {"sqlite": 0.100, "postgresql": 0.050}
"""Seconds in which 95 of 100 should be here."""
ROUNDS = 20


class Teller:
    """The other process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def line(self) -> str:
        assert self._process.stdout is not None
        return (await asyncio.wait_for(self._process.stdout.readline(), 30)).decode().strip()

    async def commit(self, commits: int, changes: int, seconds: float = 0) -> float:
        """Have it commit; tells when the last commit was done, by the monotonic clock."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{commits} {changes} {seconds}\n".encode())
        return float(await self.line())


@asynccontextmanager
async def telling(url: str) -> AsyncIterator[Teller]:
    command = (sys.executable, "-m", "tests.simulation.teller", url)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    teller = Teller(process)
    try:
        assert await teller.line() == "ready"
        yield teller
    finally:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        await asyncio.wait_for(process.wait(), 30)


class Ear:
    """Everything the feed yielded, and when."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, feed.Change]] = []
        self._more = asyncio.Event()

    async def listen(self, database: Database, after: int) -> None:
        async with aclosing(feed.watch(database, after)) as batches:  # type: ignore[type-var]
            async for batch in batches:
                now = time.monotonic()
                self.heard += [(now, change) for change in batch]
                self._more.set()

    async def until(self, count: int) -> float:
        """Wait until so many changes were heard; tells when the last of them was."""
        async with asyncio.timeout(20):
            while len(self.heard) < count:
                self._more.clear()
                await self._more.wait()
        return self.heard[count - 1][0]


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[Ear]:
    ear = Ear()
    task = asyncio.create_task(ear.listen(database, await feed.last(database)))
    try:
        await asyncio.sleep(0.2)
        yield ear
    finally:
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()


async def test_a_commit_of_another_process_is_heard_at_once(database: Database) -> None:
    async with telling(database.url) as teller, listening(database) as ear:
        late = []
        for count in range(1, ROUNDS + 1):
            done = await teller.commit(1, 1)
            late.append(max(0.0, await ear.until(count) - done))
            await asyncio.sleep(0.013)
    late.sort()
    p95 = late[int(len(late) * 0.95) - 1]
    print(f"{database.dialect}: p95 {p95 * 1000:.1f} ms, goal {GOALS[database.dialect] * 1000:.0f} ms")
    assert p95 <= MUST


async def test_a_thousand_changes_a_second_are_all_heard_in_order(database: Database) -> None:
    async with telling(database.url) as teller, listening(database) as ear:
        await teller.commit(50, 20, seconds=1)
        await ear.until(1_000)
        told = await feed.since(database, 0, 2_000)
    assert [change for _, change in ear.heard] == [one for one in told if one.entity_id >= 1_000]
    assert len(ear.heard) == 1_000


@pytest.mark.postgresql
async def test_a_killed_listener_comes_back_and_misses_nothing(fresh_postgresql: FreshPostgresql) -> None:
    url = fresh_postgresql.migrated()
    database = await open_database(url)
    try:
        async with telling(url) as teller, listening(database) as ear:
            await teller.commit(1, 3)
            await ear.until(3)
            fresh_postgresql.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            )
            await teller.commit(1, 4)
            await ear.until(7)
    finally:
        await database.close()
        fresh_postgresql.drop(url)
