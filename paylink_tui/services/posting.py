"""What a change of a payment's state posts to the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from paylink_tui.domain import ledger
from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import Status
from paylink_tui.domain.ledger import LedgerAccount, LedgerKind, Till
from paylink_tui.domain.months import first_open_day
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.times import from_ms
from paylink_tui.store.schema import linking_part
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import ledger as books


def till_of(row: Any) -> Till:
    """The ledger accounts of the bank account a payment goes to."""
    return Till(row.account_id, AccountKind(row.account_kind), row.currency)


async def day_of(unit: UnitOfWork, at: int) -> str:
    """The day of an instant in the firm's zone, as ISO text."""
    return from_ms(at).astimezone(ZoneInfo(await unit.zone())).date().isoformat()


async def open_day(unit: UnitOfWork, day: str) -> str:
    """The day a posting for `day` is effective: that day, or the first of the first open month when it is
    closed (`trust-three-way`). Every journal is opened for that day."""
    return first_open_day(day, await books.closed_month(unit))


async def refuse_closed(unit: UnitOfWork, day: date) -> None:
    """Refuse what a person dates into a closed month.

    Raises:
        Refused: `trust-three-way`.
    """
    opened = await open_day(unit, day.isoformat())
    if opened != day.isoformat():
        raise Refused(
            "trust-three-way",
            f"{day:%B %Y} is closed and takes no posting.",
            f"Date it {opened} or later.",
        )


async def follow(unit: UnitOfWork, row: Any, before: Status, after: Status) -> None:
    """Post the journals that lead from one state to another (`txn-states`); money that goes back is posted
    by `giving_back`."""
    till, day = till_of(row), await day_of(unit, unit.at)
    if after is Status.AUTHORIZED:
        await _post(unit, row, "authorize", day, ledger.authorize(till, row.amount))
    elif after is Status.COMPLETED:
        if before is Status.PENDING:
            await _post(unit, row, "authorize", day, ledger.authorize(till, row.amount))
        await _post(unit, row, "complete", day, ledger.complete(till, row.amount))
    elif after in (Status.VOIDED, Status.FAILED) and before is Status.AUTHORIZED:
        posted = await books.live_journals(unit, "authorize", payment_id=row.id)
        await books.reverse(unit, posted, after.value, day, "")


async def charge_fee(unit: UnitOfWork, row: Any, amount: int) -> None:
    """The processor's fee, debited from operating whatever account was paid (`trust-gross`)."""
    await _post(unit, row, "fee", await day_of(unit, unit.at), ledger.fee(row.currency, amount))


async def _post(unit: UnitOfWork, row: Any, kind: str, day: str, transfers: list[ledger.Transfer]) -> int:
    number = await books.open_journal(unit, kind, day, payment_id=row.id)
    await books.post(unit, number, transfers)
    return number


async def owners_of(unit: UnitOfWork, row: Any) -> dict[LedgerAccount, int]:
    """Whose ledgers a completed payment's money went to, and how much each got."""
    till = till_of(row)
    if row.linking_id is None:
        return {till.of(LedgerKind.UNIDENTIFIED): row.amount - row.refunded}
    parts = await unit.connection.execute(
        select(linking_part).where(linking_part.c.linking_id == row.linking_id).order_by(linking_part.c.id)
    )
    owners: dict[LedgerAccount, int] = {}
    for one in parts:
        owner = till.owned(one.client_id, one.matter_id)
        owners[owner] = owners.get(owner, 0) + one.amount
    return owners
