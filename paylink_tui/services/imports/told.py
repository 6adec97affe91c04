"""What an import leaves in the audit log: each changed row before and after, and which rows are new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paylink_tui.services.imports.rows import Kind

if TYPE_CHECKING:
    from sqlalchemy import Table

    from paylink_tui.store.unit_of_work import UnitOfWork

_DERIVED = frozenset({"id", "search"})
"""Columns nobody typed."""


async def changes(unit: UnitOfWork, table: Table, kind: Kind, some: Sequence[dict[str, Any]]) -> None:
    """Record what these rows are before they become what they are to be."""
    from sqlalchemy import select

    ids = [row["id"] for row in some]
    found = await unit.connection.execute(select(table).where(table.c.id.in_(ids)))
    before = {row.id: row for row in found}
    for row in some:
        known = before[row["id"]]
        differs = [name for name in row if name not in _DERIVED and getattr(known, name) != row[name]]
        was = {name: getattr(known, name) for name in differs}
        became = {name: row[name] for name in differs}
        unit.record("change", kind.removesuffix("s"), row["id"], before=was, after=became)


async def newest(unit: UnitOfWork, table: Table) -> int:
    """The highest id of a table, 0 when it is empty. Nobody else adds to it while a unit runs."""
    from sqlalchemy import func, select

    return int((await unit.connection.execute(select(func.coalesce(func.max(table.c.id), 0)))).scalar_one())
