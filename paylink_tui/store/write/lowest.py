"""The least a ledger held since a day, for what a person dates back."""

from __future__ import annotations

from sqlalchemy import case, func, or_, select

from paylink_tui.domain.ledger import LedgerAccount
from paylink_tui.store.schema import journal, ledger_account, transfer
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import ledger as books


async def lowest_since(unit: UnitOfWork, account: LedgerAccount, day: str) -> int:
    """The least of what a ledger holds now and held at the end of a day (ISO text) and of each day since.

    What leaves it on that day is missing on each of them, whatever came later (`trust-never-negative`).
    """
    held = lowest = await books.balance(unit, account)
    ours = transfer.c.credit_id == ledger_account.c.id
    query = (
        select(func.sum(case((ours, transfer.c.amount), else_=-transfer.c.amount)))
        .select_from(ledger_account)
        .join(transfer, or_(ours, transfer.c.debit_id == ledger_account.c.id))
        .join(journal, journal.c.id == transfer.c.journal_id)
        .where(books.is_account(account), journal.c.effective_on > day)
        .group_by(journal.c.effective_on)
        .order_by(journal.c.effective_on.desc())
    )
    for gained in (await unit.connection.execute(query)).scalars():
        held -= int(gained)
        lowest = min(lowest, held)
    return lowest
