"""Refunds: out of nobody else's money, newest invoice owed again first, once however often it is tried."""

from __future__ import annotations

import pytest

from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, NotFound
from paylink_tui.domain.facts import Fact, FactKind, Status
from paylink_tui.domain.refunds import RefundState
from paylink_tui.processors.port import Outcome, Pending, Snapshot
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import START, assert_sound, authorized, balances, completed, held, services_over
from tests.services.test_linking import refused
from tests.services.test_lost_replies import Line


async def book(desk: Services) -> dict[str, int]:
    """What the ledgers of each kind hold in all, liabilities positive."""
    rows = await desk.database.reader.rows(
        "SELECT kind, sum(credits - debits) FROM ledger_account GROUP BY kind"
    )
    return {kind: int(amount) for kind, amount in rows if amount}


async def test_the_newest_invoice_is_owed_again_and_the_money_leaves_the_bank(desk: Services) -> None:
    paid = await completed(desk, amount=100_000)
    await desk.linking.link(paid.name, [Part("C1")])
    shown = await desk.refunds.preview(paid.name, 35_000)
    assert [(one.number, one.paid_before, one.paid_after) for one in shown.cascade.invoices] == [
        ("101", 50_000, 15_000)
    ]
    done = await desk.refunds.request(paid.name, 35_000, reason="paid twice", shown=shown)
    assert (done.name, done.state, done.requested_by) == ("F1", RefundState.DONE, "mia")
    after = await desk.transactions.get(paid.id)
    assert (after.refunded, after.refunding, after.applied, after.unapplied) == (35_000, 0, 65_000, 0)
    assert (await balances(desk))["101"] == 35_000
    assert (await balances(desk))["103"] == 0
    assert (await held(desk, "credit", 1), await held(desk, "bank")) == (0, -65_000)
    await assert_sound(desk)


async def test_an_overpayment_goes_back_without_touching_an_invoice(desk: Services) -> None:
    paid = await completed(desk, amount=130_000)
    await desk.linking.link(paid.name, [Part("C1")])
    before = await balances(desk)
    shown = await desk.refunds.preview(paid.name, 19_999)
    assert (shown.overpayment, shown.cascade.invoices) == (19_999, ())
    assert shown.cascade.owners[0].holds_after == 0
    await desk.refunds.request(paid.name, shown.overpayment, reason="overpaid")
    assert await balances(desk) == before
    await assert_sound(desk)


async def test_all_of_it_by_default_and_then_nothing_is_left_to_refund(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1", amount=60_000), Part("C2")])
    owed = await balances(desk)
    shown = await desk.refunds.preview(paid.name)
    assert (shown.amount, shown.refundable, sum(one.amount for one in shown.cascade.owners)) == (100_000,) * 3
    await desk.refunds.request(paid.name, reason="withdrawn case")
    after = await desk.transactions.get(paid.id)
    assert (after.refunded, after.applied, after.status) == (100_000, 0, Status.COMPLETED)
    assert owed != await balances(desk)
    assert sum((await balances(desk)).values()) == 150_008
    no = await refused(desk.refunds.request(paid.name, reason="again"))
    assert no.rule == "txn-refund-completed"
    await assert_sound(desk)


async def test_of_a_split_the_last_part_gives_first_and_a_part_can_be_chosen(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1", apply=False, amount=60_000), Part("C2", apply=False)])
    first = await desk.refunds.preview(paid.name, 50_000)
    assert [(one.client_code, one.amount) for one in first.cascade.owners] == [("C1", 10_000), ("C2", 40_000)]
    await desk.refunds.request(paid.name, 30_000, client="C1", reason="too much of hers")
    assert (await held(desk, "credit", 1), await held(desk, "credit", 2)) == (30_000, 40_000)
    no = await refused(desk.refunds.request(paid.name, 30_001, client="C1", reason="more"))
    assert no.rule == "txn-refund-completed"
    assert (await refused(desk.refunds.preview(paid.name, 1, client="C3"))).rule == "link-client"
    await assert_sound(desk)


async def test_trust_gives_what_the_clients_ledger_holds_and_the_record_that_spent_it_is_named(
    desk: Services,
) -> None:
    for _ in range(2):
        paid = await completed(desk, "IOLTA", 80_000)
        await desk.linking.link(paid.name, [Part("C1")])
    record = await desk.recording.record(NewRecord("C1", "trust", 50_000))
    no = await refused(desk.refunds.request("T1", 40_000, reason="unearned"))
    assert (no.rule, record.name in no.fix) == ("trust-never-negative", True)
    await desk.refunds.request("T1", 30_000, reason="unearned")
    assert await held(desk, "trust", 1) == 80_000
    no = await refused(desk.recording.record(NewRecord("C1", "trust", 80_001)))
    assert no.rule == "record-from-trust"
    await assert_sound(desk)


async def test_unidentified_money_can_go_back_and_the_rest_is_linked(desk: Services) -> None:
    paid = await completed(desk, "IOLTA", 50_000)
    shown = await desk.refunds.preview(paid.name, 20_000)
    assert shown.warnings
    await desk.refunds.request(paid.name, 20_000, reason="wrong firm")
    assert await held(desk, "unidentified") == 30_000
    await desk.linking.link(paid.name, [Part("C1")])
    assert await held(desk, "trust", 1) == 30_000
    other = await completed(desk)
    await desk.refunds.request(other.name, reason="wrong firm")
    no = await refused(desk.linking.link(other.name, [Part("C1")]))
    assert (no.rule, "refunded" in no.message) == ("link-only-completed", True)
    await assert_sound(desk)


async def test_every_guard_names_the_rule(desk: Services) -> None:
    waiting, paid = await authorized(desk), await completed(desk)
    disputed = await completed(desk)
    await desk.sandbox.dispute(disputed.name, "open")
    gone = await completed(desk)
    await desk.sandbox.give_back(gone.name)
    for one in (waiting, disputed, gone):
        assert (await refused(desk.refunds.request(one.name, 1, reason="x"))).rule == "txn-refund-completed"
    assert (
        await refused(desk.refunds.request(paid.name, 100_001, reason="x"))
    ).rule == "txn-refund-completed"
    for amount, reason in ((0, "x"), (-1, "x"), (1, " ")):
        with pytest.raises(BadInput):
            await desk.refunds.request(paid.name, amount, reason=reason)
    with pytest.raises(NotFound):
        await desk.refunds.get("F9")
    assert await desk.refunds.list() == ()


async def test_the_window_of_the_processor_closes(desk: Services) -> None:
    paid = await completed(desk)
    late = services_over(desk.database)
    late.clock.now = lambda: START.replace(year=2027, month=6)  # type: ignore[method-assign]
    no = await refused(late.refunds.request(paid.name, 1, reason="x"))
    assert (no.rule, "180 days" in no.message) == ("txn-refund-completed", True)


async def test_a_link_is_frozen_by_a_refund(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    await desk.refunds.request(paid.name, 1, reason="one cent")
    assert (await refused(desk.linking.unlink(paid.name, "x"))).rule == "link-undo"


async def test_what_was_shown_or_nothing_and_once_for_a_key(desk: Services) -> None:
    paid = await completed(desk, amount=60_000)
    await desk.linking.link(paid.name, [Part("C2")])
    shown = await desk.refunds.preview(paid.name, 20_000)
    other = await desk.refunds.request(paid.name, 5_000, reason="first", key="k1")
    again = await desk.refunds.request(paid.name, 5_000, reason="first", key="k1")
    assert (other.id, again.id) == (1, 1)
    with pytest.raises(ChangedMeanwhile):
        await desk.refunds.request(paid.name, 20_000, reason="second", shown=shown)
    assert (await desk.transactions.get(paid.id)).refunded == 5_000
    await assert_sound(desk)


async def test_a_second_person_above_the_limit(desk: Services) -> None:
    await desk.roles.set("ann", "approver")
    paid = await completed(desk, amount=200_000)
    await desk.linking.link(paid.name, [Part("C1")])
    asked = await desk.refunds.request(paid.name, 150_000, reason="case lost")
    assert (asked.state, await held(desk, "refunding")) == (RefundState.REQUESTED, 0)
    assert (await refused(desk.refunds.request(paid.name, 1, reason="x"))).rule == "txn-refund-completed"
    assert (await refused(desk.linking.unlink(paid.name, "x"))).rule == "link-undo"
    assert (await refused(desk.refunds.approve("F1"))).rule == "role-approver"
    done = await services_over(desk.database, "ann").refunds.approve("F1")
    assert (done.state, done.approved_by, await held(desk, "bank")) == (RefundState.DONE, "ann", -50_000)
    with pytest.raises(ChangedMeanwhile):
        await desk.refunds.withdraw("F1", "too late")
    await assert_sound(desk)


async def test_a_refund_can_be_withdrawn_while_it_waits(desk: Services) -> None:
    await desk.roles.set("ann", "approver")
    paid = await completed(desk, amount=200_000)
    await desk.refunds.request(paid.name, reason="case lost")
    gone = await desk.refunds.withdraw("F1", "not lost after all")
    assert (gone.state, gone.problem) == (RefundState.WITHDRAWN, "not lost after all")
    assert [one.name for one in await desk.refunds.list("withdrawn")] == ["F1"]
    asked = await services_over(desk.database, "ann").refunds.request(paid.name, 200_000, reason="lost")
    assert asked.state is RefundState.DONE
    no = await refused(services_over(desk.database, "ann").refunds.approve("F1"))
    assert isinstance(no, ChangedMeanwhile)
    await assert_sound(desk)


async def test_a_refund_made_at_the_processor_is_posted_in_one_go(desk: Services) -> None:
    operating, trust = await completed(desk), await completed(desk, "IOLTA", 50_000)
    await desk.linking.link(operating.name, [Part("C1")])
    await desk.linking.link(trust.name, [Part("C2")])
    await desk.recording.record(NewRecord("C2", "trust", 40_000))
    for one, amount in ((operating, 10_000), (trust, 30_000)):
        await desk.sandbox_processor.refund(f"dashboard {one.id}", one.payment_ref, amount)
    await desk.intake.poll()
    assert await desk.intake.parked() == 0
    assert (await desk.transactions.get(operating.id)).applied == 90_000
    assert ((await desk.transactions.get(trust.id)).applied, await held(desk, "trust", 2)) == (20_000, 0)
    assert (await balances(desk))["201"] == 20_000
    await assert_sound(desk)


async def test_what_if_tells_without_doing(desk: Services) -> None:
    paid = await completed(desk, "IOLTA", 50_000)
    await desk.linking.link(paid.name, [Part("C2")])
    await desk.recording.record(NewRecord("C2", "trust", 30_000))
    before = await book(desk)
    for event in ("return", "chargeback"):
        told = await desk.refunds.what_if(paid.name, event)
        assert [(one.number, one.owed_after) for one in told.invoices] == [("201", 40_000)]
        assert (told.owners[0].amount, told.short_in_trust) == (50_000, 0)
    assert await book(desk) == before
    with pytest.raises(BadInput):
        await desk.refunds.what_if(paid.name, "flood")


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("return", "the payment was returned"),
        ("lost", "the dispute was lost"),
        ("refund", "all of it was refunded at the processor"),
    ],
)
async def test_a_refund_that_waits_is_withdrawn_when_its_payment_comes_back(
    desk: Services, event: str, why: str
) -> None:
    await desk.roles.set("ann", "approver")
    paid = await completed(desk, amount=200_000)
    await desk.refunds.request(paid.name, 150_000, reason="lost case")
    if event == "return":
        await desk.sandbox.give_back(paid.name)
    elif event == "lost":
        await desk.sandbox.dispute(paid.name, "lost")
    else:
        await desk.sandbox_processor.refund("elsewhere", paid.payment_ref, 200_000)
        await desk.intake.poll()
    one = await desk.refunds.get("F1")
    assert (one.state, one.problem, one.settled_at) == (RefundState.WITHDRAWN, why, START)
    told = await desk.database.reader.rows(
        "SELECT actor, reason FROM audit WHERE action = 'withdraw refund' AND entity_id = ?", (paid.id,)
    )
    assert [tuple(row) for row in told] == [("processor:sandbox", why)]
    await assert_sound(desk)


async def test_a_refund_that_waits_stays_while_some_of_its_payment_is_there(desk: Services) -> None:
    await desk.roles.set("ann", "approver")
    paid = await completed(desk, amount=200_000)
    await desk.refunds.request(paid.name, 150_000, reason="lost case")
    await desk.sandbox_processor.refund("elsewhere", paid.payment_ref, 10_000)
    await desk.sandbox.dispute(paid.name, "open")
    assert (await desk.refunds.get("F1")).state is RefundState.REQUESTED
    await desk.sandbox.dispute(paid.name, "won")
    await services_over(desk.database, "ann").refunds.approve("F1")
    assert (await desk.transactions.get(paid.id)).refunded == 160_000


class Slow(Line):
    """The sandbox as a processor that takes a refund, and has not made it yet."""

    async def refund(self, operation: str, payment_ref: str, amount: int) -> Outcome:
        found = await self.fetch(payment_ref)
        assert isinstance(found, Snapshot)
        return Pending(found)


async def taken(desk: Services, name: str, amount: int) -> str:
    """Ask for a refund that the processor takes and does not tell the end of; the id of the call."""
    slow = Services(desk.database, desk.clock, "mia")
    slow.__dict__["processors"] = {"sandbox": Slow(desk.sandbox_processor, "")}
    assert (await slow.refunds.request(name, amount, reason="paid twice")).state is RefundState.SENT
    rows = await desk.database.reader.rows("SELECT operation_id FROM refund ORDER BY id DESC LIMIT 1")
    return str(rows[0][0])


async def told(desk: Services, payment_ref: str, *facts: tuple[FactKind, int, str]) -> None:
    """Let the processor tell things of a payment, all at once."""
    snapshot = tuple(
        Fact("sandbox", kind, f"{kind.value} {detail}", payment_ref, amount, "USD", START, detail)
        for kind, amount, detail in facts
    )
    await desk.intake.take("sandbox", Snapshot(payment_ref, snapshot))


@pytest.mark.parametrize("account", ["Operating", "IOLTA"])
async def test_a_refund_declined_days_after_it_was_accepted_puts_everything_back(
    desk: Services, account: str
) -> None:
    paid = await completed(desk, account)
    await desk.linking.link(paid.name, [Part("C1")])
    before, owed = await book(desk), await balances(desk)
    call = await taken(desk, paid.name, 40_000)
    assert await held(desk, "refunding") == 40_000
    for _ in range(2):
        await told(desk, paid.payment_ref, (FactKind.REFUND_DECLINED, 40_000, call))
    one, after = await desk.refunds.get("F1"), await desk.transactions.get(paid.id)
    assert (one.state, one.problem) == (
        RefundState.DECLINED,
        "the processor accepted it, and declined it later",
    )
    assert (after.refunded, after.refunding, after.conflict) == (0, 0, "")
    assert (await book(desk), await balances(desk)) == (before, owed)
    rows = await desk.database.reader.rows("SELECT state FROM operation WHERE id = ?", (call,))
    assert rows[0][0] == "declined"
    await assert_sound(desk)
    await desk.refunds.request(paid.name, 10_000, reason="paid twice")
    assert (await desk.transactions.get(paid.id)).refunded == 10_000


async def test_what_a_record_paid_is_that_records_again_once_the_refund_is_declined(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1", apply=False)])
    record = await desk.recording.record(NewRecord("C1", "credit", 45_000))
    live = (
        "SELECT record_payment_id, invoice_id, sum(sign * amount) FROM allocation"
        " GROUP BY record_payment_id, invoice_id HAVING sum(sign * amount) <> 0 ORDER BY 1, 2"
    )
    before = [tuple(row) for row in await desk.database.reader.rows(live)]
    assert sum(row[2] for row in before) == 45_000
    assert {row[0] for row in before} == {record.id}
    call = await taken(desk, paid.name, 90_000)
    assert sum(row[2] for row in await desk.database.reader.rows(live)) == 10_000
    await told(desk, paid.payment_ref, (FactKind.REFUND_DECLINED, 90_000, call))
    assert [tuple(row) for row in await desk.database.reader.rows(live)] == before
    await assert_sound(desk)
    await desk.recording.undo(record.id, "not agreed")
    assert await desk.database.reader.rows(live) == []
    await assert_sound(desk)


@pytest.mark.parametrize("account", ["Operating", "IOLTA"])
@pytest.mark.parametrize("kind", [FactKind.RETURNED, FactKind.DISPUTE_OPENED, FactKind.DISPUTE_LOST])
@pytest.mark.parametrize("order", [(0, 1), (1, 0), None])
async def test_what_a_declined_refund_frees_goes_where_the_rest_of_its_payment_went(
    desk: Services, account: str, kind: FactKind, order: tuple[int, int] | None
) -> None:
    paid = await completed(desk, account)
    await desk.linking.link(paid.name, [Part("C1")])
    call = await taken(desk, paid.name, 40_000)
    facts = [(FactKind.REFUND_DECLINED, 40_000, call), (kind, 100_000, "")]
    if order is None:
        await told(desk, paid.payment_ref, *facts)
    for at in order or ():
        await told(desk, paid.payment_ref, facts[at])
        await assert_sound(desk)
    owned = "credit" if account == "Operating" else "trust"
    kept = await held(desk, "held", 1) + (await desk.transactions.get(paid.id)).applied
    assert kept == (100_000 if kind is FactKind.DISPUTE_OPENED else 0)
    assert (await held(desk, "refunding"), await held(desk, owned, 1)) == (0, 0)
    assert (await held(desk, "losses"), await held(desk, "shortage")) == (0, 0)
    await assert_sound(desk)


async def test_a_refund_told_as_both_made_and_declined_is_for_a_person(desk: Services) -> None:
    paid = await completed(desk)
    await desk.linking.link(paid.name, [Part("C1")])
    call = await taken(desk, paid.name, 40_000)
    for kind in (FactKind.REFUNDED, FactKind.REFUND_DECLINED):
        await told(desk, paid.payment_ref, (kind, 40_000, call))
    after = await desk.transactions.get(paid.id)
    assert (after.refunded, after.conflict) == (40_000, "told of a refund as both made and declined")
    assert (await held(desk, "bank"), (await desk.refunds.get("F1")).state) == (-60_000, RefundState.DONE)
