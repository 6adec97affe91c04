"""Refunds inside a write transaction: their rows, and what one of them un-applied."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update

from paylink_tui.domain.ledger import TransferKind
from paylink_tui.domain.refunds import RefundState
from paylink_tui.store.schema import allocation, invoice, journal, ledger_account, refund, transfer
from paylink_tui.store.unit_of_work import UnitOfWork

RUNNING = (RefundState.REQUESTED.value, RefundState.SENT.value)

_UNAPPLYING = ("refund", "apply", "record")
"""Kinds of journals by which a refund un-applies, and applies again what stays."""


class Undone(NamedTuple):
    """What a refund took from one invoice's payment. Amount in minor units."""

    invoice_id: int
    client_id: int
    matter_id: int | None
    record_payment_id: int | None
    paid_on: str
    amount: int


async def add(unit: UnitOfWork, **values: Any) -> int:
    """Insert a refund that is asked for and tell its id."""
    row = {
        "state": RefundState.REQUESTED.value,
        "requested_by": unit.actor,
        "requested_at": unit.at,
        **values,
    }
    return int(
        (await unit.connection.execute(insert(refund).values(row).returning(refund.c.id))).scalar_one()
    )


async def get(unit: UnitOfWork, refund_id: int) -> Any | None:
    """A refund's row, or None; its payment's lock guards it."""
    return (await unit.connection.execute(select(refund).where(refund.c.id == refund_id))).one_or_none()


async def by_operation(unit: UnitOfWork, operation_id: str) -> Any | None:
    """The refund of a processor call, or None."""
    query = select(refund).where(refund.c.operation_id == operation_id)
    return (await unit.connection.execute(query)).one_or_none()


async def running(unit: UnitOfWork, payment_id: int) -> Any | None:
    """The refund of a payment that is asked for or sent, or None."""
    query = select(refund).where(refund.c.payment_id == payment_id, refund.c.state.in_(RUNNING))
    return (await unit.connection.execute(query)).one_or_none()


async def change(unit: UnitOfWork, refund_id: int, **values: Any) -> None:
    """Move a refund on; the database refuses what cannot be."""
    await unit.connection.execute(update(refund).where(refund.c.id == refund_id).values(values))
    unit.touch("refund", refund_id)


async def lock_money(unit: UnitOfWork, payment_id: int, clients: list[int], bank_account_id: int) -> None:
    """Hold a payment's invoices and its owners' ledgers until the unit ends, in the order everyone does."""
    mine = select(allocation.c.invoice_id).where(allocation.c.payment_id == payment_id)
    invoices = select(invoice.c.id).where(invoice.c.id.in_(mine)).order_by(invoice.c.id)
    await unit.connection.execute(invoices.with_for_update())
    ledgers = (
        select(ledger_account.c.id)
        .where(
            ledger_account.c.bank_account_id == bank_account_id,
            ledger_account.c.kind.in_(("trust", "credit", "unidentified")),
            ledger_account.c.client_id.in_(clients),
        )
        .order_by(ledger_account.c.id)
    )
    await unit.connection.execute(ledgers.with_for_update())


async def undone_by(unit: UnitOfWork, payment_id: int, tag: str) -> list[Undone]:
    """What the journals a refund is named on un-applied and did not post again, oldest first."""
    ledger = ledger_account.alias("owner")
    query = (
        select(allocation, ledger.c.matter_id.label("owner_matter"), journal.c.reverses_id.label("undoes"))
        .join(transfer, transfer.c.id == allocation.c.transfer_id)
        .join(journal, journal.c.id == transfer.c.journal_id)
        .join(
            ledger,
            (ledger.c.id.in_((transfer.c.debit_id, transfer.c.credit_id)))
            & ledger.c.kind.in_(("trust", "credit")),
        )
        .where(
            journal.c.payment_id == payment_id,
            journal.c.reason == tag,
            journal.c.kind.in_(_UNAPPLYING),  # a person may give any reason for other journals
        )
        .order_by(allocation.c.id)
    )
    left: dict[tuple[int, int, int | None, int | None, str], int] = {}
    for one in await unit.connection.execute(query):
        origin = one.paid_on if one.undoes is None else await _paid_on(unit, one.reverses_id)
        key = (one.invoice_id, one.client_id, one.owner_matter or None, one.record_payment_id, origin)
        left[key] = left.get(key, 0) - one.sign * one.amount
    return [Undone(*key, amount) for key, amount in left.items() if amount > 0]


async def _paid_on(unit: UnitOfWork, allocation_id: int) -> str:
    query = select(allocation.c.paid_on).where(allocation.c.id == allocation_id)
    return str((await unit.connection.execute(query)).scalar_one())


async def record_undone(unit: UnitOfWork, record_payment_id: int) -> bool:
    """Whether a recorded payment was undone by a person."""
    query = select(journal.c.id).where(
        journal.c.record_payment_id == record_payment_id, journal.c.kind == "undo record"
    )
    return (await unit.connection.execute(query.limit(1))).first() is not None


async def live_of(unit: UnitOfWork, payment_id: int, kind: TransferKind) -> int:
    """Minor units of a payment's transfers of a kind that nothing has reversed."""
    undone = transfer.alias("undone")
    query = (
        select(func.coalesce(func.sum(transfer.c.amount), 0))
        .join(journal, journal.c.id == transfer.c.journal_id)
        .outerjoin(undone, undone.c.reverses_id == transfer.c.id)
        .where(
            journal.c.payment_id == payment_id,
            transfer.c.kind == kind.value,
            transfer.c.reverses_id.is_(None),
            undone.c.id.is_(None),
        )
    )
    return int((await unit.connection.execute(query)).scalar_one())
