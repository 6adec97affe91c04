"""Rows of trust accounting inside a write transaction: entries, statements, matches, reconciliations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from paylink_tui.store.schema import (
    bank_match,
    journal,
    month_close,
    reconciliation,
    statement,
    statement_line,
    transfer,
    trust_entry,
)
from paylink_tui.store.unit_of_work import UnitOfWork


async def add_entry(unit: UnitOfWork, **columns: Any) -> int:
    """Insert an entry, asked for now by who acts, and tell its id."""
    told = {"requested_by": unit.actor, "requested_at": unit.at, **columns}
    made = await unit.connection.execute(insert(trust_entry).values(**told).returning(trust_entry.c.id))
    return int(made.scalar_one())


async def lock_entry(unit: UnitOfWork, number: int) -> Any | None:
    """The entry's row, held until the unit ends, or None."""
    query = select(trust_entry).where(trust_entry.c.id == number).with_for_update()
    return (await unit.connection.execute(query)).one_or_none()


async def change_entry(unit: UnitOfWork, number: int, **columns: Any) -> None:
    """Set an entry's state, and who approved it."""
    await unit.connection.execute(update(trust_entry).where(trust_entry.c.id == number).values(**columns))


async def live_journals_of_entry(unit: UnitOfWork, number: int) -> list[int]:
    """The journal an entry posted, unless it was reversed."""
    reversal = journal.alias("reversal")
    query = (
        select(journal.c.id)
        .outerjoin(reversal, reversal.c.reverses_id == journal.c.id)
        .where(journal.c.trust_entry_id == number, journal.c.reverses_id.is_(None), reversal.c.id.is_(None))
    )
    return list((await unit.connection.execute(query)).scalars())


async def matched_line(unit: UnitOfWork, journals: Sequence[int]) -> Any | None:
    """A bank line that a transfer of these journals is matched to: its id and day; None when none is."""
    query = (
        select(statement_line.c.id, statement_line.c.posted_on)
        .join(bank_match, bank_match.c.line_id == statement_line.c.id)
        .join(transfer, transfer.c.id == bank_match.c.transfer_id)
        .where(transfer.c.journal_id.in_(journals))
        .order_by(statement_line.c.id)
        .limit(1)
    )
    return (await unit.connection.execute(query)).one_or_none()


async def add_statement(unit: UnitOfWork, lines: Sequence[dict[str, Any]], **columns: Any) -> int:
    """Insert a statement with its lines, and tell its id."""
    told = {"imported_by": unit.actor, "imported_at": unit.at, **columns}
    made = await unit.connection.execute(insert(statement).values(**told).returning(statement.c.id))
    number = int(made.scalar_one())
    owned = {"statement_id": number, "account_id": columns["account_id"]}
    if lines:
        await unit.connection.execute(insert(statement_line), [{**owned, **one} for one in lines])
    return number


async def match(unit: UnitOfWork, line_id: int, transfers: Sequence[int], how: str) -> None:
    """Say that a bank line is these transfers."""
    told = {"line_id": line_id, "matched_by": unit.actor, "matched_at": unit.at, "how": how}
    await unit.connection.execute(insert(bank_match), [{**told, "transfer_id": one} for one in transfers])


async def unmatch(unit: UnitOfWork, line_id: int) -> list[int]:
    """Take a line's matches back, and tell which transfers it was."""
    mine = bank_match.c.line_id == line_id
    found = list((await unit.connection.execute(select(bank_match.c.transfer_id).where(mine))).scalars())
    await unit.connection.execute(delete(bank_match).where(mine))
    return found


async def keep_reconciliation(unit: UnitOfWork, **columns: Any) -> int:
    """Keep an account's three numbers at the end of a month."""
    told = {"prepared_by": unit.actor, "prepared_at": unit.at, **columns}
    query = insert(reconciliation).values(**told).returning(reconciliation.c.id)
    return int((await unit.connection.execute(query)).scalar_one())


async def close_month(unit: UnitOfWork, **columns: Any) -> None:
    """Close a month; the database refuses it when a trust account is not in balance."""
    told = {"closed_by": unit.actor, "closed_at": unit.at, **columns}
    await unit.connection.execute(insert(month_close).values(**told))
