"""Payment links inside a write transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, not_, or_, select, update

from paylink_tui.store.schema import link_freeze, payment_link
from paylink_tui.store.statements import Prepared
from paylink_tui.store.unit_of_work import UnitOfWork

# A statement that is made once is also prepared once: making one costs more than running it.
_FROZEN = select(link_freeze.c.id).where(
    link_freeze.c.link_id == bindparam("link"), link_freeze.c.released_at.is_(None)
)
_TAKE_USE = Prepared(
    update(payment_link)
    .where(
        payment_link.c.id == bindparam("link"),
        payment_link.c.disabled_at.is_(None),
        not_(_FROZEN.exists()),
        or_(payment_link.c.expires_at.is_(None), payment_link.c.expires_at > bindparam("now")),
        or_(payment_link.c.max_uses.is_(None), payment_link.c.uses < payment_link.c.max_uses),
    )
    .values(uses=payment_link.c.uses + 1)
    .returning(payment_link.c.id)
)


async def add(unit: UnitOfWork, **values: Any) -> int:
    """Insert a link and tell its id."""
    made = await unit.connection.execute(
        insert(payment_link)
        .values(created_at=unit.at, created_by=unit.actor, **values)
        .returning(payment_link.c.id)
    )
    number = int(made.scalar_one())
    unit.touch("link", number)
    return number


async def lock(unit: UnitOfWork, link_id: int) -> Any:
    """The link's row, held until the unit ends."""
    query = select(payment_link).where(payment_link.c.id == link_id).with_for_update()
    return (await unit.connection.execute(query)).one()


async def take_use(unit: UnitOfWork, link_id: int) -> bool:
    """Win one use of a live link, or learn that none is left (`link-get-is-free`)."""
    taken = await unit.run(_TAKE_USE, {"link": link_id, "now": unit.at})
    unit.touch("link", link_id)
    return len(taken) == 1


async def give_use_back(unit: UnitOfWork, link_id: int) -> None:
    """A payment that failed or was voided did not use the link up."""
    await unit.connection.execute(
        update(payment_link)
        .where(payment_link.c.id == link_id, payment_link.c.uses > 0)
        .values(uses=payment_link.c.uses - 1)
    )
    unit.touch("link", link_id)


async def change(unit: UnitOfWork, link_id: int, **values: Any) -> None:
    """Update what may change of a link: its token and whether it is disabled."""
    await unit.connection.execute(update(payment_link).where(payment_link.c.id == link_id).values(**values))
    unit.touch("link", link_id)
