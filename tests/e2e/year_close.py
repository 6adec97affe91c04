"""Closing a month: the bank's statement, whose lines are matched to the book, and the three numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from paylink_tui.services.bundle import Services
from tests.e2e import year_firm as firm
from tests.e2e.year_bank import statement
from tests.e2e.year_days import Days


async def close_month(desk: Services, days: Days, last: date, folder: Path) -> tuple[int, int, int, bool]:
    """Import, match, reconcile and close.

    Returns the bank as adjusted, the book and the client ledgers in cents, and whether the month is closed.
    The bank's own balance, and what it will be once all it does not have yet has arrived, are those of the
    script's bank, or this fails.
    """
    month = f"{last:%Y-%m}"
    told = statement(days.trust, last.replace(day=1), last)
    (folder / f"{month}.ofx").write_text(told, "ascii")
    await desk.trust.import_statement(firm.TRUST, f"{month}.ofx", told.encode("ascii"))
    await _match(desk)
    kept = await desk.trust.reconcile(firm.TRUST, month, dry_run=False)
    three = kept.three_way
    assert kept.saved, (month, kept.blocks, three.why)
    assert three.bank_balance == days.trust.balance(last), month
    assert three.adjusted == days.trust.adjusted(last), month
    closed = await desk.trust.close(month, firm.APPROVER)
    return three.adjusted, three.book, three.ledgers, closed.month == month


async def _match(desk: Services) -> None:
    """Take what the desk proposes, the sure ones first: they leave fewer ways to read the others."""
    while proposals := await desk.trust.solve(firm.TRUST):
        sure = [one for one in proposals if one.sure]
        await desk.trust.accept(sure or proposals[:1])
