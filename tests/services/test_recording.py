"""Record Payment: never more than there is, never another's money, and undone by reversal."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import date

import pytest

from paylink_tui.domain.errors import BadInput, Refused
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import assert_sound, authorized, balances, completed, held


async def refused(work: Awaitable[object]) -> str:
    with pytest.raises(Refused) as no:
        await work
    return no.value.rule


async def funded(desk: Services, account: str, *parts: Part) -> str:
    """A completed payment linked to these parts, applied to nothing."""
    amount = sum(part.amount or 0 for part in parts)
    paid = await completed(desk, account, amount)
    await desk.linking.link(paid.name, [replace(part, apply=False) for part in parts])
    return paid.name


@pytest.mark.parametrize(
    ("account", "source", "kind"), [("Operating", "credit", "credit"), ("IOLTA", "trust", "trust")]
)
async def test_held_money_pays_oldest_first_and_never_more_than_is_held(
    desk: Services, account: str, source: str, kind: str
) -> None:
    await funded(desk, account, Part("C1", amount=45_000))
    rule = {"credit": "record-credit", "trust": "record-from-trust"}[source]
    assert await desk.recording.available("C1", None, source) == 45_000
    assert await refused(desk.recording.record(NewRecord("C1", source, 45_001))) == rule
    shown = await desk.recording.preview(NewRecord("C1", source, 45_000))
    assert (shown.id, shown.available_before, shown.available_after) == (0, 45_000, 0)
    assert await held(desk, kind, 1) == 45_000
    done = await desk.recording.record(NewRecord("C1", source, 45_000))
    assert [(line.invoice.number, line.amount) for line in done.plan.taken] == [
        ("103", 20_000),
        ("102", 25_000),
    ]
    assert (done.name, await held(desk, kind, 1)) == ("R1", 0)
    assert await refused(desk.recording.record(NewRecord("C1", source, 1))) == rule
    await assert_sound(desk)


async def test_trust_money_moves_to_operating_with_the_payment_and_back_with_its_undo(desk: Services) -> None:
    await funded(desk, "IOLTA", Part("C1", amount=30_000))
    done = await desk.recording.record(NewRecord("C1", "trust", 30_000))
    assert await banks(desk) == {1: 0, 2: 30_000}
    await desk.recording.undo(done.id, "too early")
    assert await banks(desk) == {1: 30_000, 2: 0}
    assert await held(desk, "trust", 1) == 30_000
    await assert_sound(desk)


async def banks(desk: Services) -> dict[int, int]:
    return dict(
        await desk.database.reader.rows(
            "SELECT bank_account_id, debits - credits FROM ledger_account WHERE kind = 'bank'"
        )
    )


async def test_uncleared_unlinked_and_other_clients_money_cannot_be_spent(desk: Services) -> None:
    await authorized(desk, "IOLTA")
    await completed(desk, "IOLTA")
    await funded(desk, "IOLTA", Part("C2", amount=50_000))
    assert await refused(desk.recording.record(NewRecord("C1", "trust", 1))) == "record-from-trust"
    assert (
        await refused(desk.recording.record(NewRecord("C2", "trust", 1, invoices=("101",)))) == "trust-named"
    )
    assert await refused(desk.recording.record(NewRecord("C2", "trust", 1, matter="M1"))) == "link-client"
    await assert_sound(desk)


async def test_a_matters_money_pays_only_that_matters_invoices(desk: Services) -> None:
    await funded(desk, "Operating", Part("C1", "M1", 60_000), Part("C1", None, 10_000))
    assert await desk.recording.available("C1", "M1", "credit") == 60_000
    assert await desk.recording.available("C1", None, "credit") == 10_000
    assert await refused(desk.recording.record(NewRecord("C1", "credit", 1, "M2"))) == "record-credit"
    assert await refused(desk.recording.record(NewRecord("C1", "credit", 10_001))) == "record-credit"
    done = await desk.recording.record(NewRecord("C1", "credit", 10_000))
    assert [(line.invoice.number, line.amount) for line in done.plan.taken] == [("103", 10_000)]
    await assert_sound(desk)


async def test_each_matters_own_money_goes_first_so_that_all_that_can_be_paid_is(desk: Services) -> None:
    """Client-level money pays anything; were it spent on the matter's invoice the other could not be paid."""
    await funded(desk, "Operating", Part("C1", "M1", 50_000), Part("C1", None, 30_000))
    done = await desk.recording.record(NewRecord("C1", "credit", 80_000, invoices=("101", "102")))
    assert done.plan.applied == 80_000
    assert await balances(desk) == {"101": 0, "102": 0, "103": 20_000, "104": 10_001, "201": 40_000, "202": 7}
    await assert_sound(desk)


async def test_more_than_the_invoices_owe_stays_where_it_is(desk: Services) -> None:
    await funded(desk, "Operating", Part("C2", amount=50_000))
    assert await refused(desk.recording.record(NewRecord("C2", "credit", 40_008))) == "apply-over"
    assert (
        await refused(desk.recording.record(NewRecord("C2", "credit", 8, invoices=("202",)))) == "apply-over"
    )
    await desk.recording.record(NewRecord("C2", "credit", 7, invoices=("202",)))
    assert (
        await refused(desk.recording.record(NewRecord("C2", "credit", 1, invoices=("202",)))) == "apply-order"
    )


@pytest.mark.parametrize("source", ["cash", "cheque", "wire", "other"])
async def test_money_from_outside_pays_and_its_rest_is_credit(desk: Services, source: str) -> None:
    new = NewRecord("C2", source, 45_000, None, (), date(2026, 11, 18), "no. 4411", "Lee \x00Ng")
    done = await desk.recording.record(new)
    assert (done.plan.applied, done.plan.remainder, done.available_before) == (40_007, 4_993, None)
    assert (await held(desk, "credit", 2), await banks(desk)) == (4_993, {2: 45_000})
    (paid,) = await desk.directory.allocations_of("202")
    assert (paid.name, paid.source, paid.paid_on, paid.who) == ("R1", source, date(2026, 11, 18), "Lee Ng")
    await assert_sound(desk)
    await desk.recording.undo(done.id, "bounced")
    assert (await held(desk, "credit", 2), (await balances(desk))["201"]) == (0, 40_000)
    await assert_sound(desk)


async def test_undo_is_once_needs_a_reason_and_not_after_the_credit_was_spent(desk: Services) -> None:
    cash = await desk.recording.record(NewRecord("C3", "cash", 1_000))
    with pytest.raises(BadInput):
        await desk.recording.undo(cash.id, " ")
    await desk.recording.undo(cash.id, "typed twice")
    assert await refused(desk.recording.undo(cash.id, "again")) == "link-undo"
    assert await refused(desk.recording.undo(99, "nothing")) == "link-undo"
    rest = await desk.recording.record(NewRecord("C2", "cash", 1_000, invoices=("202",)))
    spent = await desk.recording.record(NewRecord("C2", "credit", 500))
    await funded(desk, "Operating", Part("C2", amount=5_000))
    assert await refused(desk.recording.undo(rest.id, "bounced")) == "link-undo"
    await desk.recording.undo(spent.id, "first")
    await desk.recording.undo(rest.id, "bounced")
    assert await held(desk, "credit", 2) == 5_000
    await assert_sound(desk)


async def test_the_same_key_records_once_and_answers_the_same(desk: Services) -> None:
    new = NewRecord("C2", "cash", 40_007)
    first = await desk.recording.record(new, key="press 1")
    again = await desk.recording.record(new, key="press 1")
    assert (again.id, again.available_before) == (first.id, first.available_before)
    assert [(line.invoice.number, line.before, line.amount) for line in again.plan.lines] == [
        (line.invoice.number, line.before, line.amount) for line in first.plan.lines
    ]
    assert await refused(desk.recording.record(replace(new, reference="x"), key="press 1")) == "txn-once"
    assert await banks(desk) == {2: 40_007}


@pytest.mark.parametrize(
    "wrong",
    [NewRecord("C1", "barter", 1), NewRecord("C1", "cash", 0), NewRecord("C1", "cash", -1)],
)
async def test_values_that_cannot_be_are_told(desk: Services, wrong: NewRecord) -> None:
    with pytest.raises(BadInput):
        await desk.recording.record(wrong)
