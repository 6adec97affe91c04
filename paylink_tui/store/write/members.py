"""The people with a role, inside a write transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update

from paylink_tui.domain.roles import Role
from paylink_tui.store.schema import member
from paylink_tui.store.unit_of_work import UnitOfWork


async def roles(unit: UnitOfWork) -> dict[str, Role]:
    """The role of everyone who has one, by name."""
    found = await unit.connection.execute(select(member.c.name, member.c.role))
    return {name: Role(role) for name, role in found}


async def put(unit: UnitOfWork, name: str, role: Role | None, before: Role | None) -> None:
    """Give a person a role, or take it away; nothing is recorded when that is as it was."""
    if role is before:
        return
    told: dict[str, Any] = {"role": role and role.value, "set_at": unit.at, "set_by": unit.actor}
    mine = member.c.name == name
    if role is None:
        await unit.connection.execute(delete(member).where(mine))
    elif before is None:
        await unit.connection.execute(insert(member).values(name=name, **told))
    else:
        await unit.connection.execute(update(member).where(mine).values(**told))
    was, became = ({"name": name, "role": one and one.value} for one in (before, role))
    unit.record("set role" if role else "remove role", "member", 0, before=was, after=became)
