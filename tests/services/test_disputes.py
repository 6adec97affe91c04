"""Disputes: debited from operating, held while open, and undone or given up; told in any order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.facts import Dispute, Fact, FactKind, Status
from paylink_tui.processors.port import Snapshot
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import START, assert_sound, authorized, balances, completed, held
from tests.services.test_linking import refused
from tests.services.test_refunds import book


async def test_open_holds_what_is_there_and_won_brings_everything_back(desk: Services) -> None:
    paid = await completed(desk, "IOLTA", 80_000)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.recording.record(NewRecord("C1", "trust", 30_000))
    before, fee = await book(desk), (await desk.transactions.get(paid.id)).fee
    opened = await desk.sandbox.dispute(paid.name, "open")
    assert (opened.dispute, opened.status, opened.applied) == (Dispute.OPEN, Status.COMPLETED, 30_000)
    assert (await held(desk, "held", 1), await held(desk, "trust", 1)) == (50_000, 0)
    assert (await held(desk, "disputes"), await held(desk, "fees due")) == (-80_000, fee + 1_500 + 80_000)
    assert (await refused(desk.recording.record(NewRecord("C1", "trust", 1)))).rule == "record-from-trust"
    assert (await refused(desk.linking.unlink(paid.name, "x"))).rule == "link-undo"
    await assert_sound(desk)
    won = await desk.sandbox.dispute(paid.name, "won")
    assert (won.dispute, won.status) == (Dispute.WON, Status.COMPLETED)
    after = await book(desk)
    assert after.pop("fees due") == before.pop("fees due") + 1_500
    assert after.pop("fees") == before.pop("fees") - 1_500
    assert after == before
    for end in ("won", "lost"):
        assert (await refused(desk.sandbox.dispute(paid.name, end))).rule == "txn-states"
    await assert_sound(desk)


@pytest.mark.parametrize("end", ["won", "lost"])
async def test_a_second_dispute_after_a_won_one_holds_the_money_again_until_it_ends(
    desk: Services, end: str
) -> None:
    paid = await completed(desk, "IOLTA", 80_000)
    await desk.linking.link(paid.name, [Part("C1")])
    for first in ("open", "won"):
        await desk.sandbox.dispute(paid.name, first)
    fee = (await desk.transactions.get(paid.id)).fee
    again = await desk.sandbox.dispute(paid.name, "open")
    assert (again.dispute, again.status, again.conflict) == (Dispute.OPEN, Status.COMPLETED, "")
    assert (await held(desk, "held", 1), await held(desk, "trust", 1)) == (80_000, 0)
    assert (await held(desk, "disputes"), await held(desk, "fees due")) == (-80_000, fee + 1_500 + 80_000)
    assert (await refused(desk.recording.record(NewRecord("C1", "trust", 1)))).rule == "record-from-trust"
    await assert_sound(desk)
    ended = await desk.sandbox.dispute(paid.name, end)
    kept = 80_000 if end == "won" else 0
    assert (ended.dispute, ended.conflict) == (Dispute(end), "")
    assert (await held(desk, "held", 1), await held(desk, "trust", 1)) == (0, kept)
    assert (await held(desk, "disputes"), await held(desk, "losses")) == (0, 0)
    await assert_sound(desk)


async def test_the_firm_is_told_of_each_dispute(desk: Services) -> None:
    paid = await completed(desk)
    for end in ("open", "won", "open", "won"):
        await desk.sandbox.dispute(paid.name, end)
    rows = await desk.database.reader.rows(
        "SELECT content FROM message WHERE occasion = 'disputed' ORDER BY id"
    )
    assert [json.loads(row[0])["dispute"] for row in rows] == ["open", "won", "open", "won"]


@pytest.mark.parametrize("account", ["Operating", "IOLTA"])
async def test_two_disputes_at_once_hold_what_both_are_about_and_both_can_be_lost(
    desk: Services, account: str
) -> None:
    paid = await completed(desk, account, 1_000)
    await desk.linking.link(paid.name, [Part("C1", apply=False)])

    async def tell(kind: FactKind, case: str, amount: int) -> None:
        fact = Fact("sandbox", kind, case, paid.payment_ref, amount, "USD", START)
        await desk.intake.take("sandbox", Snapshot(paid.payment_ref, (fact,)))
        await assert_sound(desk)

    owned = "credit" if account == "Operating" else "trust"
    for case, amount in (("dp_1", 600), ("dp_2", 300)):
        await tell(FactKind.DISPUTE_OPENED, case, amount)
    assert (await held(desk, "held", 1), await held(desk, owned, 1)) == (900, 100)
    await tell(FactKind.DISPUTE_WON, "dp_1", 600)
    assert (await held(desk, "held", 1), await held(desk, owned, 1)) == (300, 700)
    await tell(FactKind.DISPUTE_LOST, "dp_2", 300)
    assert (await held(desk, "held", 1), await held(desk, owned, 1)) == (0, 700)
    await tell(FactKind.DISPUTE_OPENED, "dp_3", 700)
    await tell(FactKind.DISPUTE_LOST, "dp_3", 700)
    assert (await held(desk, owned, 1), await held(desk, "disputes")) == (0, 0)


@pytest.mark.parametrize("order", [1, -1])
async def test_what_is_lost_in_the_end_counts_whatever_was_asked_for(desk: Services, order: int) -> None:
    paid = await completed(desk, amount=1_000)
    await desk.linking.link(paid.name, [Part("C1", apply=False)])
    for kind, amount in [(FactKind.DISPUTE_OPENED, 700), (FactKind.DISPUTE_LOST, 500)][::order]:
        fact = Fact("sandbox", kind, kind.value, paid.payment_ref, amount, "USD", START)
        await desk.intake.take("sandbox", Snapshot(paid.payment_ref, (fact,)))
    assert (await held(desk, "credit", 1), await held(desk, "fees due")) == (500, paid.fee + 500)
    assert await held(desk, "disputes") == 0
    await assert_sound(desk)


async def test_what_a_record_gives_back_meanwhile_is_held_as_well(desk: Services) -> None:
    paid = await completed(desk, "IOLTA", 80_000)
    await desk.linking.link(paid.name, [Part("C1")])
    record = await desk.recording.record(NewRecord("C1", "trust", 30_000))
    await desk.sandbox.dispute(paid.name, "open")
    await desk.recording.undo(record.id, "billed to the wrong matter")
    assert (await held(desk, "held", 1), await held(desk, "trust", 1)) == (80_000, 0)
    await assert_sound(desk)
    await desk.sandbox.dispute(paid.name, "lost")
    assert (await held(desk, "held", 1), await held(desk, "losses")) == (0, 0)
    await assert_sound(desk)


async def test_a_lost_trust_payment_moves_to_operating_which_was_debited(desk: Services) -> None:
    paid = await completed(desk, "IOLTA", 80_000)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.recording.record(NewRecord("C1", "trust", 30_000))
    await desk.sandbox.dispute(paid.name, "open")
    lost = await desk.sandbox.dispute(paid.name, "lost")
    assert (lost.dispute, lost.status, lost.applied) == (Dispute.LOST, Status.RETURNED, 0)
    assert (await held(desk, "trust", 1), await held(desk, "held", 1), await held(desk, "disputes")) == (
        0,
        0,
        0,
    )
    assert (await held(desk, "bank"), await held(desk, "losses")) == (-80_000, 0)
    assert sum((await balances(desk)).values()) == 150_008
    await assert_sound(desk)


async def test_a_lost_operating_payment_after_a_refund_takes_the_rest(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.refunds.request(paid.name, 30_000, reason="part of it")
    lost = await desk.sandbox.dispute(paid.name, "lost")
    assert (lost.status, lost.applied, lost.refunded) == (Status.RETURNED, 0, 30_000)
    assert (await held(desk, "credit", 1), await held(desk, "disputes"), await held(desk, "losses")) == (
        0,
        0,
        0,
    )
    assert sum((await balances(desk)).values()) == 150_008
    await assert_sound(desk)


async def test_unidentified_money_waits_for_the_decision(desk: Services) -> None:
    paid = await completed(desk, "IOLTA", 10_000)
    await desk.sandbox.dispute(paid.name, "open")
    no = await refused(desk.linking.link(paid.name, [Part("C1")]))
    assert (no.rule, "disputed" in no.message) == ("link-only-completed", True)
    await desk.sandbox.dispute(paid.name, "won")
    await desk.linking.link(paid.name, [Part("C1")])
    assert await held(desk, "trust", 1) == 10_000
    await assert_sound(desk)


async def test_a_dispute_needs_a_completed_transaction_and_a_known_end(desk: Services) -> None:
    waiting, paid = await authorized(desk), await completed(desk)
    for name, end in ((waiting.name, "open"), (paid.name, "won")):
        assert (await refused(desk.sandbox.dispute(name, end))).rule == "txn-states"
    with pytest.raises(BadInput):
        await desk.sandbox.dispute(paid.name, "drawn")


STORIES = {
    "refund": [(FactKind.REFUNDED, 400), (FactKind.REFUNDED, 100)],
    "refund and return": [(FactKind.REFUNDED, 400), (FactKind.RETURNED, 600)],
    "open": [(FactKind.REFUNDED, 400), (FactKind.DISPUTE_OPENED, 600), (FactKind.FEE, 15)],
    "won": [(FactKind.DISPUTE_OPENED, 1_000), (FactKind.DISPUTE_WON, 1_000), (FactKind.FEE, 15)],
    "won, then open": [
        (FactKind.DISPUTE_OPENED, 1_000),
        (FactKind.DISPUTE_WON, 1_000),
        (FactKind.DISPUTE_OPENED, 800),
    ],
    "won, then lost": [
        *((FactKind.DISPUTE_OPENED, 1_000), (FactKind.DISPUTE_WON, 1_000)),
        *((FactKind.DISPUTE_OPENED, 800), (FactKind.DISPUTE_LOST, 800)),
    ],
    "lost": [(FactKind.REFUNDED, 300), (FactKind.DISPUTE_OPENED, 700), (FactKind.DISPUTE_LOST, 700)],
    "lost at once": [(FactKind.DISPUTE_LOST, 1_000), (FactKind.FEE, 15)],
}


async def tell(desk: Services, account: str, story: str, order: Random | None) -> dict[str, int]:
    """Tell a story about a new payment, one fact at a time, and say what it did to the books."""
    before, paid = await book(desk), await authorized(desk, account, 1_000)
    await desk.linking.link(paid.name, [Part("C1")])
    whole = [(FactKind.CAPTURED, 1_000), *STORIES[story]]
    facts = [
        Fact(
            *("sandbox", kind, f"{paid.name} {at}", paid.payment_ref),
            *(amount, "USD", START + timedelta(hours=at)),
        )
        for at, (kind, amount) in enumerate(whole)
    ]
    if order is not None:
        facts = [*order.sample(facts, len(facts)), *order.choices(facts, k=2)]
    for fact in facts:
        await desk.intake.take("sandbox", Snapshot(paid.payment_ref, (replace(fact),)))
    after = await desk.transactions.get(paid.id)
    assert after.conflict == ""
    await assert_sound(desk)
    now = await book(desk)
    return {kind: now.get(kind, 0) - before.get(kind, 0) for kind in {*now, *before}}


@pytest.mark.parametrize("account", ["Operating", "IOLTA"])
@pytest.mark.parametrize("story", STORIES)
async def test_the_order_and_the_repetition_of_the_news_leave_no_trace(
    desk: Services, account: str, story: str
) -> None:
    straight = await tell(desk, account, story, None)
    order = Random(f"{account} {story}")
    for _ in range(3):
        told = await tell(desk, account, story, order)
        assert {kind: amount for kind, amount in told.items() if amount} == {
            kind: amount for kind, amount in straight.items() if amount
        }


@pytest.mark.parametrize("account", ["Operating", "IOLTA"])
@pytest.mark.parametrize("kind", [FactKind.RETURNED, FactKind.DISPUTE_LOST])
async def test_what_stays_of_a_payment_told_to_have_gone_back_before_its_capture_is_its_owners(
    desk: Services, account: str, kind: FactKind
) -> None:
    paid = await authorized(desk, account, 1_000)
    await desk.linking.link(paid.name, [Part("C2", apply=False)])
    facts = [
        Fact("sandbox", one, f"{paid.name} {one.value}", paid.payment_ref, amount, "USD", START)
        for one, amount in ((kind, 600), (FactKind.CAPTURED, 1_000))
    ]
    for fact in facts:
        await desk.intake.take("sandbox", Snapshot(paid.payment_ref, (fact,)))
    after = await desk.transactions.get(paid.id)
    assert (after.status, after.linked, after.conflict) == (Status.RETURNED, True, "")
    owned = "credit" if account == "Operating" else "trust"
    assert (await held(desk, owned, 2), await held(desk, "unidentified")) == (400, 0)
    await assert_sound(desk)


async def test_refunds_and_disputes_are_found_by_their_words(desk: Services) -> None:
    refunded, opened, won = [await completed(desk) for _ in range(3)]
    await desk.refunds.request(refunded.name, 5_000, reason="some")
    for one, ends in ((opened, ("open",)), (won, ("open", "won"))):
        for end in ends:
            await desk.sandbox.dispute(one.name, end)
    for query, expected in (
        ("refunded:yes", [refunded]),
        ("refunded:no", [won, opened]),
        ("disputed:yes", [won, opened]),
        ("disputed:no", [refunded]),
        ("disputed:open", [opened]),
        ("disputed:won status:completed", [won]),
        ("-disputed:won", [opened, refunded]),
        ("disputed:lost", []),
    ):
        found = [one.id for one in await desk.transactions.list(query)]
        assert found == [one.id for one in expected], query
