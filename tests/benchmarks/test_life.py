"""A payment's life through the services against the same rows and commits by the bare sqlite3 module."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import pytest

from paylink_tui.domain.facts import Fact, FactKind
from paylink_tui.processors.port import Snapshot
from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.intake import new_operation
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.store.write.payments import NewPayment
from tests.benchmarks import bare

GOAL = 4.0
"""How many times the floor a life through the services may take."""
ROUNDS = 4
"""The calmest of them is what counts."""
LIVES = 40
"""Lives a round measures."""
WARM_UP = 10
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)


async def desk(path: Path, lives: int) -> Services:
    """A firm with one operating account, a link, and a client with three open invoices for each life."""
    from sqlalchemy import insert

    from paylink_tui.store.schema import client, invoice

    services = await open_services(str(path), create=True, clock=FixedClock(AT), actor="mia")
    await services.firm.init("Hartwell & Ng LLP")
    await services.firm.add_account("Operating", "operating", processor="sandbox")
    await services.links.create(NewLink("Operating"))
    async with services.database.write() as connection:
        await connection.execute(
            insert(client),
            [
                {"code": f"C{n}", "name": f"Client {n}", "kind": "person", "search": f"c{n}"}
                for n in range(lives)
            ],
        )
        await connection.execute(
            insert(invoice),
            [
                {
                    "number": f"{n}-{k}",
                    "client_id": n + 1,
                    "issued": "2026-10-01",
                    "due": f"2026-11-0{k + 1}",
                    "currency": "USD",
                    "total": 10_000,
                }
                for n in range(lives)
                for k in range(3)
            ],
        )
    return services


async def submit(services: Services, life: int) -> int:
    operation = new_operation()
    new = NewPayment(
        1, 1, "operating", "USD", 30_000, "card", f"Payer {life}", "a@b.example", "r", "sandbox", f"sb{life}"
    )
    number = await services.intake.submit(new, operation)
    assert number is not None
    await services.intake.settle_operation(operation, "done")
    return number


def steps_of(services: Services, number: int, life: int) -> list[Callable[[], Awaitable[None]]]:
    """Authorize, complete, link with three allocations."""
    authorized = Fact("sandbox", FactKind.AUTHORIZED, f"a{life}", f"sb{life}", 30_000, "USD", AT)
    captured = Fact("sandbox", FactKind.CAPTURED, f"c{life}", f"sb{life}", 30_000, "USD", AT)

    async def tell(*facts: Fact) -> None:
        await services.intake.take("sandbox", Snapshot(f"sb{life}", facts, "card", "Visa", "4242"))

    async def link() -> None:
        outcome = await services.linking.link(number, [Part(f"C{life}")])
        assert len(outcome.preview.lines) == 3
        assert outcome.transaction.applied == 30_000

    return [lambda: tell(authorized), lambda: tell(authorized, captured), link]


async def live(services: Services, number: int, life: int) -> None:
    for step in steps_of(services, number, life):
        await step()


async def watched_life(services: Services, path: Path, number: int, life: int) -> list[bare.Step]:
    """One life, and what each step of it left."""
    seen = []
    for step in steps_of(services, number, life):
        with bare.watched(path, number) as left:
            await step()
        seen.append(left)
    return seen


async def one_round(path: Path) -> tuple[list[float], list[float], list[bare.Step]]:
    """Seconds of each life through the services and of each bare one, in turn; and what one leaves."""
    lives = LIVES + WARM_UP
    services = await desk(path, lives)
    floor = bare.connection(path)
    try:
        numbers = [await submit(services, life) for life in range(lives)]
        await live(services, numbers[0], 0)  # opens the accounts that every life shares
        before = bare.payment_of(path, numbers[1])
        steps = await watched_life(services, path, numbers[1], 1)
        ours, theirs = [], []
        for life in range(2, lives):
            started = time.perf_counter()
            await live(services, numbers[life], life)
            ours.append(time.perf_counter() - started)
            ids = bare.prepare(floor, before, steps, life)
            statements = bare.floor_of(steps, numbers[1], life)
            started = time.perf_counter()
            bare.write(floor, statements, ids)
            theirs.append(time.perf_counter() - started)
        assert_same(path, floor, numbers[-1], ids[("payment", numbers[1])])
        return ours[WARM_UP:], theirs[WARM_UP:], steps
    finally:
        floor.close()
        await services.close()


def assert_same(path: Path, floor: sqlite3.Connection, ours: int, theirs: int) -> None:
    """The last life of each way left as many rows of each kind, and the same books."""
    for sql in (
        "SELECT count(*) FROM fact WHERE payment_id = ? AND kind <> 'submitted'",
        """SELECT status, linked, applied, completed_at, version, client_name <> '', search <> ''
             FROM payment WHERE id = ?""",
        "SELECT kind, effective_on FROM journal WHERE payment_id = ? ORDER BY id",
        """SELECT t.kind, d.kind, c.kind, t.amount FROM transfer t JOIN journal j ON j.id = t.journal_id
             JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id
            WHERE j.payment_id = ? ORDER BY t.id""",
        "SELECT amount, sign, paid_on FROM allocation WHERE payment_id = ? ORDER BY id",
    ):
        assert floor.execute(sql, (ours,)).fetchall() == floor.execute(sql, (theirs,)).fetchall()


def calm(seconds: list[float]) -> float:
    """The first quartile: what a life takes while nothing else wants the machine."""
    return quantiles(seconds, n=4)[0]


def test_the_floor_writes_the_rows_and_commits_of_a_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "life.db"

    async def both() -> tuple[list[bare.Step], list[bare.Step]]:
        services = await desk(path, 2)
        try:
            await live(services, await submit(services, 0), 0)
            number = await submit(services, 1)
            before = bare.payment_of(path, number)
            ours = await watched_life(services, path, number, 1)
            with closing(bare.connection(path)) as floor:
                ids = bare.prepare(floor, before, ours, 1)
                theirs = []
                for statements in bare.floor_of(ours, number, 1):
                    with bare.watched(path, ids[("payment", number)]) as left:
                        bare.write(floor, [statements], ids)
                    theirs.append(left)
            return ours, theirs
        finally:
            await services.close()

    ours, theirs = asyncio.run(both())
    assert [step.commits for step in ours] == [1, 1, 1]
    for one, other in zip(ours, theirs, strict=True):
        assert one.commits == other.commits
        assert {name: len(rows) for name, rows in one.rows.items()} == {
            name: len(rows) for name, rows in other.rows.items()
        }
        assert one.payment.keys() == other.payment.keys()


@pytest.mark.benchmark
def test_a_payments_life_stays_near_the_bare_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    ratios = []
    for number in range(ROUNDS):
        ours, theirs, steps = asyncio.run(one_round(tmp_path / f"life {number}.db"))
        ratios.append(calm(ours) / calm(theirs))
        rows = sum(len(found) for step in steps for found in step.rows.values())
        print(
            f"\na payment's life: {calm(ours) * 1000:.1f} ms, {rows} rows; bare sqlite3"
            f" {calm(theirs) * 1000:.1f} ms; ratio {ratios[-1]:.2f}, goal {GOAL}",
            end="",
        )
        if ratios[-1] <= GOAL:
            break
    assert min(ratios) <= GOAL
