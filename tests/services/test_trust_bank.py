"""Bank statements and months on both databases: lines once, matches exact, no month closed that differs."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, NotFound, Refused
from paylink_tui.domain.file_problems import ImportFailed
from paylink_tui.domain.trust import EntryKind, NewEntry
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services import bank
from tests.services.desk import assert_sound, completed, held
from tests.services.trust_desk import colleague, echeck, later, paid_out, receipt, received

SHORT = NewEntry(EntryKind.SHORTAGE, "IOLTA", 3_500, purpose="bank charge")


async def refused(work: Awaitable[Any], rule: str = "trust-three-way") -> str:
    with pytest.raises(Refused) as no:
        await work
    assert (no.value.rule, no.value.message[-1]) == (rule, "."), no.value.message
    return no.value.message


async def november(desk: Services) -> Services:
    """A receipt, a cheque and two card payments of one day, and December has begun."""
    await received(desk, 100_000, number="77")
    await desk.trust.enter(paid_out(40_000))
    for amount in (25_000, 15_000):
        paid = await completed(desk, "IOLTA", amount)
        await desk.linking.link(paid.name, [Part("C2", apply=False)])
    later(desk, days=15)
    return desk


LINES = [
    ("2026-11-23", 100_000, "DEPOSIT"),
    ("2026-11-24", 40_000, "LAWPAY DEPOSIT"),
    ("2026-11-25", -40_000, "CHECK 1001"),
]


async def test_a_month_is_reconciled_to_the_cent_and_closed(desk: Services) -> None:
    await november(desk)
    report = await bank.told(desk, LINES, "2026-11-30")
    assert (report.new, report.known, report.format, report.closing_balance) == (3, 0, "ofx", 100_000)
    proposals = await desk.trust.solve("IOLTA")
    assert [(one.line.amount, len(one.items), one.sure) for one in proposals] == [
        (100_000, 1, True),
        (40_000, 2, True),
        (-40_000, 1, True),
    ]
    await desk.trust.accept(proposals)
    assert await desk.trust.lines("IOLTA", unmatched=True) == ()
    (now,) = await desk.trust.three_way("IOLTA")
    assert (now.adjusted, now.book, now.ledgers, now.in_balance) == (100_000, 100_000, 100_000, True)
    shown = await desk.trust.reconcile("IOLTA")
    assert (shown.month, shown.saved, shown.blocks) == ("2026-11", False, ())
    await refused(desk.trust.close("2026-11"))
    kept = await desk.trust.reconcile("IOLTA", dry_run=False)
    assert (kept.saved, kept.three_way.difference) == (True, 0)
    closed = await desk.trust.close("2026-11")
    assert len(closed.audit_head) == 64
    newest, first = await desk.trust.months()
    assert (first.month, first.closed, first.reconciled) == ("2026-11", closed, ("IOLTA",))
    assert (newest.month, newest.waiting, newest.reconcile_by) == ("2026-12", ("IOLTA",), date(2027, 1, 25))
    await assert_sound(desk)


async def test_after_a_close_nothing_fails_but_what_dates_itself_into_it(desk: Services) -> None:
    waiting = await completed(desk, "Operating", 60_000)
    late = await echeck(desk, 30_000)
    await november(desk)
    await bank.told(desk, [("2026-11-21", 30_000, "DEPOSIT"), *LINES], "2026-11-30")
    assert await bank.matched(desk) == 4
    await desk.trust.reconcile("IOLTA", dry_run=False)
    await desk.trust.close("2026-11")
    for work in (
        desk.trust.enter(receipt(dated_on=date(2026, 11, 30))),
        desk.trust.preview(receipt(dated_on=date(2026, 11, 30))),
        desk.recording.record(NewRecord("C2", "cash", 7, received_on=date(2026, 11, 30))),
        bank.told(desk, [("2026-11-29", -1, "FEE")], "2026-11-30"),
    ):
        with pytest.raises((Refused, ImportFailed), match="closed"):
            await work
    await desk.linking.link(waiting.name, [Part("C1")])
    (paid,) = await desk.directory.allocations_of("103")
    assert paid.paid_on == date(2026, 11, 20)
    days = await desk.database.reader.rows(
        "SELECT DISTINCT effective_on FROM journal WHERE kind = 'apply' AND payment_id = ?", (waiting.id,)
    )
    assert days == [("2026-12-01",)]
    assert (await desk.sandbox.give_back(late.name, "R01")).status == "returned"
    await desk.linking.unlink(waiting.name, "wrong client")
    await assert_sound(desk)
    outstanding = await desk.trust.outstanding("IOLTA")
    assert [(one.amount, one.item.kind) for one in outstanding] == [(-30_000, "return")]


async def test_a_clock_that_goes_back_into_a_closed_month_stops_nobody(desk: Services) -> None:
    await november(desk)
    await bank.told(desk, LINES, "2026-11-30")
    await bank.matched(desk)
    await desk.trust.reconcile("IOLTA", dry_run=False)
    await desk.trust.close("2026-11")
    later(desk, days=-10)
    (before,) = (await desk.database.reader.rows("SELECT max(id) FROM journal"))[0]
    made = await received(desk, 5)
    await completed(desk, "IOLTA", 5)
    await desk.trust.undo(made.name, "typed twice")
    days = await desk.database.reader.rows("SELECT effective_on FROM journal WHERE id > ?", (before,))
    assert {day for (day,) in days} == {"2026-12-01"}


async def test_lines_count_once_in_overlapping_statements_and_the_same_file_not_at_all(
    desk: Services,
) -> None:
    twice = [("2026-11-20", 500, "A"), ("2026-11-20", 500, "A"), ("2026-11-21", 700, "B")]
    data = bank.csv(twice)
    dry = await desk.trust.import_statement("IOLTA", "a.csv", data, dry_run=True)
    assert (dry.new, await desk.trust.lines("IOLTA")) == (3, ())
    first = await desk.trust.import_statement("IOLTA", "a.csv", data)
    assert (first.new, first.closing_balance, first.closing_on) == (3, 1_700, date(2026, 11, 21))
    again = await desk.trust.import_statement("IOLTA", "other name.csv", data)
    assert (again.new, again.known, again.repeated) == (0, 3, True)
    more = await desk.trust.import_statement("IOLTA", "b.csv", bank.csv([*twice, ("2026-11-22", -5, "C")]))
    assert (more.new, more.known, more.repeated) == (1, 3, False)
    assert [one.amount for one in await desk.trust.lines("IOLTA", "2026-11")] == [500, 500, 700, -5]
    assert await desk.trust.lines("IOLTA", "2026-12") == ()
    with pytest.raises(ImportFailed, match="other format"):
        await desk.trust.import_statement("IOLTA", "c.ofx", bank.ofx(twice, 1_700, "2026-11-22"))
    other = await desk.trust.import_statement("Escrow", "c.ofx", bank.ofx(twice, 1_700, "2026-11-22"))
    assert other.new == 3
    await assert_sound(desk)


async def test_a_bad_statement_imports_nothing_and_names_its_row(desk: Services) -> None:
    data = b"Date,Description,Amount\n2026-11-20,ok,5.00\n2026-11-21,\x1b[31m bad,five\n"
    with pytest.raises(ImportFailed) as no:
        await desk.trust.import_statement("IOLTA", "b.csv", data)
    assert 'line 3, column amount: "five" is not an amount like -1500.00' in no.value.message
    for junk in (b"", b"\0\0", b"hello", b"PK\x03\x04\0"):
        with pytest.raises(BadInput):
            await desk.trust.import_statement("IOLTA", "x", junk)
    assert await desk.trust.lines("IOLTA") == ()


async def test_a_match_by_hand_adds_up_is_once_and_can_be_taken_back(desk: Services) -> None:
    await november(desk)
    await bank.told(desk, LINES, "2026-11-30")
    one = (await desk.trust.lines("IOLTA"))[1]
    items = {item.about: item for item in await desk.trust.unmatched("IOLTA")}
    cards = [items["T1"].transfer_id, items["T2"].transfer_id]
    await refused(desk.trust.match(one.id, cards[:1]))
    await refused(desk.trust.match(one.id, [*cards, 999_999]))
    for wrong in ((one.id, []), (999, cards)):
        with pytest.raises(BadInput):
            await desk.trust.match(*wrong)
    assert sorted((await desk.trust.match(one.id, cards)).matched) == sorted(cards)
    with pytest.raises(ChangedMeanwhile):
        await desk.trust.match(one.id, cards)
    first = await desk.trust.lines("IOLTA", unmatched=True)
    made = next(item for item in await desk.trust.entries() if item.kind is EntryKind.RECEIPT)
    await desk.trust.match(first[0].id, [items[made.name].transfer_id])
    assert "matched to line" in await refused(desk.trust.undo(made.name, "x"))
    assert (await desk.trust.unmatch(first[0].id)).matched == ()
    await refused(desk.trust.unmatch(first[0].id))
    with pytest.raises(NotFound):
        await desk.trust.unmatch(999)
    await desk.trust.match(first[0].id, [items[made.name].transfer_id])
    await desk.trust.match(first[1].id, [items["E2"].transfer_id])
    await desk.trust.reconcile("IOLTA", dry_run=False)
    await desk.trust.close("2026-11")
    await refused(desk.trust.unmatch(one.id))
    with pytest.raises(Refused) as no:
        await desk.trust.undo(made.name, "x")
    assert "closed" in no.value.fix
    await assert_sound(desk)


async def test_what_the_bank_took_blocks_until_it_is_entered_and_restored(desk: Services) -> None:
    await november(desk)
    lines = [*LINES, ("2026-11-27", -3_500, "SERVICE CHARGE")]
    await bank.told(desk, lines, "2026-11-30")
    assert await bank.matched(desk) == 3
    shown = await desk.trust.reconcile("IOLTA")
    assert shown.three_way.difference == -3_500
    assert [one.offer for one in shown.three_way.unexplained] == [EntryKind.SHORTAGE]
    assert any("SERVICE CHARGE" in told for told in shown.blocks)
    await refused(desk.trust.reconcile("IOLTA", dry_run=False))
    await desk.trust.enter(replace(SHORT, dated_on=date(2026, 11, 27)))
    assert await bank.matched(desk) == 1
    shown = await desk.trust.reconcile("IOLTA")
    assert (shown.three_way.difference, shown.three_way.shortage) == (0, 3_500)
    assert any("short of $35.00" in told for told in shown.blocks)
    await desk.trust.enter(NewEntry(EntryKind.RESTORE, "IOLTA", dated_on=date(2026, 11, 28)))
    kept = await desk.trust.reconcile("IOLTA", dry_run=False)
    assert (kept.three_way.outstanding_in, kept.three_way.bank_balance) == (3_500, 96_500)
    assert [(one.amount, one.age, one.stale) for one in kept.outstanding] == [(3_500, 2, 0)]
    await desk.trust.close("2026-11")
    await assert_sound(desk)


async def test_a_posting_after_the_reconciliation_asks_for_another_one(desk: Services) -> None:
    await november(desk)
    await bank.told(desk, LINES, "2026-11-30")
    await bank.matched(desk)
    await desk.trust.reconcile("IOLTA", dry_run=False)
    await received(desk, 10, dated_on=date(2026, 11, 30))
    assert "posted to since" in await refused(desk.trust.close("2026-11"))
    assert (await desk.trust.reconcile("IOLTA")).three_way.outstanding_in == 10
    await desk.trust.reconcile("IOLTA", dry_run=False)
    await desk.trust.close("2026-11")
    await assert_sound(desk)


async def test_months_close_in_order_once_over_and_signed_by_a_second_person(desk: Services) -> None:
    await november(desk)
    await refused(desk.trust.close("2026-12"))
    await bank.told(desk, LINES, "2026-11-30")
    await bank.matched(desk)
    await desk.trust.reconcile("IOLTA", dry_run=False)
    await desk.roles.set("mia", "approver")
    await desk.roles.set("ann", "approver")
    await refused(desk.trust.close("2026-11"), "second-person")
    await refused(desk.trust.close("2026-11", "mia"), "second-person")
    await refused(desk.trust.close("2026-11", "bob"), "role-approver")
    assert (await desk.trust.close("2026-11", "ann")).approved_by == "ann"
    await refused(desk.trust.close("2026-11", "ann"))
    later(desk, days=70)
    assert "2026-12 is not closed" in await refused(desk.trust.close("2027-01", "ann"))
    assert [one.overdue for one in await desk.trust.months()][:3] == [False, False, True]
    assert (await colleague(desk, "ann").trust.months())[0].month == "2027-02"


async def test_an_operating_account_has_no_three_numbers(desk: Services) -> None:
    await refused(desk.trust.three_way("Operating"))
    await refused(desk.trust.reconcile("Operating"))
    assert {one.account_name for one in await desk.trust.three_way()} == {"IOLTA", "Escrow"}


async def test_a_typed_balance_is_compared_with_the_book_while_no_statement_is_there(desk: Services) -> None:
    await received(desk, 100_000)
    later(desk, days=15)
    wrong = await desk.trust.reconcile("IOLTA", bank_balance=99_999)
    assert (wrong.three_way.difference, len(wrong.blocks)) == (-1, 1)
    right = await desk.trust.reconcile("IOLTA", bank_balance=100_000, dry_run=False)
    assert right.saved
    await desk.trust.close("2026-11")


async def test_the_listing_tells_every_ledger_now_and_then(desk: Services) -> None:
    await november(desk)
    await completed(desk, "IOLTA", 9)
    told = [(one.client_code, one.kind, one.balance) for one in await desk.trust.listing("IOLTA")]
    assert told == [("C1", "trust", 60_000), ("C2", "trust", 40_000), ("", "unidentified", 9)]
    then = await desk.trust.listing("IOLTA", date(2026, 11, 30))
    assert [one.balance for one in then] == [60_000, 40_000]
    assert await held(desk, "trust", 1) == 60_000
    assert await desk.trust.listing("IOLTA", date(2026, 11, 1)) == ()


async def test_what_the_bank_has_before_the_book_is_explained_and_not_lost(desk: Services) -> None:
    """A deposit of the last day of November, entered for December: each is right about its month."""
    await november(desk)
    await received(desk, 9_000, "C2", dated_on=date(2026, 12, 1))
    await bank.told(desk, [*LINES, ("2026-11-30", 9_000, "COUNTER DEPOSIT")], "2026-11-30")
    assert await bank.matched(desk) == 4
    kept = await desk.trust.reconcile("IOLTA", dry_run=False)
    numbers = kept.three_way
    assert (numbers.bank_balance, numbers.outstanding_out, numbers.book) == (109_000, 9_000, 100_000)
    assert [(one.amount, one.at_bank) for one in kept.outstanding] == [(-9_000, True)]
    await desk.trust.close("2026-11")
    (now,) = await desk.trust.three_way("IOLTA")
    assert (now.outstanding_out, now.adjusted, now.in_balance) == (0, 109_000, True)
    await assert_sound(desk)


async def test_a_posting_and_its_reversal_wait_for_nothing_unless_the_bank_has_them(desk: Services) -> None:
    bounced = await received(desk, 5_000)
    await desk.trust.undo(bounced.name, "the cheque bounced")
    later(desk, days=15)
    await bank.told(desk, [("2026-11-25", 1, "INTEREST")], "2026-11-30")
    assert await desk.trust.outstanding("IOLTA") == ()
    lines = [
        ("2026-11-25", 1, "INTEREST"),
        ("2026-11-26", 5_000, "DEPOSIT"),
        ("2026-11-27", -5_000, "RETURNED"),
    ]
    await bank.told(desk, lines, "2026-12-01")
    assert await bank.matched(desk) == 2
    assert await desk.trust.outstanding("IOLTA") == ()


async def test_what_waits_long_is_stale(desk: Services) -> None:
    await received(desk, 5_000)
    await desk.trust.enter(paid_out(700))
    later(desk, days=95)
    await bank.told(desk, [("2026-11-23", 5_000, "DEPOSIT")], "2027-01-31")
    await bank.matched(desk)
    (waiting,) = await desk.trust.outstanding("IOLTA")
    assert (waiting.amount, waiting.age, waiting.stale, waiting.item.number) == (-700, 95, 90, "1001")
    later(desk, days=90)
    assert [one.stale for one in await desk.trust.outstanding("IOLTA")] == [180]
    assert any(
        "older than 90 days" in told for told in (await desk.trust.reconcile("IOLTA", "2027-02")).warnings
    )
