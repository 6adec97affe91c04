"""Attempts on the payment page, and frozen links, inside a write transaction."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from paylink_tui.store.schema import attempt, link_freeze
from paylink_tui.store.statements import Prepared
from paylink_tui.store.unit_of_work import UnitOfWork

_ADD = Prepared(insert(attempt))
_OUTCOMES = ("submitted", "declined", "limited", "unknown link")


async def add(unit: UnitOfWork, link_id: int, address_hash: str, outcome: str) -> None:
    """Keep that something was tried; nobody's screen needs to hear of it."""
    values = {"link_id": link_id, "address_hash": address_hash, "outcome": outcome, "at": unit.at}
    await unit.run(_ADD, values)


async def forget(unit: UnitOfWork, before: int, most: int) -> int:
    """Delete at most that many attempts made before then (epoch milliseconds); how many there were."""
    old = (
        select(attempt.c.id)
        .where(attempt.c.outcome.in_(_OUTCOMES), attempt.c.at < before)
        .limit(most)
        .scalar_subquery()
    )
    gone = await unit.connection.execute(delete(attempt).where(attempt.c.id.in_(old)))
    return int(gone.rowcount)


async def freeze(unit: UnitOfWork, link_id: int, reason: str) -> bool:
    """Freeze a link, unless it is frozen already."""
    open_one = select(link_freeze.c.id).where(
        link_freeze.c.link_id == link_id, link_freeze.c.released_at.is_(None)
    )
    if (await unit.connection.execute(open_one)).first() is not None:
        return False
    await unit.connection.execute(
        insert(link_freeze).values(link_id=link_id, frozen_at=unit.at, reason=reason)
    )
    return True


async def release(unit: UnitOfWork, link_id: int) -> str:
    """Release a frozen link; why it was frozen, empty when it was not."""
    freed = await unit.connection.execute(
        update(link_freeze)
        .where(link_freeze.c.link_id == link_id, link_freeze.c.released_at.is_(None))
        .values(released_at=unit.at, released_by=unit.actor)
        .returning(link_freeze.c.reason)
    )
    return str(freed.scalar_one_or_none() or "")
