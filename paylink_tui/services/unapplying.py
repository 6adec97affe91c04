"""Un-applying what a transaction paid, and applying it again, inside one write transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from paylink_tui.domain import ledger
from paylink_tui.domain.cascade import Choice
from paylink_tui.domain.ledger import Till
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.standing import LiveAllocation, Standing
from paylink_tui.services import drawing, posting
from paylink_tui.store.read.standing import standing as reading
from paylink_tui.store.schema import invoice, linking_part
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write import refunds
from paylink_tui.store.write.inside import Inside
from paylink_tui.store.write.refunds import Undone


async def locked(unit: UnitOfWork, row: Any) -> Standing:
    """How the money of a locked payment stands, held still until the unit ends."""
    parts = await unit.connection.execute(
        select(linking_part.c.client_id).where(linking_part.c.linking_id == row.linking_id)
    )
    clients = sorted({0, *parts.scalars()})
    await refunds.lock_money(unit, row.id, clients, row.account_id)
    return await now(unit, row.id)


async def now(unit: UnitOfWork, payment_id: int) -> Standing:
    """How the money stands after what this unit has posted so far."""
    return await reading(inside(unit), payment_id)


def inside(unit: UnitOfWork) -> Inside:
    """The unit's own view of the books."""
    return Inside(unit.connection, "sqlite" if unit.dialect == "sqlite" else "postgresql")


async def unapply(
    unit: UnitOfWork, row: Any, standing: Standing, choice: Choice, kind: str, reason: str
) -> None:
    """Reverse the journals that applied what the choice undoes, and post again what stays.

    `reason` stands on all of those journals, so that what they undid can be found by it.
    """
    pairs = list(zip(standing.applied, choice.stays, strict=True))
    touched = {one.journal_id for one, stays in pairs if stays < one.amount}
    if not touched:
        return
    day = await posting.day_of(unit, unit.at)
    for invoice_id in await books.reverse(unit, sorted(touched), kind, day, reason):
        unit.touch("invoice", invoice_id)
    for record in dict.fromkeys(one.record_payment_id for one, _ in pairs):
        stay = [
            (one, stays)
            for one, stays in pairs
            if stays and one.journal_id in touched and one.record_payment_id == record
        ]
        pieces = [_piece(standing, one, stays) for one, stays in stay]
        await apply_again(unit, row, standing.till, pieces, record, reason)
    for owner in standing.owners:
        if owner.client_id is not None:
            unit.touch("client", owner.client_id)


def _piece(standing: Standing, one: LiveAllocation, stays: int) -> Undone:
    owner = next(owner for owner in standing.owners if owner.ledger_id == one.ledger_id)
    assert owner.client_id is not None
    matter = owner.matter_id
    return Undone(one.invoice_id, owner.client_id, matter, one.record_payment_id, one.paid_on, stays)


async def apply_again(
    unit: UnitOfWork, row: Any, till: Till, pieces: Sequence[Undone], record: int | None, reason: str
) -> None:
    """Pay invoices once more out of a payment, in one new journal, for the days they were paid on."""
    if not pieces:
        return
    day = await posting.day_of(unit, unit.at)
    kind = "apply" if record is None else "record"
    number = await books.open_journal(
        unit, kind, day, payment_id=row.id, record_payment_id=record, reason=reason
    )
    for piece in pieces:
        ids = await books.post(unit, number, await _transfers(unit, till, piece))
        line = {
            "invoice_id": piece.invoice_id,
            "client_id": piece.client_id,
            "amount": piece.amount,
            "sign": 1,
            "payment_id": row.id,
            "record_payment_id": record,
            "transfer_id": ids[0],
            "reverses_id": None,
            "paid_on": piece.paid_on,
        }
        await books.allocate(unit, [line])
        unit.touch("invoice", piece.invoice_id)


async def _transfers(unit: UnitOfWork, till: Till, piece: Undone) -> list[ledger.Transfer]:
    owner = (piece.client_id, piece.matter_id, piece.amount, piece.invoice_id)
    if till.kind is AccountKind.OPERATING:
        return [ledger.pay_invoice(till, *owner)]
    operating = await drawing.operating_till(unit, till.currency, "record-from-trust")
    return ledger.pay_invoice_from_trust(till, operating, *owner)


async def restore_applied(unit: UnitOfWork, row: Any, tag: str) -> None:
    """Apply again what a refund had un-applied, as far as the invoices still owe."""
    undone = await refunds.undone_by(unit, row.id, tag)
    pieces = [one for one in undone if not await _withdrawn(unit, one)]
    owed = await _owed(unit, [one.invoice_id for one in pieces])
    fitting: list[Undone] = []
    for one in pieces:
        amount = min(one.amount, owed[one.invoice_id])
        owed[one.invoice_id] -= amount
        if amount:
            fitting.append(one._replace(amount=amount))
    for record in dict.fromkeys(one.record_payment_id for one in fitting):
        mine = [one for one in fitting if one.record_payment_id == record]
        await apply_again(unit, row, posting.till_of(row), mine, record, tag)


async def _withdrawn(unit: UnitOfWork, one: Undone) -> bool:
    return one.record_payment_id is not None and await refunds.record_undone(unit, one.record_payment_id)


async def _owed(unit: UnitOfWork, ids: Sequence[int]) -> dict[int, int]:
    query = select(invoice.c.id, invoice.c.balance).where(invoice.c.id.in_(sorted(set(ids))))
    found = await unit.connection.execute(query.order_by(invoice.c.id).with_for_update())
    return {row.id: row.balance for row in found}
