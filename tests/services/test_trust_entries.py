"""Trust money moved by hand, on both databases: posted once, only its owner's, by two people when large."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, NotFound, Refused
from paylink_tui.domain.trust import EntryKind, EntryState, NewEntry
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import assert_sound, authorized, completed, held
from tests.services.trust_desk import colleague, echeck, later, paid_out, receipt, received


async def refused(work: Awaitable[Any]) -> str:
    with pytest.raises(Refused) as no:
        await work
    assert no.value.message.endswith(".")
    return no.value.rule


async def test_a_receipt_is_its_clients_at_once_and_goes_out_again(desk: Services) -> None:
    shown = await desk.trust.preview(receipt(matter="M1"))
    assert (shown.held_before, shown.held_after, shown.entry.id) == (0, 100_000, 0)
    assert await desk.trust.entries() == ()
    made = await desk.trust.enter(receipt(matter="M1", number="77", payee="Acme's bank"))
    assert (made.name, made.state, made.matter_number, made.dated_on) == (
        "E1",
        EntryState.POSTED,
        "M1",
        date(2026, 11, 20),
    )
    assert await held(desk, "trust", 1, 1) == 100_000
    out = paid_out(60_000, matter="M1")
    assert (await desk.trust.preview(out)).held_after == 40_000
    await desk.trust.enter(out)
    assert (await held(desk, "trust", 1, 1), await held(desk, "bank")) == (40_000, -40_000)
    assert [one.name for one in await desk.trust.entries("IOLTA")] == ["E2", "E1"]
    assert await desk.trust.entries("Escrow") == ()
    await assert_sound(desk)


async def test_the_same_key_enters_once(desk: Services) -> None:
    first = await desk.trust.enter(receipt(), "press 1")
    assert await desk.trust.enter(receipt(), "press 1") == first
    assert await refused(desk.trust.enter(receipt(5), "press 1")) == "txn-once"
    assert await held(desk, "trust", 1) == 100_000


async def test_only_that_ledgers_cleared_money_goes_out(desk: Services) -> None:
    await received(desk, 10_000)
    await received(desk, 50_000, "C2")
    await received(desk, 50_000, matter="M1")
    assert await refused(desk.trust.enter(paid_out(10_001))) == "trust-never-negative"
    waiting = await authorized(desk, "IOLTA", 30_000)
    await desk.linking.link(waiting.name, [Part("C1", apply=False)])
    assert await refused(desk.trust.enter(paid_out(10_001))) == "trust-cleared"
    assert await refused(desk.trust.enter(paid_out(40_001))) == "trust-never-negative"
    assert await refused(desk.trust.enter(paid_out(1, account="Escrow"))) == "trust-never-negative"
    await assert_sound(desk)


async def test_a_move_stays_with_its_client(desk: Services) -> None:
    await received(desk, 10_000)
    move = NewEntry(EntryKind.MOVE, "IOLTA", 4_000, "C1", None, "M1")
    shown = await desk.trust.preview(move)
    assert (shown.held_after, shown.to_before, shown.to_after) == (6_000, 0, 4_000)
    await desk.trust.enter(move)
    across = replace(move, matter="M1", to_matter="M2", amount=1_000)
    made = await desk.trust.enter(across)
    assert [await held(desk, "trust", 1, matter) for matter in (0, 1, 2)] == [6_000, 3_000, 1_000]
    assert await refused(desk.trust.enter(replace(move, to_matter="M3"))) == "link-client"
    assert await refused(desk.trust.enter(replace(move, matter="M2", to_matter=None))) == (
        "trust-never-negative"
    )
    with pytest.raises(BadInput):
        await desk.trust.enter(replace(move, to_matter=None))
    await desk.trust.undo(made.name, "wrong matter")
    assert await held(desk, "trust", 1, 1) == 4_000
    await assert_sound(desk)


async def test_what_is_short_is_restored_from_operating(desk: Services) -> None:
    await received(desk, 10_000)
    short = NewEntry(EntryKind.SHORTAGE, "IOLTA", 4_000, purpose="bank charge")
    assert await refused(desk.trust.enter(replace(short, amount=10_001))) == "trust-shortage"
    made = await desk.trust.enter(short)
    assert await held(desk, "shortage") == -4_000
    restore = NewEntry(EntryKind.RESTORE, "IOLTA")
    assert (await desk.trust.preview(restore)).held_after == 0
    assert await refused(desk.trust.enter(replace(restore, amount=4_001))) == "trust-shortage"
    back = await desk.trust.enter(restore)
    assert (back.amount, await held(desk, "shortage"), await held(desk, "losses")) == (4_000, 0, -4_000)
    with pytest.raises(BadInput, match="nothing is short"):
        await desk.trust.enter(restore)
    assert await refused(desk.trust.undo(made.name, "x")) == "link-undo"
    await desk.trust.undo(back.name, "x")
    await desk.trust.undo(made.name, "x")
    assert (await held(desk, "shortage"), await held(desk, "losses")) == (0, 0)
    await assert_sound(desk)


async def test_above_the_limit_a_second_person_approves(desk: Services) -> None:
    await received(desk, 500_000)
    await desk.roles.set("mia", "approver")
    await desk.roles.set("ann", "approver")
    assert not (await desk.trust.preview(paid_out(100_000))).second_person_needed
    assert (await desk.trust.preview(paid_out(100_001))).second_person_needed
    asked = await desk.trust.enter(paid_out(100_001))
    assert (asked.state, await held(desk, "trust", 1)) == (EntryState.REQUESTED, 500_000)
    assert await refused(desk.trust.approve(asked.name)) == "second-person"
    assert await refused(colleague(desk, "bob").trust.approve(asked.name)) == "role-approver"
    done = await colleague(desk, "ann").trust.approve(asked.name)
    assert (done.state, done.approved_by, await held(desk, "trust", 1)) == (
        EntryState.POSTED,
        "ann",
        399_999,
    )
    with pytest.raises(ChangedMeanwhile):
        await colleague(desk, "ann").trust.approve(asked.name)
    await assert_sound(desk)


async def test_what_waits_can_be_withdrawn_and_is_not_approved_without_the_money(desk: Services) -> None:
    await received(desk, 200_000)
    await desk.roles.set("ann", "approver")
    first, second = [await desk.trust.enter(paid_out(150_000)) for _ in range(2)]
    ann = colleague(desk, "ann")
    await ann.trust.approve(first.name)
    assert await refused(ann.trust.approve(second.name)) == "trust-never-negative"
    gone = await desk.trust.withdraw(second.name, "paid already")
    assert (gone.state, gone.reason) == (EntryState.WITHDRAWN, "paid already")
    for again in (desk.trust.withdraw(second.name, "x"), ann.trust.approve(second.name)):
        with pytest.raises(ChangedMeanwhile):
            await again
    assert await refused(desk.trust.undo(second.name, "x")) == "link-undo"
    assert [one.name for one in await desk.trust.entries(state="withdrawn")] == [second.name]
    await assert_sound(desk)


async def test_undo_reverses_once_and_not_what_was_spent(desk: Services) -> None:
    made = await received(desk, 10_000)
    out = await desk.trust.enter(paid_out(1))
    assert await refused(desk.trust.undo(made.name, "bounced")) == "link-undo"
    with pytest.raises(BadInput):
        await desk.trust.undo(out.name, "  ")
    await desk.trust.undo(out.name, "void cheque")
    undone = await desk.trust.undo(made.name, "bounced")
    assert (undone.undone, undone.reason, await held(desk, "trust", 1)) == (True, "bounced", 0)
    with pytest.raises(ChangedMeanwhile):
        await desk.trust.undo(made.name, "again")
    with pytest.raises(NotFound):
        await desk.trust.undo("E99", "x")
    await assert_sound(desk)


@pytest.mark.parametrize(
    "wrong",
    [
        receipt(0),
        receipt(method="barter"),
        receipt(number="x" * 501),
        paid_out(1, payee=" "),
        paid_out(1, purpose=""),
        paid_out(1, number=""),
        receipt(dated_on=date(2026, 11, 21)),
        receipt(dated_on=date(1989, 1, 1)),
        NewEntry(EntryKind.RECEIPT, "IOLTA", None, "C1", method="cash"),
    ],
)
async def test_values_that_cannot_be_are_told(desk: Services, wrong: NewEntry) -> None:
    with pytest.raises(BadInput):
        await desk.trust.enter(wrong)
    assert await desk.trust.entries() == ()


async def test_trust_entries_are_for_trust_accounts_and_named(desk: Services) -> None:
    assert await refused(desk.trust.enter(receipt(account="Operating"))) == "trust-named"
    assert await refused(desk.trust.enter(replace(receipt(), client=None))) == "trust-named"
    with pytest.raises(NotFound):
        await desk.trust.enter(receipt(client="nobody"))


async def test_a_position_tells_what_is_at_risk_and_until_when(desk: Services) -> None:
    card, check = await completed(desk, "IOLTA", 30_000), await echeck(desk, 50_000)
    for one in (card, check):
        await desk.linking.link(one.name, [Part("C1", apply=False)])
    told = await desk.trust.position("C1")
    assert (told.ledger, told.at_risk, told.available, told.held) == (80_000, 50_000, 30_000, 0)
    assert [(one.name, one.safe_on) for one in told.deposits] == [
        (check.name, date(2026, 11, 24)),
        (card.name, date(2026, 11, 20)),
    ]
    assert told.deposits[0].may_return_until == date(2027, 1, 19)
    (warning,) = (await desk.trust.preview(paid_out(30_001))).warnings
    assert "$0.01" in warning
    (same,) = (await desk.recording.preview(NewRecord("C1", "trust", 30_001))).warnings
    assert same == warning
    assert (await desk.recording.preview(NewRecord("C1", "trust", 30_000))).warnings == ()
    later(desk, days=4)
    assert (await desk.trust.position("C1")).at_risk == 0
    assert (await desk.trust.preview(paid_out(80_000))).warnings == ()
    assert (await desk.trust.position("C1", account="Escrow")).ledger == 0
    assert [one.ledger for one in await desk.trust.positions("C1")] == [80_000]
    assert await refused(desk.trust.position("C2", "M1")) == "link-client"


async def test_shares_of_one_deposit_and_both_sides_of_a_move_keep_their_order(desk: Services) -> None:
    card = await completed(desk, "IOLTA", 60_000)
    await desk.linking.link(card.name, [Part("C1", "M1", amount) for amount in (1, 59_999)])
    assert [one.amount for one in (await desk.trust.position("C1", "M1")).deposits] == [59_999, 1]
    await desk.trust.enter(replace(receipt(7), kind=EntryKind.MOVE, matter="M1", to_matter="M2"))
    assert [one.amount for one in (await desk.directory.card("C1")).postings] == [7, -7, 59_999, 1]
