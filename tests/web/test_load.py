"""Many payers at once: how many payments a second, how long a step takes, and nothing lost or doubled.

`PAYLINK_LOAD_PAYERS=1000 PAYLINK_LOAD_SECONDS=60` is the full run. Payers do not pause between pages, so
every step waits behind all the others; the floor is an empty page from the same server for the same payers.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.databases import FreshPostgresql, in_thread, make, postgresql_or_skip
from tests.web.firm import assert_books, desk, furnish
from tests.web.payer import STEPS, Paid, Payer
from tests.web.serving import Server
from tests.web.wire import Wire

PAYERS = int(os.environ.get("PAYLINK_LOAD_PAYERS", "60"))
SECONDS = float(os.environ.get("PAYLINK_LOAD_SECONDS", "4"))
LINKS = 50
PATIENCE = SECONDS + PAYERS / 3 + 60
"""Seconds after which payers who have begun must all have come to their receipt."""

pytestmark = pytest.mark.timeout(2 * PATIENCE + 120)


@pytest.fixture(scope="module")
def durable() -> Iterator[FreshPostgresql]:
    """A PostgreSQL server on the disk, which keeps its word about commits."""
    server = postgresql_or_skip(Path(tempfile.mkdtemp(prefix="paylink-load-")))
    for setting in ("fsync = on", "synchronous_commit = on", "full_page_writes = on"):
        server.run(f"ALTER SYSTEM SET {setting}")
    server.run("SELECT pg_reload_conf()")
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A database on the disk, and how many processes serve it."""
    if request.param == "sqlite":
        in_thread(make(str(tmp_path / "load.db")))
        yield str(tmp_path / "load.db"), 1
        return
    server: FreshPostgresql = request.getfixturevalue("durable")
    url = server.migrated()
    yield url, 2
    server.drop(url)


async def test_a_crowd_of_payers(place: tuple[str, int], tmp_path: Path) -> None:
    url, workers = place
    links = await furnish(url, LINKS)
    with Server(url, tmp_path, workers=workers) as server:
        floor = await empty_pages(server.address)
        before, started = server.cpu(), time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            crowd = await asyncio.gather(
                *(keep_paying(server.address, number, links) for number in range(PAYERS))
            )
        seconds = time.perf_counter() - started
        busy = (server.cpu() - before) / seconds
    paid = [one for person in crowd for one in person]
    kind = "PostgreSQL" if url.startswith("postgres") else "SQLite"
    print(f"\n{kind}, {workers} process(es), {PAYERS} payers, {seconds:.0f} s:", end=" ")
    print(f"{len(paid)} payments, {len(paid) / seconds:.1f} a second; server {busy:.2f} cores")
    tell(floor, paid)
    async with desk(url) as services:
        await assert_books(services, [one.name for one in paid])


async def keep_paying(address: str, number: int, links: list[str]) -> list[Paid]:
    """One payer who pays again and again until the time is over, each time under another name."""
    until, done = time.perf_counter() + SECONDS, list[Paid]()
    while time.perf_counter() < until:
        wire = Wire(address)
        payer = Payer(wire, f"Payer {number} time {len(done)}")
        try:
            done.append(await payer.pay(links[number % LINKS]))
        finally:
            await wire.close()
    return done


async def empty_pages(address: str) -> list[float]:
    """Seconds of each empty page, fetched by as many for a fifth of the time."""
    until = time.perf_counter() + SECONDS / 5

    async def fetch() -> list[float]:
        wire, times = Wire(address), list[float]()
        while (started := time.perf_counter()) < until:
            assert (await wire.get("/healthz")).status == 200
            times.append(time.perf_counter() - started)
        await wire.close()
        return times

    return [one for times in await asyncio.gather(*(fetch() for _ in range(PAYERS))) for one in times]


def tell(floor: list[float], paid: list[Paid]) -> None:
    """Print the floor, then each step beside it."""
    rate = len(floor) / (SECONDS / 5)
    print(f"  empty page: {rate:.0f} a second, p50 {in_ms(median(floor))}, p99 {in_ms(p99(floor))}")
    for step in STEPS:
        times = [one.seconds[step] for one in paid]
        print(f"  {step:>8}: p50 {in_ms(median(times))}, p99 {in_ms(p99(times))}")


def in_ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[-1]
