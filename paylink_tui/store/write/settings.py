"""What the program itself keeps by name, inside a write transaction."""

from __future__ import annotations

from sqlalchemy import BigInteger, cast
from sqlalchemy.dialects import postgresql, sqlite

from paylink_tui.store.schema import setting
from paylink_tui.store.unit_of_work import UnitOfWork


async def keep(unit: UnitOfWork, name: str, value: str) -> None:
    """Keep a value under a name, in place of the one before."""
    maker = postgresql.insert if unit.dialect == "postgresql" else sqlite.insert
    row = maker(setting).values(name=name, value=value)
    await unit.connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


async def keep_furthest(unit: UnitOfWork, name: str, position: str) -> None:
    """Keep a position, a number in text, unless one further on is kept."""
    maker = postgresql.insert if unit.dialect == "postgresql" else sqlite.insert
    row = maker(setting).values(name=name, value=position)
    further = cast(setting.c.value, BigInteger) < cast(row.excluded.value, BigInteger)
    await unit.connection.execute(
        row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}, where=further)
    )
