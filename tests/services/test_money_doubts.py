"""Doubts about a lost or doubled cent, played out: refunds made elsewhere, names spelled anew, lost lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.facts import FactKind
from paylink_tui.domain.refunds import RefundState
from paylink_tui.processors.port import Snapshot
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services import bank
from tests.services.desk import assert_sound, balances, completed, held, services_over
from tests.services.test_linking import refused
from tests.services.test_lost_replies import behind, open_calls, recover
from tests.services.trust_desk import colleague, later, paid_out, received


@pytest.mark.parametrize("account", ["Operating", "IOLTA"])
async def test_a_refund_made_elsewhere_leaves_no_room_for_one_nobody_answered(
    desk: Services, account: str
) -> None:
    paid = await completed(desk, account)
    await desk.linking.link(paid.name, [Part("C1")])
    faulty, line = behind(desk, "slow")
    asked = await faulty.refunds.request(paid.name, 40_000, reason="paid twice")
    assert asked.unknown
    await desk.sandbox_processor.refund("dashboard", paid.payment_ref, 70_000)
    await recover(faulty, line)
    after = await desk.transactions.get(paid.id)
    assert (after.refunded, after.refunding) == (70_000, 0)
    assert (await desk.refunds.get(asked.id)).state is RefundState.DECLINED
    assert (await held(desk, "refunding"), await held(desk, "bank"), await open_calls(desk)) == (
        0,
        -30_000,
        [],
    )
    assert await desk.intake.parked() == 0
    await assert_sound(desk)


async def test_one_refund_told_under_two_references_is_for_a_person_to_look_at(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.refunds.request(paid.name, 10_000, reason="paid twice")
    told = await desk.sandbox_processor.fetch(paid.payment_ref)
    assert isinstance(told, Snapshot)
    (ours,) = [one for one in told.facts if one.kind is FactKind.REFUNDED]
    again = replace(told, facts=(*told.facts, replace(ours, external_ref="re_1")))
    await desk.intake.take("sandbox", again)
    after = await desk.transactions.get(paid.id)
    assert (after.refunded, after.conflict.startswith("told twice")) == (10_000, True)
    assert await held(desk, "bank") == -90_000


async def test_a_month_before_the_first_posting_is_reconciled_too(desk: Services) -> None:
    await received(desk, 500)
    await received(desk, 700, dated_on=date(2026, 10, 5))
    assert [one.month for one in await desk.trust.months()] == ["2026-11", "2026-10"]
    assert (await desk.trust.reconcile("IOLTA")).month == "2026-10"


async def test_a_reason_that_looks_like_a_refund_restores_nothing_twice(desk: Services) -> None:
    paid = await completed(desk, amount=60_000)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.linking.unlink(paid.name, "F1")
    await desk.linking.link(paid.name, [Part("C1", apply=False)])
    owed = await balances(desk)
    faulty, line = behind(desk, "refused")
    asked = await faulty.refunds.request(paid.name, 10_000, reason="x")
    await recover(faulty, line)
    assert (await desk.refunds.get(asked.id)).state is RefundState.DECLINED
    assert await balances(desk) == owed
    await assert_sound(desk)


async def test_an_asker_is_the_same_person_however_the_name_is_spelled(desk: Services) -> None:
    await desk.roles.set("mia", "approver")
    await desk.roles.set("ann", "approver")
    paid = await completed(desk, amount=200_000)
    await desk.linking.link(paid.name, [Part("C1")])
    other = services_over(desk.database, "Mia ")
    await received(desk, 500_000)
    await other.refunds.request(paid.name, 150_000, reason="x")
    await colleague(desk, "MIA").trust.enter(paid_out(200_000))
    assert (await refused(desk.refunds.approve("F1"))).rule == "second-person"
    assert (await refused(desk.trust.approve("E2"))).rule == "second-person"


async def test_what_was_unmatched_since_keeps_the_month_open(desk: Services) -> None:
    await received(desk, 100_000)
    later(desk, days=15)
    await bank.told(desk, [("2026-11-23", 100_000, "DEPOSIT")], "2026-11-30")
    await desk.trust.accept(await desk.trust.solve("IOLTA"))
    await desk.trust.reconcile("IOLTA", dry_run=False)
    (one,) = await desk.trust.lines("IOLTA")
    await desk.trust.unmatch(one.id)
    assert (await refused(desk.trust.close("2026-11"))).rule == "trust-three-way"
    await desk.trust.match(one.id, [item.transfer_id for item in await desk.trust.unmatched("IOLTA")])
    await desk.trust.close("2026-11")


async def test_no_payment_is_recorded_on_a_day_to_come(desk: Services) -> None:
    await received(desk, 50_000)
    for source in ("trust", "cash"):
        with pytest.raises(BadInput):
            await desk.recording.record(NewRecord("C1", source, 1, received_on=date(2026, 12, 24)))
    await desk.recording.record(NewRecord("C1", "trust", 1, received_on=date(2026, 11, 20)))
    (now,) = await desk.trust.three_way("IOLTA")
    assert now.book == now.ledgers == 49_999
