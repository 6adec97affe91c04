"""What every unit of work starts from, and what it appends last: audit rows and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from paylink_tui.store.schema import audit, change, firm
from paylink_tui.store.statements import Prepared

if TYPE_CHECKING:
    from paylink_tui.store.unit_of_work import UnitOfWork

_NEWEST = select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1).scalar_subquery()
_OPENING = Prepared(select(select(firm.c.timezone).scalar_subquery(), _NEWEST))
_AUDIT = Prepared(insert(audit))
_CHANGE = Prepared(insert(change))


async def opening(unit: UnitOfWork) -> tuple[str, str]:
    """The firm's zone, and the hash the next audit row follows from; empty where there is none yet."""
    ((zone, newest),) = await unit.run(_OPENING, {})
    return zone or "", newest or ""


async def append_audits(unit: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    """Append audit rows, chained already."""
    await unit.run_each(_AUDIT, rows)


async def append_changes(unit: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    """Append to the change log."""
    await unit.run_each(_CHANGE, rows)
