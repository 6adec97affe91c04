"""A poller that is cheap and reads again, and events that are parked until they can be helped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from paylink_tui.domain.facts import Status
from paylink_tui.domain.times import to_ms
from paylink_tui.processors.port import Done, Hint, Order
from paylink_tui.processors.sandbox import reference_for
from paylink_tui.processors.sandbox_cards import Means
from paylink_tui.services.abandoned import close_abandoned
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.store import schema
from paylink_tui.store.database import open_database
from paylink_tui.store.inbox import GIVE_UP
from paylink_tui.store.reader import Dialect, Reader, Row
from tests.services.desk import START, assert_sound, authorized, completed, freeze, services_over
from tests.services.desk_payments import submitted


def wait(desk: Services, seconds: float) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(timedelta(seconds=seconds))


class Counting:
    """A reader that remembers what it was asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.dialect: Dialect = reader.dialect
        self.asked: list[str] = []

    async def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        self.asked.append(sql)
        return await self._reader.rows(sql, params)

    async def close(self) -> None:
        await self._reader.close()


async def test_with_nothing_new_a_poll_reads_once_here_and_once_there_and_writes_nothing(
    desk: Services, migrated_url: str
) -> None:
    await completed(desk)
    readonly = await open_database(migrated_url, readonly=True)
    try:
        reader = readonly.reader = Counting(readonly.reader)
        other = services_over(readonly)
        assert await other.intake.poll() == 0
        reader.asked.clear()
        assert await other.intake.poll() == 0
        assert len(reader.asked) == 2
        wait(other, 61)
        assert await other.intake.poll() == 0
    finally:
        await readonly.close()


async def test_an_event_that_shows_up_behind_the_cursor_is_read_again(desk: Services) -> None:
    pending = await submitted(desk, 700, "op_late")
    order = Order("op_late", 700, "USD", "Operating", "", "")
    await desk.sandbox_processor.open_checkout(order)
    await desk.sandbox_processor.pay(pending.payment_ref, Means("4242424242424242"))
    (event,) = await desk.database.reader.rows("SELECT * FROM sandbox_event")
    names = [column.name for column in schema.sandbox_event.columns]
    async with desk.database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM sandbox_event")
    await authorized(desk)
    await desk.intake.poll()
    async with desk.database.write() as connection:
        await connection.execute(insert(schema.sandbox_event), [dict(zip(names, event, strict=True))])
    await desk.intake.poll()
    assert (await desk.transactions.get(pending.id)).status is Status.PENDING
    wait(desk, 61)
    await desk.intake.poll()
    assert (await desk.transactions.get(pending.id)).status is Status.AUTHORIZED
    await assert_sound(desk)


async def test_what_is_read_again_stays_a_window_while_the_cursor_moves_on(desk: Services) -> None:
    for _ in range(6):
        await authorized(desk)
        wait(desk, 240)
    cursor, marks = await desk.database.reader.rows(
        "SELECT value FROM setting WHERE name LIKE '%:sandbox' ORDER BY name"
    )
    assert cursor == ("6",)
    assert marks[0].startswith('[["", ') or '["3", ' in marks[0] or '["2", ' in marks[0]


async def test_a_flood_of_strangers_holds_up_nobody_and_is_given_up(desk: Services) -> None:
    strangers = [Hint(f"evt_x{n}", f"sb_x{n}", "authorized", START) for n in range(600)]
    assert await desk.intake.keep("sandbox", strangers) == 600
    assert await desk.intake.keep("sandbox", strangers) == 0
    await desk.intake.poll()
    assert await attempts(desk) == {1}
    paid = await authorized(desk)
    assert paid.status is Status.AUTHORIZED
    wait(desk, 0.5)
    await desk.intake.poll()
    assert await attempts(desk) == {1}
    for seconds in (1, 2, 4, 8):
        wait(desk, seconds)
        await desk.intake.poll()
    assert await attempts(desk) == {5}
    wait(desk, GIVE_UP.total_seconds())
    await desk.intake.poll()
    assert await desk.intake.parked() == 0
    problems = await desk.database.reader.rows("SELECT DISTINCT problem FROM inbox")
    assert set(problems) == {("",), ("no payment of ours",)}


@pytest.mark.parametrize("tries", [53, 62, 63, 64, 70, 100_000])
async def test_an_event_tried_ever_so_often_holds_up_no_other(desk: Services, tries: int) -> None:
    tried = {"source": "sandbox", "external_id": "evt_x", "body": "sb_x", "attempts": tries}
    async with desk.database.write() as connection:
        await connection.execute(insert(schema.inbox), [{**tried, "received_at": to_ms(START)}])
    wait(desk, timedelta(days=100).total_seconds())
    assert (await authorized(desk)).status is Status.AUTHORIZED
    assert await attempts(desk) == {tries}
    wait(desk, timedelta(days=95).total_seconds())
    await desk.intake.poll()
    assert await desk.intake.parked() == 0


async def attempts(desk: Services) -> set[int]:
    rows = await desk.database.reader.rows("SELECT DISTINCT attempts FROM inbox WHERE handled_at IS NULL")
    return {row[0] for row in rows}


async def test_a_waiting_payer_is_looked_after_a_few_times_at_once_then_every_second(desk: Services) -> None:
    pending = await submitted(desk, 700, "op_1")
    await desk.sandbox_processor.open_checkout(Order("op_1", 700, "USD", "Operating", "", ""))
    assert [await desk.intake.refresh(pending.id) for _ in range(5)] == [True, True, True, False, False]
    await desk.sandbox_processor.pay(pending.payment_ref, Means("4242424242424242"))
    wait(desk, 0.9)
    assert not await desk.intake.refresh(pending.id)
    assert (await desk.transactions.get(pending.id)).status is Status.PENDING
    wait(desk, 0.1)
    assert await desk.intake.refresh(pending.id)
    assert (await desk.transactions.get(pending.id)).status is Status.AUTHORIZED
    wait(desk, 5)
    assert not await desk.intake.refresh(pending.id)
    assert not await desk.intake.refresh(999)


@pytest.fixture
def order() -> Order:
    return Order("op_1", 700, "USD", "Operating", "", "")


async def test_an_abandoned_checkout_ends_and_gives_the_use_back(desk: Services, order: Order) -> None:
    pending = await submitted(desk, 700, "op_1")
    await desk.sandbox_processor.open_checkout(order)
    await desk.intake.settle_operation("op_1", "done")
    wait(desk, 30 * 60 - 1)
    assert await close_abandoned(desk) == 0
    wait(desk, 1)
    assert await close_abandoned(desk) == 1
    after = await desk.transactions.get(pending.id)
    assert (after.status, after.failure) == (Status.FAILED, "closed before it was paid")
    assert (await desk.links.get(after.link_id)).uses == 0
    assert await close_abandoned(desk) == 0
    await desk.intake.poll()
    assert (await desk.links.get(after.link_id)).uses == 0
    await assert_sound(desk)


async def test_a_checkout_paid_in_the_last_moment_is_taken_in_instead(desk: Services, order: Order) -> None:
    pending = await submitted(desk, 700, "op_1")
    await desk.sandbox_processor.open_checkout(order)
    wait(desk, 30 * 60)
    await desk.sandbox_processor.pay(pending.payment_ref, Means("4242424242424242"))
    assert await close_abandoned(desk) == 1
    assert (await desk.transactions.get(pending.id)).status is Status.AUTHORIZED
    await assert_sound(desk)


async def test_a_frozen_link_takes_its_open_checkouts_along(desk: Services, order: Order) -> None:
    pending = await submitted(desk, 700, "op_1")
    other = await submitted(desk, 700, "op_2")
    await desk.sandbox_processor.open_checkout(order)
    await desk.sandbox_processor.open_checkout(replace(order, operation="op_2"))
    await desk.intake.settle_operation("op_1", "done")
    await freeze(desk, pending.link_id)
    assert await close_abandoned(desk) == 1
    assert (await desk.transactions.get(pending.id)).status is Status.FAILED
    assert (await desk.transactions.get(other.id)).status is Status.PENDING
    assert not await paid(desk, pending.payment_ref)
    assert await paid(desk, other.payment_ref)


async def paid(desk: Services, ref: str) -> bool:
    outcome = await desk.sandbox_processor.pay(ref, Means("4242424242424242"))
    return isinstance(outcome, Done)


async def test_a_checkout_the_processor_never_heard_of_ends_too(desk: Services) -> None:
    pending = await submitted(desk, 700, "op_1")
    wait(desk, 30 * 60)
    assert await close_abandoned(desk) == 1
    assert (await desk.transactions.get(pending.id)).status is Status.FAILED


async def test_two_workers_close_a_checkout_once(desk: Services, order: Order) -> None:
    pending = await submitted(desk, 700, "op_1")
    await desk.sandbox_processor.open_checkout(order)
    wait(desk, 30 * 60)
    other = services_over(desk.database)
    wait(other, 30 * 60)
    await asyncio.gather(close_abandoned(desk), close_abandoned(other), close_abandoned(desk))
    after = await desk.transactions.get(pending.id)
    assert (after.status, (await desk.links.get(after.link_id)).uses) == (Status.FAILED, 0)
    assert await desk.database.reader.rows("SELECT kind FROM sandbox_event") == [("failed",)]
    await assert_sound(desk)


async def test_a_processor_that_cannot_tell_now_is_asked_again(desk: Services) -> None:
    pending = await submitted(desk, 700, "op_1")
    await desk.intake.keep("sandbox", [Hint("evt_9", pending.payment_ref, "authorized", START)])
    assert await desk.intake.poll() == 0
    problem = await desk.database.reader.rows("SELECT attempts, problem FROM inbox")
    assert problem[0][0] == 1
    assert reference_for("op_1") in problem[0][1]
    await desk.sandbox_processor.open_checkout(Order("op_1", 700, "USD", "Operating", "", ""))
    await desk.sandbox_processor.pay(pending.payment_ref, Means("4242424242424242"))
    wait(desk, 1)
    assert await desk.intake.poll() == 2
    assert await desk.intake.parked() == 0
