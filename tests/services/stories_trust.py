"""What a firm does with trust money by hand, with its bank's statements and its months."""

from __future__ import annotations

from datetime import date

from paylink_tui.domain.trust import EntryKind, NewEntry
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from tests.services import bank
from tests.services.desk import authorized, completed
from tests.services.stories import Story
from tests.services.trust_desk import colleague, echeck, later, paid_out, receipt, received

MOVE = NewEntry(EntryKind.MOVE, "IOLTA", 4_000, "C1", None, "M1", purpose="for the hearing")
SHORT = NewEntry(EntryKind.SHORTAGE, "IOLTA", 3_500, purpose="bank charge")


async def entered(desk: Services) -> None:
    await received(desk, 100_000, number="77", payee="Acme's bank", purpose="retainer")
    await desk.trust.enter(receipt(30_000, "C2", matter="M3", method="wire"), "press 1")
    await desk.trust.enter(receipt(30_000, "C2", matter="M3", method="wire"), "press 1")
    await desk.trust.enter(paid_out(40_000, dated_on=date(2026, 11, 20)))
    await desk.trust.enter(MOVE)
    await desk.trust.enter(SHORT)
    await desk.trust.enter(NewEntry(EntryKind.RESTORE, "IOLTA", 1_500))
    await desk.trust.enter(NewEntry(EntryKind.RESTORE, "IOLTA"))


async def entries_undone(desk: Services) -> None:
    await entered(desk)
    later(desk, days=1)
    for number in (7, 6, 5, 4, 3, 2, 1):
        await desk.trust.undo(f"E{number}", f"entered twice, {number}")


async def entries_approved(desk: Services) -> None:
    await received(desk, 500_000)
    await desk.roles.set("ann", "approver")
    for amount in (150_000, 160_000):
        await desk.trust.enter(paid_out(amount))
    later(desk, hours=1)
    await colleague(desk, "ann").trust.approve("E2")
    await desk.trust.withdraw("E3", "paid already")


async def november(desk: Services) -> None:
    """Something of everything that a bank tells of, and December has begun."""
    await received(desk, 100_000, number="77")
    await desk.trust.enter(paid_out(40_000))
    for amount in (25_000, 15_000):
        paid = await completed(desk, "IOLTA", amount)
        await desk.linking.link(paid.name, [Part("C2", "M3", apply=False)])
    await echeck(desk, 7_000)
    await echeck(desk, 9_000, "Escrow")
    await authorized(desk, "IOLTA", 1_000)
    later(desk, days=15)


LINES = [
    ("2026-11-23", 100_000, "DEPOSIT"),
    ("2026-11-24", 40_000, "LAWPAY DEPOSIT"),
    ("2026-11-25", -40_000, "CHECK 1001"),
]
MORE = [("2026-11-27", 7_000, "ECHECK"), ("2026-11-30", -3_500, "SERVICE CHARGE")]


async def matched(desk: Services) -> None:
    await november(desk)
    await bank.told(desk, LINES, "2026-11-30")
    await bank.told(desk, LINES, "2026-11-30")
    await bank.matched(desk)
    await bank.told(desk, [*LINES, *MORE], "2026-12-01")
    await desk.trust.import_statement("Escrow", "escrow.csv", bank.csv([("2026-11-27", 9_000, "ECHECK")]))
    line = (await desk.trust.lines("Escrow"))[0]
    item = (await desk.trust.unmatched("Escrow"))[0]
    await desk.trust.match(line.id, [item.transfer_id])
    await desk.trust.unmatch(line.id)
    await desk.trust.match(line.id, [item.transfer_id])


async def closed(desk: Services) -> None:
    await november(desk)
    await bank.told(desk, [*LINES, MORE[0]], "2026-11-30")
    await bank.matched(desk)
    for line in await desk.trust.lines("IOLTA", unmatched=True):
        items = [one for one in await desk.trust.unmatched("IOLTA") if one.amount == line.amount]
        await desk.trust.match(line.id, [items[0].transfer_id])
    await desk.trust.reconcile("IOLTA", "2026-11", dry_run=False)
    await desk.trust.reconcile("Escrow", "2026-11", 9_000, dry_run=False)
    await desk.trust.reconcile("Escrow", "2026-11", 9_000, dry_run=False)
    later(desk, days=1)
    await desk.trust.close("2026-11")
    later(desk, days=3)
    await received(desk, 1_000, "C2")


STORIES: dict[str, Story] = {
    "trust entered": entered,
    "trust entries undone": entries_undone,
    "trust entries approved": entries_approved,
    "trust matched": matched,
    "trust closed": closed,
}
