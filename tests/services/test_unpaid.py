"""Payments nobody pays: ended once, never against what their processor says, one refusal alone."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from paylink_tui.domain.facts import Fact, FactKind, Status
from paylink_tui.domain.views import Transaction
from paylink_tui.processors.port import CHECKOUT_LIFE, Done, Order, Snapshot, Unknown
from paylink_tui.processors.sandbox import SandboxProcessor
from paylink_tui.processors.sandbox_cards import Means
from paylink_tui.services.abandoned import close_abandoned
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.recovery import PATIENCE
from paylink_tui.store import schema
from tests.services.desk import START, assert_sound, authorized, freeze
from tests.services.desk_payments import submitted


async def opened(desk: Services, operation: str) -> Transaction:
    """A payment whose processor's page is open."""
    pending = await submitted(desk, 700, operation)
    await desk.sandbox_processor.open_checkout(Order(operation, 700, "USD", "Operating", "", ""))
    await desk.intake.settle_operation(operation, "done")
    return pending


class _Unclosing:
    """A processor that does not say whether it closed a page."""

    def __init__(self, inner: SandboxProcessor) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def cancel_checkout(self, operation: str, payment_ref: str) -> Unknown:
        return Unknown("no answer")


async def refuse_next(desk: Services, kind: FactKind) -> None:
    """Have the database refuse, as counted already, what the sandbox tells next."""
    other = await authorized(desk)
    ((newest,),) = await desk.database.reader.rows("SELECT max(id) FROM sandbox_event")
    told = Fact("sandbox", kind, f"evt_{newest + 1}", other.payment_ref, 700, "USD", START)
    row = {
        "payment_id": other.id,
        "processor": told.processor,
        "kind": kind.value,
        "external_ref": told.external_ref,
        "amount": told.amount,
        "currency": told.currency,
        "occurred_at": 0,
        "seen_at": 0,
        "source": "test",
    }
    async with desk.database.write() as connection:
        await connection.execute(insert(schema.fact), [row])


def wait(desk: Services, time: timedelta) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(time)


async def status(desk: Services, payment: Transaction) -> Status:
    return (await desk.transactions.get(payment.id)).status


async def test_an_unpaid_payment_ends_once_and_gives_its_use_back_once(desk: Services) -> None:
    pending = await submitted(desk, 700, "op_1")
    told = ("sandbox", pending.payment_ref, "op_1", "never opened", "look")
    assert [await desk.intake.end_unpaid(*told) for _ in range(2)] == [True, False]
    after = await desk.transactions.get(pending.id)
    assert (after.status, after.failure) == (Status.FAILED, "never opened")
    assert (await desk.links.get(pending.link_id)).uses == 0
    await assert_sound(desk)


async def test_a_payment_made_meanwhile_is_not_ended_as_unpaid(desk: Services) -> None:
    paid = await authorized(desk)
    assert not await desk.intake.end_unpaid("sandbox", paid.payment_ref, "op_x", "never opened", "look")
    assert await status(desk, paid) is Status.AUTHORIZED
    assert not await desk.intake.end_unpaid("sandbox", "sb_unknown", "op_x", "never opened", "look")
    await assert_sound(desk)


async def test_what_the_rules_refuse_is_logged_and_the_waiting_payer_still_answered(
    desk: Services, caplog: pytest.LogCaptureFixture
) -> None:
    pending = await opened(desk, "op_1")
    await refuse_next(desk, FactKind.AUTHORIZED)
    await desk.sandbox_processor.pay(pending.payment_ref, Means("4242424242424242"))
    with caplog.at_level(logging.WARNING, "paylink.intake"):
        assert await desk.intake.refresh(pending.id)
    assert await status(desk, pending) is Status.PENDING
    assert [f"{pending.name} stays as it is" in record.getMessage() for record in caplog.records] == [True]


async def test_a_page_opened_this_moment_is_not_called_abandoned_although_its_link_is_frozen(
    desk: Services,
) -> None:
    pending = await submitted(desk, 700, "op_1")
    await freeze(desk, pending.link_id)
    wait(desk, PATIENCE)
    assert await close_abandoned(desk) == 0
    assert await status(desk, pending) is Status.PENDING
    wait(desk, timedelta(milliseconds=1))
    assert await close_abandoned(desk) == 1
    assert await status(desk, pending) is Status.FAILED


async def test_one_the_rules_refuse_is_logged_and_the_others_are_closed(
    desk: Services, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, other = await opened(desk, "op_1"), await opened(desk, "op_2")
    await refuse_next(desk, FactKind.FAILED)
    wait(desk, CHECKOUT_LIFE)
    with caplog.at_level(logging.WARNING, "paylink.intake"):
        assert await close_abandoned(desk) == 1
    assert (await status(desk, stuck), await status(desk, other)) == (Status.PENDING, Status.FAILED)
    assert [f"{stuck.name} stays as it is" in record.getMessage() for record in caplog.records] == [True]


async def test_one_a_person_must_look_at_is_left_alone(desk: Services) -> None:
    pending = await opened(desk, "op_1")
    found = await desk.sandbox_processor.fetch(pending.payment_ref)
    other = Fact("sandbox", FactKind.AUTHORIZED, "evt_x", pending.payment_ref, 699, "USD", START)
    assert isinstance(found, Snapshot)
    await desk.intake.take("sandbox", replace(found, facts=(other,)))
    assert (await desk.transactions.get(pending.id)).conflict
    wait(desk, CHECKOUT_LIFE)
    assert await close_abandoned(desk) == 0
    outcome = await desk.sandbox_processor.pay(pending.payment_ref, Means("4242424242424242"))
    assert isinstance(outcome, Done)


async def test_one_still_pending_is_not_counted_as_ended(desk: Services) -> None:
    pending = await opened(desk, "op_1")
    await desk.sandbox_processor.pay(pending.payment_ref, Means("4000000000000002"), tries=5)
    desk.processors["sandbox"] = _Unclosing(desk.sandbox_processor)  # type: ignore[index]
    wait(desk, CHECKOUT_LIFE)
    assert await close_abandoned(desk) == 0
    assert await status(desk, pending) is Status.PENDING


async def test_a_lost_call_whose_news_is_refused_holds_up_no_other(
    desk: Services, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = await submitted(desk, 700, "op_1")
    await desk.sandbox_processor.open_checkout(Order("op_1", 700, "USD", "Operating", "", ""))
    lost = await submitted(desk, 700, "op_2")
    await refuse_next(desk, FactKind.AUTHORIZED)
    await desk.sandbox_processor.pay(stuck.payment_ref, Means("4242424242424242"))
    wait(desk, PATIENCE + timedelta(seconds=1))
    with caplog.at_level(logging.WARNING, "paylink.intake"):
        await desk.intake.poll()
    assert (await status(desk, stuck), await status(desk, lost)) == (Status.PENDING, Status.FAILED)
    assert any(f"{stuck.name} stays as it is" in record.getMessage() for record in caplog.records)
