"""Everything trust accounting says no to, asked of one firm: what is asked, in words, and the asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from paylink_tui.domain.trust import EntryKind, NewEntry
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services import bank
from tests.services.desk import authorized, completed
from tests.services.refusals import Ask, Asks
from tests.services.stories_trust import LINES, MOVE, SHORT, closed, november
from tests.services.trust_desk import colleague, later, paid_out, receipt, received

TRUST_OUT = paid_out(1_000)


async def desk_of_entries(desk: Services) -> None:
    """E1 received, E2 paid out, E3 waits, E4 withdrawn, E5 short, E6 restored in part, E7 moved."""
    await received(desk, 300_000)
    await desk.trust.enter(TRUST_OUT)
    if not await desk.roles.members():
        await desk.roles.set("ann", "approver")
    for _ in range(2):
        await desk.trust.enter(paid_out(120_000))
    await desk.trust.withdraw("E4", "twice")
    await desk.trust.enter(SHORT)
    await desk.trust.enter(NewEntry(EntryKind.RESTORE, "IOLTA", 500))
    await desk.trust.enter(MOVE)
    held = await completed(desk, "IOLTA", 7_000)
    await desk.linking.link(held.name, [Part("C2")])
    await desk.sandbox.dispute(held.name, "open")
    waiting = await authorized(desk, "IOLTA", 9_000)
    await desk.linking.link(waiting.name, [Part("C3", apply=False)])


def enter(new: NewEntry, **other: object) -> Ask:
    return lambda desk: desk.trust.enter(replace(new, **other))  # type: ignore[arg-type]


async def spent(desk: Services) -> None:
    await desk.trust.enter(receipt(5_000, "C2"))
    await desk.trust.enter(paid_out(5_000, "C2"))
    await desk.trust.undo("E8", "bounced")


async def undone(desk: Services) -> None:
    await desk.trust.undo("E2", "void")
    await desk.trust.undo("E2", "void")


async def too_poor(desk: Services) -> None:
    await desk.trust.enter(paid_out(90_000))
    await desk.trust.enter(replace(MOVE, amount=100_000, to_matter="M2"))
    await colleague(desk, "ann").trust.approve("E3")


async def same_key(desk: Services) -> None:
    await desk.trust.enter(receipt(5), "press 1")
    await desk.trust.enter(receipt(6), "press 1")


ENTRIES: Asks = {
    "no amount": enter(TRUST_OUT, amount=None),
    "nothing": enter(TRUST_OUT, amount=0),
    "no method": enter(TRUST_OUT, method="barter"),
    "no payee": enter(TRUST_OUT, payee=" "),
    "no purpose": enter(TRUST_OUT, purpose=""),
    "no number": enter(TRUST_OUT, number=""),
    "long ago": enter(TRUST_OUT, dated_on=date(1989, 12, 31)),
    "tomorrow": enter(TRUST_OUT, dated_on=date(2026, 11, 21)),
    "a long text": enter(TRUST_OUT, purpose="x" * 501),
    "no trust account": enter(TRUST_OUT, account="Operating"),
    "no client": enter(TRUST_OUT, client=None),
    "another's matter": enter(TRUST_OUT, matter="M3"),
    "nowhere to move": enter(MOVE, to_matter=None),
    "to another's matter": enter(MOVE, to_matter="M3"),
    "more than the client holds": enter(TRUST_OUT, amount=295_001),
    "more than the matter holds": enter(TRUST_OUT, amount=4_001, matter="M1"),
    "held for a dispute": enter(TRUST_OUT, client="C2", amount=6_000),
    "not cleared": enter(TRUST_OUT, client="C3", amount=9_000),
    "before it came": enter(TRUST_OUT, dated_on=date(2026, 11, 19)),
    "short of more than the book": enter(SHORT, amount=9_999_999),
    "restore too much": enter(NewEntry(EntryKind.RESTORE, "IOLTA", 3_001)),
    "restore what is not short": enter(NewEntry(EntryKind.RESTORE, "Escrow")),
    "the same key for another entry": same_key,
    "approve one's own": lambda desk: desk.trust.approve("E3"),
    "approve without the money": too_poor,
    "approve what is posted": lambda desk: colleague(desk, "ann").trust.approve("E2"),
    "approve what is withdrawn": lambda desk: colleague(desk, "ann").trust.approve("E4"),
    "approve none": lambda desk: colleague(desk, "ann").trust.approve("E99"),
    "withdraw what is posted": lambda desk: desk.trust.withdraw("E2", "x"),
    "withdraw without a reason": lambda desk: desk.trust.withdraw("E3", " "),
    "undo what waits": lambda desk: desk.trust.undo("E3", "x"),
    "undo what is withdrawn": lambda desk: desk.trust.undo("E4", "x"),
    "undo what was spent": spent,
    "undo what was restored": lambda desk: desk.trust.undo("E5", "x"),
    "undo twice": undone,
    "no entry's name": lambda desk: desk.trust.entry("R5"),
    "no entry": lambda desk: desk.trust.entry("E99"),
    "no state": lambda desk: desk.trust.entries(state="lost"),
    "a position of another's matter": lambda desk: desk.trust.position("C1", "M3"),
    "three ways of operating": lambda desk: desk.trust.three_way("Operating"),
    "unlink what is held": lambda desk: desk.linking.unlink("T1", "x"),
    "record what is held": lambda desk: desk.recording.record(NewRecord("C2", "trust", 1)),
}


async def desk_of_statements(desk: Services) -> None:
    """A statement of which the first line is matched, and December has begun."""
    await november(desk)
    await bank.told(desk, LINES, "2026-11-30")
    await desk.trust.accept([one for one in await desk.trust.solve("IOLTA") if one.line.id == 1])


def match(line: int, *transfers: int) -> Ask:
    return lambda desk: desk.trust.match(line, list(transfers))


async def first_of(desk: Services, account: str) -> int:
    return next(one.transfer_id for one in await desk.trust.unmatched(account))


async def taken(desk: Services) -> None:
    (line,) = [one for one in await desk.trust.lines("IOLTA") if one.id == 1]
    await desk.trust.match(3, line.matched)


async def of_another_account(desk: Services) -> None:
    await desk.trust.match(2, [await first_of(desk, "Escrow")])


async def of_another_amount(desk: Services) -> None:
    await desk.trust.match(2, [await first_of(desk, "IOLTA")])


async def posted_since(desk: Services) -> None:
    await reconciled(desk)
    await received(desk, 5, dated_on=date(2026, 11, 20))
    await desk.trust.close("2026-11")


async def reconciled(desk: Services) -> None:
    sure = [one for one in await desk.trust.solve("IOLTA") if one.sure]
    await desk.trust.accept(sure)
    await desk.trust.reconcile("IOLTA", "2026-11", dry_run=False)


def statement(data: bytes, name: str = "bank.csv", dates: str | None = None) -> Ask:
    return lambda desk: desk.trust.import_statement("IOLTA", name, data, dates=dates)


STATEMENTS: Asks = {
    "no line": lambda desk: desk.trust.line(99),
    "match no line": match(99, 1),
    "match nothing": match(2),
    "match a posting of another account": of_another_account,
    "match another amount": of_another_amount,
    "match a matched line": match(1, 1),
    "match a matched posting": taken,
    "take back no match": lambda desk: desk.trust.unmatch(2),
    "undo what is matched": lambda desk: desk.trust.undo("E1", "x"),
    "keep a month that differs": lambda desk: desk.trust.reconcile("IOLTA", "2026-11", 1, dry_run=False),
    "keep a month that is not over": lambda desk: desk.trust.reconcile("IOLTA", "2026-12", 0, dry_run=False),
    "keep a month without a balance": lambda desk: desk.trust.reconcile("Escrow", "2026-11", dry_run=False),
    "close what is not over": lambda desk: desk.trust.close("2026-12"),
    "close what is not reconciled": lambda desk: desk.trust.close("2026-11"),
    "close what was posted to since": posted_since,
    "close and approve oneself": lambda desk: desk.trust.close("2026-11", "mia"),
    "close with no approver": lambda desk: desk.trust.close("2026-11", "bob"),
    "no month": lambda desk: desk.trust.close("2026-13"),
    "an empty statement": statement(b"Date,Description,Amount\r\n"),
    "no statement": statement(b"\x00\x01\x02", "picture.png"),
    "no columns": statement(b"one,two\r\n1,2\r\n"),
    "no order of dates": statement(bank.csv([("2026-11-23", 5, "X")]), dates="ymd"),
    "another currency": statement(bank.ofx([], 0, "2026-11-30").replace(b"USD", b"CAD"), "b.ofx"),
    "a pack of operating": lambda desk: desk.pack.gather("Operating", "2026-11"),
    "a pack of no month": lambda desk: desk.pack.gather("IOLTA", "November"),
}


async def dated(desk: Services, kind: EntryKind) -> None:
    await desk.trust.enter(
        NewEntry(kind, "IOLTA", 100, "C1", method="wire", payee="x", purpose="y", dated_on=NOVEMBER)
    )


NOVEMBER = date(2026, 11, 30)
CLOSED: Asks = {
    "receive into it": lambda desk: dated(desk, EntryKind.RECEIPT),
    "pay out of it": lambda desk: dated(desk, EntryKind.DISBURSEMENT),
    "record into it": lambda desk: desk.recording.record(NewRecord("C2", "cash", 7, received_on=NOVEMBER)),
    "close it again": lambda desk: desk.trust.close("2026-11"),
    "reconcile it again": lambda desk: desk.trust.reconcile("IOLTA", "2026-11", dry_run=False),
    "close the one after next": lambda desk: leap(desk),
    "close by one": lambda desk: alone(desk),
    "match in it": match(1, 1),
    "take a match of it back": lambda desk: desk.trust.unmatch(1),
    "undo what was matched in it": lambda desk: desk.trust.undo("E1", "x"),
}


async def leap(desk: Services) -> None:
    later(desk, days=70)
    await desk.trust.close("2027-01")


async def alone(desk: Services) -> None:
    later(desk, days=70)
    await desk.roles.set("ann", "approver")
    await desk.trust.close("2026-12")


SCENES = {
    "entries": (desk_of_entries, ENTRIES),
    "statements": (desk_of_statements, STATEMENTS),
    "closed": (closed, CLOSED),
}
DAYS = {"statements": 15, "closed": 19}
"""How many days after the beginning a scene ends."""
