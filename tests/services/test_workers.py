"""The work beside the page: at its own pace, one failure alone, done once however many do it."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.services import workers
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.expiry import tell_expired
from paylink_tui.services.links import NewLink
from paylink_tui.services.workers import JOBS, Job, pause
from paylink_tui.store.database import open_database
from paylink_tui.store.read import expiry
from tests.services.desk import START, assert_sound, settles

LATER = START + timedelta(days=2)


@asynccontextmanager
async def working(desk: Services, *jobs: Job) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(workers.run(desk, jobs))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


def counting(name: str, times: int, counts: dict[str, int], done: asyncio.Event, fails: bool = False) -> Job:
    """A job that counts its runs, and sets `done` after so many."""

    async def work(_: Services) -> int:
        counts[name] = counts.get(name, 0) + 1
        if counts[name] == times:
            done.set()
        if fails:
            raise DatabaseProblem("The database is locked.")
        return 0

    return Job(name, 0.01, work)


async def test_each_runs_at_its_own_pace_and_failures_stop_no_other(
    desk: Services, caplog: pytest.LogCaptureFixture
) -> None:
    counts: dict[str, int] = {}
    well, ill = asyncio.Event(), asyncio.Event()
    async with working(
        desk, counting("well", 20, counts, well), counting("ill", 3, counts, ill, fails=True)
    ) as task:
        await asyncio.wait_for(asyncio.gather(well.wait(), ill.wait()), 20)
        assert not task.done()
    assert task.cancelled()
    assert [record.getMessage() for record in caplog.records] == ["ill failed and is tried again"]


async def test_one_that_recovers_is_told_of_when_it_fails_again(
    desk: Services, caplog: pytest.LogCaptureFixture
) -> None:
    runs, enough = 0, asyncio.Event()

    async def work(_: Services) -> int:
        nonlocal runs
        runs += 1
        if runs == 6:
            enough.set()
        if runs % 3:
            raise RuntimeError("not now")
        return 1

    async with working(desk, Job("moody", 0.01, work)):
        await asyncio.wait_for(enough.wait(), 20)
    assert len(caplog.records) == 2


def test_pauses_grow_with_failures_and_shrink_with_work() -> None:
    assert [pause(5, 0, failures) for failures in range(5)] == [5, 10, 20, 40, 60]
    assert pause(5, 0, 1_000) == workers.LONGEST
    assert pause(600, 0, 3) == 600
    assert (pause(5, 3, 0), pause(0.1, 3, 0)) == (workers.SOON, 0.1)


async def test_every_job_runs_on_a_firm_without_work(desk: Services) -> None:
    assert [await job.work(desk) for job in JOBS] == [0] * len(JOBS)
    assert len({job.name for job in JOBS}) == len(JOBS)


async def told_of(desk: Services) -> list[int]:
    rows = await desk.database.reader.rows("SELECT entity_id FROM audit WHERE action = 'expire' ORDER BY seq")
    return [row[0] for row in rows]


async def test_expired_links_are_told_of_once(desk: Services) -> None:
    assert isinstance(desk.clock, FixedClock)
    for hours in (1, 2, 3):
        await desk.links.create(NewLink("Operating", expires=timedelta(hours=hours)))
    await desk.links.create(NewLink("Operating"))
    await desk.links.disable(2)
    assert await tell_expired(desk.database, desk.clock) == 0
    desk.clock.advance(timedelta(hours=2))
    seen = await desk.feed.last()
    assert [await tell_expired(desk.database, desk.clock) for _ in range(2)] == [1, 0]
    assert [(one.entity, one.entity_id) for one in await desk.feed.since(seen)] == [("link", 1)]
    desk.clock.advance(timedelta(days=1))
    await tell_expired(desk.database, desk.clock)
    assert await told_of(desk) == [1, 3]


async def test_many_at_the_same_moment_are_told_of_in_turns(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(desk.clock, FixedClock)
    monkeypatch.setattr(expiry, "BATCH", 2)
    for _ in range(3):
        for hours in (1, 2, 5):
            await desk.links.create(NewLink("Operating", expires=timedelta(hours=hours)))
    desk.clock.advance(timedelta(days=1))
    while await tell_expired(desk.database, desk.clock):
        pass
    assert sorted(await told_of(desk)) == list(range(1, 10))


def work_elsewhere(url: str, rounds: int) -> int:
    """Another process: every job, again and again, two days later; what its jobs said they did."""

    async def work() -> int:
        database = await open_database(url)
        try:
            desk = Services(database, FixedClock(LATER), "worker", sandbox_schedule=settles)
            done = [await job.work(desk) for _ in range(rounds) for job in JOBS]
            return sum(done)
        finally:
            await database.close()

    return asyncio.run(work())


async def test_two_processes_do_everything_once(desk: Services) -> None:
    for number in range(12):
        link = await desk.links.create(NewLink("Operating", expires=timedelta(hours=1)))
        await desk.sandbox.pay(link.id, amount=1_000 + number, name="Dana Ruiz", email="dana@mail.example")
    for _ in range(5):
        await desk.limits.allow_submit(1, "198.51.100.7")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        done = await asyncio.to_thread(pool.starmap, work_elsewhere, [(desk.database.place.url, 6)] * 2)
    assert sum(done) > 0
    assert sorted(await told_of(desk)) == list(range(1, 13))
    rows = await desk.database.reader.rows("SELECT status, count(*) FROM payment GROUP BY status")
    assert rows == [("completed", 12)]
    rows = await desk.database.reader.rows(
        "SELECT count(*) FROM audit WHERE entity = 'payment' AND action = 'told' AND after LIKE '%completed%'"
    )
    assert rows == [(12,)]
    assert await desk.database.reader.rows("SELECT count(*) FROM attempt") == [(0,)]
    await assert_sound(desk)
