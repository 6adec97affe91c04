"""Where a recorded payment's money comes from, and how each piece of it is posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from paylink_tui.domain import ledger
from paylink_tui.domain.allocation import AllocationPlan
from paylink_tui.domain.errors import Refused
from paylink_tui.domain.ledger import LedgerKind, Till
from paylink_tui.domain.parties import AccountKind, Invoice
from paylink_tui.store.schema import bank_account, ledger_account
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write.lowest import lowest_since

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
    ledger_id: int = 0
    """The ledger account's row; 0 for money from outside."""


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
    that invoice's own matter. All in one currency: the chosen invoices' own.
    """
    kind = LedgerKind.TRUST if source == "trust" else LedgerKind.CREDIT
    currency = next((one.currency for one in invoices), None)
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
            row.id,
        )
        for row in rows
        if currency in (None, row.currency)
    ]
    return [one for one in draws if one.till.currency == draws[0].till.currency]


async def held_since(unit: UnitOfWork, draws: Sequence[Draw], client_id: int, day: str) -> list[Draw]:
    """The ledgers with no more than each held on every day since `day` (ISO text)."""
    least = [await lowest_since(unit, one.till.owned(client_id, one.matter_id), day) for one in draws]
    return [replace(one, held=min(one.held, max(0, low))) for one, low in zip(draws, least, strict=True)]


async def outside(
    unit: UnitOfWork, matter_id: int | None, amount: int, invoices: Sequence[Invoice] = ()
) -> Draw:
    """Money from outside goes through the firm's first operating account in the invoices' currency.

    Raises:
        Refused: `record-direct` when the firm has no operating account.
    """
    currency = next((one.currency for one in invoices), None)
    return Draw(await operating_till(unit, currency, "record-direct"), matter_id, amount)


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


async def cut(unit: UnitOfWork, source: str, plan: AllocationPlan, draws: Sequence[Draw]) -> list[Piece]:
    """Cut the plan along the ledgers drawn on and the linked payments that filled them.

    Raises:
        Refused: a matter's money would pay another matter's invoice, or no operating account is there
            for trust money to be transferred to.
    """
    if source in DIRECT:
        return [Piece(line.invoice, draws[0], None, line.amount) for line in plan.taken]
    if source == "trust":
        await operating_till(unit, draws[0].till.currency, "record-from-trust")
    return await _by_payment(unit, _along(plan, draws, FUNDS[source][0]))


async def post(
    unit: UnitOfWork,
    record_id: int,
    draws: Sequence[Draw],
    received: int,
    pieces: Sequence[Piece],
    client_id: int,
    day: str,
) -> None:
    """Post a recorded payment: take in `received` from outside first, then pay invoice by invoice."""
    if received:
        journal_id = await books.open_journal(unit, "receive", day, record_payment_id=record_id)
        move = ledger.receive(draws[0].till, client_id, draws[0].matter_id, received)
        await books.post(unit, journal_id, [move])
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


def _along(plan: AllocationPlan, draws: Sequence[Draw], rule: str) -> list[Piece]:
    """What each invoice gets out of each ledger; a matter's own money first, as only it may pay there."""
    left = sorted(draws, key=lambda draw: draw.matter_id is None)
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
            raise Refused(
                rule,
                f"The money held for another matter cannot pay invoice {line.invoice.number}.",
                "Name the matter, or the invoices of that matter.",
            )
    return pieces


async def _by_payment(unit: UnitOfWork, pieces: Sequence[Piece]) -> list[Piece]:
    """Tell, oldest payment first, whose unapplied money each piece is."""
    found: list[Piece] = []
    stock: dict[int, dict[int, int]] = {}
    for piece in pieces:
        key = piece.draw.ledger_id
        if key not in stock:
            stock[key] = await books.unapplied_in(unit, key)
        need = piece.amount
        for payment_id, unapplied in stock[key].items():
            taken = min(need, unapplied)
            if taken:
                found.append(replace(piece, payment_id=payment_id, amount=taken))
                stock[key][payment_id] -= taken
                need -= taken
        if need:
            found.append(replace(piece, amount=need))
    return found
