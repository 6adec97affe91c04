"""What every unit of work starts from, and what it appends last: audit rows and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from paylink_tui.store.schema import audit, change, firm, member
from paylink_tui.store.statements import Prepared

if TYPE_CHECKING:
    from paylink_tui.store.unit_of_work import UnitOfWork

_NEWEST = select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1).scalar_subquery()
_ROLE = select(member.c.role).where(member.c.name == bindparam("who")).scalar_subquery()
_OPENING = Prepared(select(select(firm.c.timezone).scalar_subquery(), _NEWEST, _ROLE))
_AUDIT = Prepared(insert(audit))
_CHANGE = Prepared(insert(change))


async def opening(unit: UnitOfWork) -> tuple[str, str, str]:
    """The firm's zone, the hash the next audit row follows from, and the actor's role; each empty where
    there is none."""
    ((zone, newest, role),) = await unit.run(_OPENING, {"who": unit.actor})
    return zone or "", newest or "", role or ""


async def append_audits(unit: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    """Append audit rows, chained already."""
    await unit.run_each(_AUDIT, rows)


async def append_changes(unit: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    """Append to the change log."""
    await unit.run_each(_CHANGE, rows)
