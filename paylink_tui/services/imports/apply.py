"""Writing a plan: inserts and updates in chunks, inside one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.text import fold_words
from paylink_tui.services.imports import told
from paylink_tui.services.imports.plan import Plan, chunks
from paylink_tui.services.imports.rows import Kind

if TYPE_CHECKING:
    from sqlalchemy import Table

    from paylink_tui.store.unit_of_work import UnitOfWork

Progress = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""


async def write(unit: UnitOfWork, kind: Kind, plan: Plan, progress: Progress) -> tuple[int, int] | None:
    """Insert the new rows and update the changed ones.

    Returns the lowest and the highest id of the new rows, None when there is none.

    Args:
        unit: The transaction.
        kind: Which table.
        plan: What to write.
        progress: Told after each chunk.
    """
    from sqlalchemy import bindparam, insert, update

    table = _table(kind)
    total = plan.unchanged + len(plan.new) + len(plan.changed)
    before = await told.newest(unit, table) if plan.new else 0
    done = plan.unchanged
    for some in chunks(plan.new):
        await unit.connection.execute(insert(table), some)
        done += len(some)
        progress(done, total)
    added = (before + 1, await told.newest(unit, table)) if plan.new else None
    for some in chunks(plan.changed):
        await told.changes(unit, table, kind, some)
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in some[0] if name != "id"}
        statement = update(table).where(table.c.id == bindparam("new_id")).values(columns)
        await unit.connection.execute(statement, [_prefixed(row) for row in some])
        done += len(some)
        progress(done, total)
    for renamed in chunks(plan.renamed):
        await _rename(unit, renamed)
    return added


def _table(kind: Kind) -> Table:
    from paylink_tui.store import schema

    return {"clients": schema.client, "matters": schema.matter, "invoices": schema.invoice}[kind]


def _prefixed(row: dict[str, Any]) -> dict[str, Any]:
    """Parameters that cannot be taken for the columns they change."""
    return {f"new_{name}": value for name, value in row.items()}


async def _rename(unit: UnitOfWork, renamed: Sequence[tuple[int, str, str]]) -> None:
    """Write clients' new names on their linked payments, where the table shows and searches them."""
    from sqlalchemy import bindparam, update

    from paylink_tui.store.schema import payment

    names = {client_id: (before, after) for client_id, before, after in renamed}
    changed = []
    for row in await _payments_of(unit, list(names)):
        before, after = names[row.owner_id]
        if row.client_name != before and not row.client_name.startswith(f"{before} +"):
            continue
        label = after + row.client_name.removeprefix(before)
        words = fold_words(row.payer_name, row.payer_email, row.reference, label, row.matter_number)
        changed.append({"row_id": row.id, "label": label, "words": words})
        unit.touch("payment", row.id)
    if changed:
        values = {"client_name": bindparam("label"), "search": bindparam("words"), "changed_at": unit.at}
        statement = update(payment).where(payment.c.id == bindparam("row_id")).values(values)
        await unit.connection.execute(statement, changed)


async def _payments_of(unit: UnitOfWork, clients: Sequence[int]) -> Sequence[Any]:
    """Payments linked to one of the clients alone, or split over it and others, with its id as `owner_id`."""
    from sqlalchemy import select, union_all

    from paylink_tui.store.schema import linking_part, payment

    shown = [
        payment.c[name]
        for name in ("id", "payer_name", "payer_email", "reference", "client_name", "matter_number")
    ]
    alone = select(*shown, payment.c.client_id.label("owner_id")).where(payment.c.client_id.in_(clients))
    split = (
        select(*shown, linking_part.c.client_id.label("owner_id"))
        .join_from(payment, linking_part, linking_part.c.linking_id == payment.c.linking_id)
        .where(payment.c.client_id.is_(None), payment.c.linked == 1, linking_part.c.client_id.in_(clients))
    )
    return (await unit.connection.execute(union_all(alone, split))).all()
