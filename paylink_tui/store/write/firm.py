"""The firm and its bank accounts inside a write transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from paylink_tui.store.schema import bank_account, firm
from paylink_tui.store.unit_of_work import UnitOfWork


async def current(unit: UnitOfWork) -> Any | None:
    """The firm's row, held until the unit ends, or None in an empty database."""
    return (await unit.connection.execute(select(firm).with_for_update())).one_or_none()


async def add(unit: UnitOfWork, **values: Any) -> None:
    """Insert the one firm."""
    await unit.connection.execute(insert(firm).values(id=1, created_at=unit.at, **values))
    unit.record("init", "firm", 1, after=values)


async def change(unit: UnitOfWork, before: Any, **values: Any) -> None:
    """Update the firm with what differs."""
    differs = {name: value for name, value in values.items() if getattr(before, name) != value}
    if differs:
        await unit.connection.execute(update(firm).values(**differs))
        old = {name: getattr(before, name) for name in differs}
        unit.record("change", "firm", 1, before=old, after=differs)


async def account_named(unit: UnitOfWork, name: str) -> Any | None:
    """The bank account with this exact name, held until the unit ends, or None."""
    query = select(bank_account).where(bank_account.c.name == name).with_for_update()
    return (await unit.connection.execute(query)).one_or_none()


async def add_account(unit: UnitOfWork, **values: Any) -> int:
    """Insert a bank account and tell its id."""
    made = await unit.connection.execute(
        insert(bank_account).values(created_at=unit.at, **values).returning(bank_account.c.id)
    )
    number = int(made.scalar_one())
    unit.record("add", "account", number, after=values)
    return number


async def connect(unit: UnitOfWork, before: Any, processor: str, nets_fees: bool) -> None:
    """Connect an account to a processor."""
    values = {"processor": processor, "nets_fees": int(nets_fees)}
    await unit.connection.execute(update(bank_account).where(bank_account.c.id == before.id).values(**values))
    old = {name: getattr(before, name) for name in values}
    unit.record("connect", "account", before.id, before=old, after=values)
