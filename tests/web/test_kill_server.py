"""`serve` killed at any moment under load: what payers were told stands, once; the rest is cleared up.

`PAYLINK_KILLS=20` kills it that often; each run prints the seed of its dice.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.workers import JOBS
from tests.databases import Fresh
from tests.web.firm import assert_books, furnish
from tests.web.payer import Paid, Payer, Request
from tests.web.serving import PATIENCE, Server
from tests.web.wire import Answer, Wire

KILLS = int(os.environ.get("PAYLINK_KILLS", "4"))
PAYERS = 12
LONGEST = 1.2
"""Seconds a server lives at most, once somebody has paid on it."""
LATER = timedelta(hours=2)
"""When every checkout nobody paid on has been closed, and every unknown call is looked up."""

pytestmark = pytest.mark.timeout(60 + 30 * KILLS)


@dataclass
class Crowd:
    """Payers at a server that keeps dying, and what became of them."""

    address: str
    links: list[str]
    dice: random.Random
    ended: bool = False
    paid: list[Paid] = field(default_factory=list)
    """Those who saw their receipt."""
    left: list[Paid] = field(default_factory=list)
    """Those who gave up when the server died, and may have paid."""
    cut: int = 0
    """How often the server was gone when a payer asked, or before it answered."""

    async def come(self, number: int) -> None:
        """Pay again and again. When the server dies, half of the payers try the same step again."""
        times = 0
        while not self.ended:
            payer = Stubborn(Wire(self.address), f"Payer {number} time {times}", self)
            times += 1
            try:
                self.paid.append(await payer.pay(self.links[number % len(self.links)]))
            except GaveUpError:
                self.left.append(payer.paid)
            finally:
                await payer.wire.close()


class GaveUpError(Exception):
    """A payer went away in the middle."""


class Stubborn(Payer):
    """A payer who, when the server is gone, leaves or does the same again until it is back."""

    def __init__(self, wire: Wire, name: str, crowd: Crowd) -> None:
        super().__init__(wire, name)
        self._crowd = crowd
        self._stays = crowd.dice.random() < 0.5

    async def ask(self, request: Request) -> Answer:
        while True:
            try:
                return await request()
            except OSError:
                self._crowd.cut += 1
                if not self._stays:
                    raise GaveUpError from None
                await asyncio.sleep(0.1)


@pytest.fixture
def server(migrated_url: str, tmp_path: Path) -> Iterator[Server]:
    made = Server(migrated_url, tmp_path, workers=2 if migrated_url.startswith("postgres") else 1)
    yield made
    made.stop()


async def test_kill_nine_loses_and_doubles_nothing(server: Server, fresh: Fresh) -> None:
    seed = random.randrange(2**32)
    print(f"\nseed {seed}")
    dice = random.Random(seed)
    crowd = Crowd(server.address, await furnish(server.url, 5), dice)
    kills = KILLS if "postgres" not in server.url else max(1, KILLS // 4)
    await asyncio.to_thread(server.start)
    payers = [asyncio.create_task(crowd.come(number)) for number in range(PAYERS)]
    for _ in range(kills):
        await asyncio.sleep(dice.uniform(0.05, LONGEST))
        cut = crowd.cut
        await asyncio.to_thread(server.kill)
        await until(lambda: crowd.cut > cut, "nobody was cut off")  # noqa: B023
        paid = len(crowd.paid)
        await asyncio.to_thread(server.start)
        await until(lambda: len(crowd.paid) > paid, "nobody pays any more")  # noqa: B023
    crowd.ended = True
    await asyncio.gather(*payers)
    assert await asyncio.to_thread(server.stop) == 0
    server.assert_quiet()
    print(f"{kills} kills: {len(crowd.paid)} saw their receipt, {len(crowd.left)} gave up in the middle")
    await cleared_up(server.url, crowd)


async def until(true: Callable[[], bool], otherwise: str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, otherwise
        await asyncio.sleep(0.02)


async def cleared_up(url: str, crowd: Crowd) -> None:
    """Hours later every payment has ended one way or the other, and every rule holds."""
    services = await open_services(url, actor="mia", clock=FixedClock(datetime.now(UTC) + LATER))
    try:
        await work_through(services)
        sure = [one.name for one in crowd.left if one.receipt]
        await assert_books(
            services, [*(one.name for one in crowd.paid), *sure], [one.name for one in crowd.left]
        )
        rows = await services.database.reader.rows(
            "SELECT payer_name, count(*), min(status) FROM payment GROUP BY payer_name"
            " HAVING count(*) > 1 OR min(status) = 'pending' OR max(status) = 'pending'"
        )
        assert not rows, f"paid twice, or never resolved: {rows[:5]}"
    finally:
        await services.close()


async def work_through(services: Services) -> None:
    """Do the work that goes on beside the page until none is left."""
    for _ in range(60):
        if not sum([await job.work(services) for job in JOBS]):
            return
    pytest.fail("the work beside the page never came to an end")
