"""As of a moment, the desk reads exactly as it read then, whatever happened since."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from paylink_tui.domain.audit import AuditQuery
from paylink_tui.services.asof import moment_of, open_past
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.store.database import open_database
from paylink_tui.store.unit_of_work import unit_of_work
from tests.databases import Fresh, in_thread
from tests.services.desk import CLIENTS, KEY, assert_sound, furnish, services_over
from tests.simulation.dice import step
from tests.simulation.machine import Histories
from tests.simulation.stage import NothingThereError, Place, pick

STEPS, MOMENTS = 150, 6
ELSEWHERE = frozenset({"month_end", "lay_fuse"})
"""Steps of other histories: closed months hold up those that go on, and a crash is no moment."""
SEEDS = (4411, 4412, 4413)
"""A history for each; the same dice choose its moments."""


class Told(Histories):
    """The random history, whose changes of invoices are in the audit log as an import leaves them."""

    def import_total(self, which: int, total: int) -> None:
        bill = pick(self.book.bills.values(), which)
        before, bill.total = bill.total, bill.paid + total

        async def change() -> None:
            async with unit_of_work(self.desk.database, "mia", self.desk.clock.now()) as unit:
                sql = f"UPDATE invoice SET total = {bill.total} WHERE number = '{bill.number}' RETURNING id"
                number = (await unit.connection.exec_driver_sql(sql)).scalar_one()
                unit.record(
                    "change", "invoice", number, before={"total": before}, after={"total": bill.total}
                )

        self.run(change())

    def jump(self, hours: int) -> None:
        """A moment that came twice could not be told from itself."""
        self.clock.advance(timedelta(hours=abs(hours)))


async def readings(desk: Services) -> dict[str, Any]:
    """What every screen shows; a link's URL and a row's version are those of now."""
    paid = await desk.transactions.list(limit=None)
    found: dict[str, Any] = {
        "transactions": [{**asdict(one), "version": 0} for one in paid],
        "timelines": [await desk.transactions.timeline(one.id) for one in paid],
        "invoices": [asdict(one) for one in await desk.directory.invoices()],
        "clients": [asdict(one) for one in await desk.directory.clients()],
        "matters": [asdict(one) for one in await desk.directory.matters()],
        "links": [{**asdict(one), "url": ""} for one in await desk.links.list()],
        "accounts": await desk.firm.accounts(),
        "header": await desk.transactions.header(),
        "words": [one.name for one in await desk.transactions.list("acme", limit=None)],
        "to link": [one.name for one in await desk.transactions.list("linked:no", limit=None)],
        "log": await desk.audit.list(AuditQuery(), limit=100_000),
        "roles": await desk.roles.members(),
        "refunds": await desk.refunds.list(limit=10_000),
        "entries": await desk.trust.entries(limit=10_000),
    }
    for code, _ in CLIENTS:
        card = await desk.directory.card(code)
        found[f"card {code}"] = (card.lines, card.postings)
        found[f"trust {code}"] = await desk.trust.positions(code)
    return found


async def furnished(url: str) -> None:
    database = await open_database(url)
    try:
        await furnish(services_over(database))
    finally:
        await database.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_past_reads_as_it_read_then(fresh: Fresh, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    url = fresh.migrated()
    in_thread(furnished(url))
    machine = type("Told", (Told,), {"place": Place(lambda: url, fresh.drop)})()
    dice = Random(seed)
    stops = set(dice.sample(range(STEPS - 10), MOMENTS))
    read: dict[datetime, dict[str, Any]] = {}
    try:
        machine.open()
        clock = machine.desk.clock
        assert isinstance(clock, FixedClock)
        for number in range(STEPS):
            name, *arguments = step(dice)
            if name not in ELSEWHERE:
                with suppress(NothingThereError):
                    getattr(machine, name)(*arguments)
            if number in stops:
                read[clock.now()] = machine.run(readings(machine.desk))
                clock.advance(timedelta(seconds=1))
        for at, expected in read.items():
            machine.run(assert_past(machine.desk, at, expected))
    finally:
        machine.teardown()


async def assert_past(desk: Services, at: datetime, expected: dict[str, Any]) -> None:
    past = await open_past(desk, await moment_of(desk, at.isoformat()))
    try:
        found = await readings(past)
        for what, value in expected.items():
            pairs = zip(found[what], value, strict=False) if isinstance(value, list | tuple) else ()
            differs = [pair for pair in pairs if pair[0] != pair[1]]
            assert found[what] == value, f"{what} as of {at}: {differs[:1]}"
        await assert_sound(past)
    finally:
        await past.close()
