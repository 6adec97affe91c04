"""Where a recorded payment's money comes from, and how each piece of it is posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from paylink_tui.domain import ledger
from paylink_tui.domain.allocation import AllocationPlan
from paylink_tui.domain.errors import Refused
from paylink_tui.domain.ledger import LedgerKind, Till
from paylink_tui.domain.parties import AccountKind, Invoice
from paylink_tui.store.schema import (
    allocation,
    bank_account,
    ledger_account,
    linking_part,
    payment,
)
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import ledger as books

DIRECT = ("cash", "cheque", "wire", "other")
"""Sources outside the books (`record-direct`)."""
FUNDS = {
    "credit": ("record-credit", "unapplied operating credit"),
    "trust": ("record-from-trust", "cleared trust money"),
}
"""Sources on the ledger: the rule that guards each, and its name for people."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One ledger that money is taken from: `held` minor units in the client's or matter's name."""

    till: Till
    matter_id: int | None
    held: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What one invoice gets out of one ledger, and out of which linked payment, in minor units."""

    invoice: Invoice
    draw: Draw
    payment_id: int | None
    amount: int


async def sources(
    unit: UnitOfWork,
    source: str,
    client_id: int,
    matter_id: int | None,
    invoices: Sequence[Invoice] = (),
) -> list[Draw]:
    """The client's ledgers that a record may draw on, in a fixed order.

    A matter named: its own ledger. None named: the client-level ledger, and for each chosen invoice
    that invoice's own matter.
    """
    kind = LedgerKind.TRUST if source == "trust" else LedgerKind.CREDIT
    allowed = {matter_id or 0}
    if matter_id is None:
        allowed |= {one.matter_id for one in invoices if one.matter_id}
    rows = await unit.connection.execute(
        select(ledger_account, bank_account.c.kind.label("account_kind"))
        .join(bank_account, bank_account.c.id == ledger_account.c.bank_account_id)
        .where(
            ledger_account.c.kind == kind.value,
            ledger_account.c.client_id == client_id,
            ledger_account.c.matter_id.in_(sorted(allowed)),
            ledger_account.c.credits > ledger_account.c.debits,
        )
        .order_by(ledger_account.c.currency.desc(), ledger_account.c.matter_id, ledger_account.c.id)
    )
    draws = [
        Draw(
            Till(row.bank_account_id, AccountKind(row.account_kind), row.currency),
            row.matter_id or None,
            row.credits - row.debits,
        )
        for row in rows
    ]
    return [one for one in draws if one.till.currency == draws[0].till.currency]


async def outside(unit: UnitOfWork, client_id: int, matter_id: int | None, amount: int) -> Draw:
    """Money from outside goes through the firm's first operating account.

    Raises:
        Refused: `record-direct` when the firm has no operating account.
    """
    return Draw(await operating_till(unit, None, "record-direct"), matter_id, amount)


async def operating_till(unit: UnitOfWork, currency: str | None, rule: str) -> Till:
    """The first operating account, in `currency` when one is asked for."""
    query = select(bank_account).where(bank_account.c.kind == "operating").order_by(bank_account.c.id)
    if currency is not None:
        query = query.where(bank_account.c.currency == currency)
    row = (await unit.connection.execute(query.limit(1))).one_or_none()
    if row is None:
        raise Refused(
            rule,
            "The firm has no operating account for the money to go to.",
            'Add one: paylink accounts add "Operating" --type operating',
        )
    return Till(row.id, AccountKind.OPERATING, row.currency)


async def post(
    unit: UnitOfWork,
    record_id: int,
    source: str,
    plan: AllocationPlan,
    draws: Sequence[Draw],
    client_id: int,
    day: str,
) -> None:
    """Post a recorded payment: receive outside money first, then pay invoice by invoice."""
    if source in DIRECT:
        draw = draws[0]
        received = await books.open_journal(unit, "receive", day, record_payment_id=record_id)
        move = ledger.receive(draw.till, client_id, draw.matter_id, plan.amount)
        await books.post(unit, received, [move])
        pieces = [Piece(line.invoice, draw, None, line.amount) for line in plan.taken]
    else:
        pieces = await _pieces(unit, plan, draws, client_id)
    for payment_id in dict.fromkeys(piece.payment_id for piece in pieces):
        mine = [piece for piece in pieces if piece.payment_id == payment_id]
        await _post_pieces(unit, record_id, payment_id, mine, client_id, day)


async def _post_pieces(
    unit: UnitOfWork,
    record_id: int,
    payment_id: int | None,
    pieces: Sequence[Piece],
    client_id: int,
    day: str,
) -> None:
    """One journal for each linked payment drawn on, so that its return can reverse just that."""
    number = await books.open_journal(unit, "record", day, record_payment_id=record_id, payment_id=payment_id)
    for piece in pieces:
        ids = await books.post(unit, number, await _transfers(unit, piece, client_id))
        await books.allocate(
            unit,
            [
                {
                    "invoice_id": piece.invoice.id,
                    "client_id": client_id,
                    "amount": piece.amount,
                    "sign": 1,
                    "payment_id": payment_id,
                    "record_payment_id": record_id,
                    "transfer_id": ids[0],
                    "reverses_id": None,
                    "paid_on": day,
                }
            ],
        )
        unit.touch("invoice", piece.invoice.id)
    if payment_id is not None:
        unit.touch("payment", payment_id)


async def _transfers(unit: UnitOfWork, piece: Piece, client_id: int) -> list[ledger.Transfer]:
    till, matter_id = piece.draw.till, piece.draw.matter_id
    if till.kind is AccountKind.OPERATING:
        return [ledger.pay_invoice(till, client_id, matter_id, piece.amount, piece.invoice.id)]
    operating = await operating_till(unit, till.currency, "record-from-trust")
    return ledger.pay_invoice_from_trust(
        till, operating, client_id, matter_id, piece.amount, piece.invoice.id
    )


async def _pieces(
    unit: UnitOfWork, plan: AllocationPlan, draws: Sequence[Draw], client_id: int
) -> list[Piece]:
    """Cut the plan along the ledgers drawn on and the linked payments that filled them.

    Raises:
        Refused: a matter's money would pay another matter's invoice.
    """
    left = list(draws)
    pieces: list[Piece] = []
    for line in plan.taken:
        need = line.amount
        for index, draw in enumerate(left):
            usable = draw.held if draw.matter_id in (None, line.invoice.matter_id) else 0
            taken = min(need, usable)
            if taken:
                pieces.append(Piece(line.invoice, draw, None, taken))
                left[index] = replace(draw, held=draw.held - taken)
                need -= taken
        if need:
            rule, _ = FUNDS["trust" if draws[0].till.kind is AccountKind.TRUST else "credit"]
            raise Refused(
                rule,
                f"The money held for another matter cannot pay invoice {line.invoice.number}.",
                "Name the matter, or the invoices of that matter.",
            )
    return await _by_payment(unit, pieces, client_id)


async def _by_payment(unit: UnitOfWork, pieces: Sequence[Piece], client_id: int) -> list[Piece]:
    """Tell, oldest payment first, whose unapplied money each piece is."""
    cut: list[Piece] = []
    stock: dict[tuple[int, int | None], list[list[int]]] = {}
    for piece in pieces:
        key = (piece.draw.till.bank_account_id, piece.draw.matter_id)
        if key not in stock:
            stock[key] = await _unapplied(unit, piece.draw, client_id)
        need = piece.amount
        for source in stock[key]:
            taken = min(need, source[1])
            if taken:
                cut.append(replace(piece, payment_id=source[0], amount=taken))
                source[1] -= taken
                need -= taken
        if need:
            cut.append(replace(piece, amount=need))
    return cut


async def _unapplied(unit: UnitOfWork, draw: Draw, client_id: int) -> list[list[int]]:
    """Linked payments that filled a ledger, with what of each is unapplied, oldest first."""
    used = (
        select(func.coalesce(func.sum(allocation.c.sign * allocation.c.amount), 0))
        .where(allocation.c.payment_id == payment.c.id, allocation.c.client_id == client_id)
        .correlate(payment)
        .scalar_subquery()
    )
    matter_is = (
        linking_part.c.matter_id.is_(None)
        if draw.matter_id is None
        else linking_part.c.matter_id == draw.matter_id
    )
    rows: Any = await unit.connection.execute(
        select(
            payment.c.id, payment.c.amount, payment.c.applied, payment.c.refunded, linking_part.c.amount, used
        )
        .join(linking_part, linking_part.c.linking_id == payment.c.linking_id)
        .where(
            linking_part.c.client_id == client_id,
            matter_is,
            payment.c.account_id == draw.till.bank_account_id,
            payment.c.status == "completed",
            payment.c.applied + payment.c.refunded < payment.c.amount,
        )
        .order_by(payment.c.paid_at, payment.c.id)
        .with_for_update(of=payment)
    )
    return [[row[0], max(0, min(row[1] - row[2] - row[3], row[4] - row[5]))] for row in rows.all()]
