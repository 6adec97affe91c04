"""Everything a payments desk says no to, asked of one firm: what is asked, in words, and the asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import authorized, completed
from tests.services.trust_desk import colleague, later

Ask = Callable[[Services], Awaitable[object]]
Asks = dict[str, Ask]


async def desk_of_payments(desk: Services) -> None:
    """T1 authorized, T2 completed, T3 linked, T4 disputed, T5 returned, T6 refunded in part, T7 voided,
    T8 in trust and spent, T9 refunded whole, T10 with a refund that waits, T11 spent by a record."""
    made = [await (authorized if at in (1, 7) else completed)(desk) for at in range(1, 8)]
    for at in (3, 4, 5, 6):
        await desk.linking.link(f"T{at}", [Part("C1", apply=at == 3)])
    await desk.sandbox.dispute("T4", "open")
    await desk.sandbox.give_back("T5")
    await desk.refunds.request("T6", 1, reason="one cent")
    await desk.transactions.void(made[6].name)
    await completed(desk, "IOLTA", 80_000)
    await desk.linking.link("T8", [Part("C1")])
    await desk.recording.record(NewRecord("C1", "trust", 5_000))
    await completed(desk)
    await desk.refunds.request("T9", reason="wrong firm")
    await desk.roles.set("ann", "approver")
    await completed(desk, amount=200_000)
    await desk.linking.link("T10", [Part("C2", apply=False)])
    await desk.refunds.request("T10", 150_000, reason="case lost")
    await completed(desk)
    await desk.linking.link("T11", [Part("C2", "M3", apply=False)])
    await desk.recording.record(NewRecord("C2", "credit", 7, "M3"))


async def shown_before(desk: Services, name: str, *parts: Part) -> None:
    """Link as it was shown before somebody else's record changed it."""
    shown = await desk.linking.preview(name, parts)
    await desk.recording.record(NewRecord("C1", "cash", 1, invoices=("104",)))
    await desk.linking.link(name, parts, shown=shown)


async def refund_shown_before(desk: Services) -> None:
    shown = await desk.refunds.preview("T3", 2_000)
    await desk.refunds.request("T3", 1_000, reason="first")
    await desk.refunds.request("T3", 2_000, reason="second", shown=shown)


async def withdrawn(desk: Services) -> None:
    await desk.refunds.withdraw("F3", "not lost")
    await colleague(desk, "ann").refunds.approve("F3")


async def too_late(desk: Services) -> None:
    later(desk, days=190)
    await desk.refunds.request("T3", 1, reason="x")


async def other_intent(desk: Services) -> None:
    shown = await desk.linking.preview("T1", [Part("C1")])
    await colleague(desk, "bob").linking.link("T1", [Part("C2")])
    await desk.linking.link("T1", [Part("C1")], shown=shown)


async def relinked_before(desk: Services) -> None:
    shown = await desk.linking.preview("T3", [Part("C2")])
    await colleague(desk, "bob").linking.relink("T3", [Part("C3")], "hers")
    await desk.linking.relink("T3", [Part("C2")], "his", shown=shown)


def link(number: int) -> Ask:
    return lambda desk: desk.linking.link(f"T{number}", [Part("C1")])


def unlink(number: int) -> Ask:
    return lambda desk: desk.linking.unlink(f"T{number}", "x")


def relink(number: int) -> Ask:
    return lambda desk: desk.linking.relink(f"T{number}", [Part("C2")], "x")


def refund(number: int) -> Ask:
    return lambda desk: desk.refunds.request(f"T{number}", 1, reason="x")


def each(ask: Callable[[int], Ask], *numbers: int) -> Asks:
    """The same of several transactions."""
    return {f"{ask.__name__} T{number}": ask(number) for number in numbers}


LINKING: Asks = {
    **each(link, 3, 4, 5, 7, 9),
    "link none": lambda desk: desk.linking.link("T99", [Part("C1")]),
    "link without a client": lambda desk: desk.linking.link("T2", []),
    "link to nobody known": lambda desk: desk.linking.link("T2", [Part("Nobody")]),
    "link to another's matter": lambda desk: desk.linking.link("T2", [Part("C2", "M1")]),
    "parts that fall short": lambda desk: desk.linking.link(
        "T2", [Part("C1", amount=1), Part("C2", amount=2)]
    ),
    "two open parts": lambda desk: desk.linking.link("T2", [Part("C1"), Part("C2")]),
    "a part of nothing": lambda desk: desk.linking.link("T2", [Part("C1", amount=0), Part("C2")]),
    "apply trust money": lambda desk: desk.linking.link("T8", [Part("C1", apply=True)]),
    "an override of a strange invoice": lambda desk: desk.linking.link(
        "T2", [Part("C1", overrides={"201": 1})]
    ),
    "an override of too much": lambda desk: desk.linking.link("T2", [Part("C2", overrides={"201": 40_001})]),
    "an override of less than nothing": lambda desk: desk.linking.link(
        "T2", [Part("C2", overrides={"201": -1})]
    ),
    "overrides of more than was paid": lambda desk: desk.linking.link(
        "T2", [Part("C1", amount=10, overrides={"104": 11}), Part("C2")]
    ),
    "a split before it completes": lambda desk: desk.linking.link("T1", [Part("C1", amount=1), Part("C2")]),
    "what was shown has changed": lambda desk: shown_before(desk, "T2", Part("C1")),
    "another choice was stored": other_intent,
    "relinked by somebody else": relinked_before,
    **each(unlink, 2, 4, 5, 6, 8, 10, 11),
    "unlink without a reason": lambda desk: desk.linking.unlink("T3", "  "),
    "unlink an older version": lambda desk: desk.linking.unlink("T3", "x", version=1),
    **each(relink, 1, 2, 4, 6),
    "drop no choice": lambda desk: desk.linking.drop_intent("T1"),
    "void a completed one": lambda desk: desk.transactions.void("T2"),
    "void a returned one": lambda desk: desk.transactions.void("T5"),
}

REFUNDS: Asks = {
    **each(refund, 1, 4, 5, 7, 9, 10),
    "too much": lambda desk: desk.refunds.request("T3", 100_001, reason="x"),
    "too much of what is left": lambda desk: desk.refunds.request("T6", 100_000, reason="x"),
    "nothing": lambda desk: desk.refunds.request("T3", 0, reason="x"),
    "without a reason": lambda desk: desk.refunds.request("T3", 1, reason=" "),
    "of a client without a part": lambda desk: desk.refunds.request("T3", 1, reason="x", client="C3"),
    "of trust money that was spent": lambda desk: desk.refunds.request("T8", 80_000, reason="x"),
    "of a matter without a part": lambda desk: desk.refunds.preview("T3", 1, client="C1", matter="M1"),
    "after the window": too_late,
    "shown before": refund_shown_before,
    "approve one's own": lambda desk: desk.refunds.approve("F3"),
    "approve none": lambda desk: colleague(desk, "ann").refunds.approve("F9"),
    "approve a done one": lambda desk: colleague(desk, "ann").refunds.approve("F1"),
    "approve a withdrawn one": withdrawn,
    "withdraw without a reason": lambda desk: desk.refunds.withdraw("F3", ""),
    "withdraw a done one": lambda desk: desk.refunds.withdraw("F1", "x"),
    "no name": lambda desk: desk.refunds.get("R1"),
    "no state": lambda desk: desk.refunds.list("lost"),
    "what if a flood": lambda desk: desk.refunds.what_if("T3", "flood"),
    "what if T1 comes back": lambda desk: desk.refunds.what_if("T1", "return"),
}

CASH = NewRecord("C2", "cash", 100)

RECORDS: Asks = {
    "no source": lambda desk: desk.recording.record(replace(CASH, source="barter")),
    "nothing": lambda desk: desk.recording.record(replace(CASH, amount=0)),
    "long ago": lambda desk: desk.recording.record(replace(CASH, received_on=date(1989, 12, 31))),
    "tomorrow": lambda desk: desk.recording.record(replace(CASH, received_on=date(2026, 11, 21))),
    "more than is owed": lambda desk: desk.recording.record(NewRecord("C2", "credit", 40_001)),
    "more credit than there is": lambda desk: desk.recording.record(NewRecord("C2", "credit", 99_999_999)),
    "more of a matter's credit": lambda desk: desk.recording.record(NewRecord("C2", "credit", 100_001, "M3")),
    "more trust than there is": lambda desk: desk.recording.record(NewRecord("C1", "trust", 75_001)),
    "of a matter's trust": lambda desk: desk.recording.record(NewRecord("C1", "trust", 1, "M1")),
    "another's matter": lambda desk: desk.recording.record(replace(CASH, matter="M1")),
    "another's invoice": lambda desk: desk.recording.record(replace(CASH, invoices=("101",))),
    "another matter's invoice": lambda desk: desk.recording.record(
        replace(CASH, client="C1", matter="M2", invoices=("101",))
    ),
    "a paid invoice": lambda desk: desk.recording.record(replace(CASH, client="C1", invoices=("103",))),
    "no invoice": lambda desk: desk.recording.record(replace(CASH, invoices=("999",))),
    "undo without a reason": lambda desk: desk.recording.undo(1, " "),
    "undo none": lambda desk: desk.recording.undo(99, "x"),
    "undo twice": lambda desk: twice(desk),
    "the same key for another record": lambda desk: same_key(desk),
}


async def twice(desk: Services) -> None:
    await desk.recording.undo(1, "typed wrong")
    await desk.recording.undo(1, "typed wrong")


async def same_key(desk: Services) -> None:
    await desk.recording.record(CASH, key="press 1")
    await desk.recording.record(replace(CASH, amount=101), key="press 1")
