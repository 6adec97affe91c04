"""PostgreSQL stopped under our feet: a clear word, nothing half done, and sound books when it is back."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator

import pytest

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.store.database import Database, open_database
from paylink_tui.store.unit_of_work import unit_of_work
from tests.databases import FreshPostgresql, postgresql_or_skip
from tests.services.desk import KEY, assert_sound, balances, completed, furnish, services_over

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[FreshPostgresql]:
    """A server of our own, that keeps its word about commits when it is stopped at once."""
    own = postgresql_or_skip()
    own.run("ALTER SYSTEM SET synchronous_commit = on")
    own.run("SELECT pg_reload_conf()")
    yield own
    own.stop()


def stop_at_once(server: FreshPostgresql) -> None:
    """The immediate shutdown: every backend is cut off, and the next start recovers."""
    os.kill(int(server._server.get_pid() or 0), signal.SIGQUIT)
    patience = time.monotonic() + 20
    while server._server.get_postmaster_info().is_running():
        assert time.monotonic() < patience, "the server does not stop"
        time.sleep(0.02)


def start(server: FreshPostgresql) -> None:
    server._server.ensure_postgres_running()


@pytest.fixture
async def desk(server: FreshPostgresql, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    return await furnish(services_over(await open_database(server.migrated())))


async def test_a_stop_between_two_statements_leaves_nothing_half_done(
    desk: Services, server: FreshPostgresql
) -> None:
    paid = await completed(desk)
    before = await balances(desk)
    told = await desk.feed.last()
    with pytest.raises(DatabaseProblem, match=r"lost|does not answer|shutting down"):
        await stopped_half_way(desk, server)
    with pytest.raises(DatabaseProblem) as down:
        await desk.linking.link(paid.name, [Part("C1")])
    assert "\n" not in down.value.message
    assert down.value.fix
    await asyncio.to_thread(start, server)
    await works_again(desk)
    assert (await balances(desk), await desk.feed.last()) == (before, told)
    done = await desk.linking.link(paid.name, [Part("C1")])
    assert done.transaction.applied == 100_000
    await assert_sound(desk)
    await desk.close()


async def stopped_half_way(desk: Services, server: FreshPostgresql) -> None:
    """Write, lose the server, write on."""
    async with unit_of_work(desk.database, "mia", desk.clock.now()) as unit:
        unit.touch("client", 1)
        await unit.finish()
        await asyncio.to_thread(stop_at_once, server)
        await unit.finish()


async def works_again(desk: Services) -> None:
    """The first calls after a restart may find old connections dead; a moment later all is well."""
    for _ in range(40):
        try:
            await desk.transactions.header()
            async with unit_of_work(desk.database, "mia", desk.clock.now()):
                return
        except DatabaseProblem:
            await asyncio.sleep(0.1)
    pytest.fail("the desk did not find the server again")


async def test_what_was_told_as_done_is_there_after_a_stop_at_any_moment(
    desk: Services, server: FreshPostgresql
) -> None:
    paid = await completed(desk)
    acknowledged: list[str] = []
    task = asyncio.create_task(link_and_unlink(desk, paid.name, acknowledged))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(stop_at_once, server)
    with pytest.raises(DatabaseProblem) as gone:
        await task
    assert gone.value.fix
    await asyncio.to_thread(start, server)
    await works_again(desk)
    there = await count(desk.database, "linking") + await count(desk.database, "unlinking")
    assert len(acknowledged) <= there <= len(acknowledged) + 1
    await assert_sound(desk)
    await desk.close()


async def link_and_unlink(desk: Services, name: str, acknowledged: list[str]) -> None:
    """Work until the server is gone, keeping what was acknowledged."""
    while True:
        await desk.linking.link(name, [Part("C1")])
        acknowledged.append("linked")
        await desk.linking.unlink(name, "again")
        acknowledged.append("unlinked")


async def count(database: Database, table: str) -> int:
    return int((await database.reader.rows(f"SELECT count(*) FROM {table}"))[0][0])
