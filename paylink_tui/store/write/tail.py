"""What every unit of work starts from, and what it appends last: audit rows and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from paylink_tui.store.schema import audit, change, firm

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_NEWEST = select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1).scalar_subquery()
_OPENING = select(select(firm.c.timezone).scalar_subquery(), _NEWEST)
_AUDIT = insert(audit)
_CHANGE = insert(change)


async def opening(connection: AsyncConnection) -> tuple[str, str]:
    """The firm's zone, and the hash the next audit row follows from; empty where there is none yet."""
    zone, newest = (await connection.execute(_OPENING)).one()
    return zone or "", newest or ""


async def append_audits(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    """Append audit rows, chained already."""
    await connection.execute(_AUDIT, rows)


async def append_changes(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    """Append to the change log."""
    await connection.execute(_CHANGE, rows)
