"""Posting journals: ledger accounts found or made, transfers and allocations appended, reversals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from paylink_tui.domain.ledger import LedgerAccount, Transfer, TransferKind
from paylink_tui.domain.months import first_open_day
from paylink_tui.store.schema import allocation, journal, ledger_account, month_close, payment, transfer
from paylink_tui.store.statements import Prepared
from paylink_tui.store.unit_of_work import UnitOfWork

_IDENTITY = ("kind", "currency", "bank_account_id", "client_id", "matter_id")
_TELLING = ("journal_id", "debit_id", "credit_id", "amount", "invoice_id", "reverses_id")

# A statement that is made once is also prepared once: making one costs more than running it.
_OWNER_COLUMNS = [ledger_account.c[name] for name in _IDENTITY]
_OPEN = {
    dialect: Prepared(
        maker(ledger_account).on_conflict_do_nothing().returning(ledger_account.c.id, *_OWNER_COLUMNS)
    )
    for dialect, maker in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
_JOURNAL = Prepared(insert(journal).returning(journal.c.kind, journal.c.id))
_TRANSFER = Prepared(insert(transfer).returning(transfer.c.id, *(transfer.c[name] for name in _TELLING)))
_ALLOCATION = Prepared(insert(allocation))
_CLOSED = Prepared(select(func.max(month_close.c.month)))


def identity(account: LedgerAccount) -> tuple[Any, ...]:
    """A ledger account's key in the database, where no owner is written as 0."""
    return (
        account.kind.value,
        account.currency,
        account.bank_account_id or 0,
        account.client_id or 0,
        account.matter_id or 0,
    )


async def account_ids(unit: UnitOfWork, accounts: Sequence[LedgerAccount]) -> dict[LedgerAccount, int]:
    """Ids of the ledger accounts, opening those that do not exist yet."""
    wanted = {account: identity(account) for account in accounts}
    known = {key: unit.ledgers.get(key) or unit._new_ledgers.get(key) for key in wanted.values()}
    missing = [key for key, found in known.items() if found is None]
    if missing:
        await _open(unit, missing)
        known.update({key: unit._new_ledgers[key] for key in missing})
    return {account: known[key] for account, key in wanted.items()}  # type: ignore[misc]


async def _open(unit: UnitOfWork, keys: Sequence[tuple[Any, ...]]) -> None:
    """Insert the accounts that do not exist, and learn the ids of those that do."""
    rows = [dict(zip(_IDENTITY, key, strict=True)) for key in sorted(set(keys))]
    made = await unit.run_each(_OPEN[unit.dialect], rows)
    unit._new_ledgers.update({tuple(row[1:]): row[0] for row in made})
    there = [key for key in keys if key not in unit._new_ledgers]
    if there:
        query = select(ledger_account.c.id, *_OWNER_COLUMNS).where(tuple_(*_OWNER_COLUMNS).in_(there))
        found = (await unit.connection.execute(query)).all()
        unit._new_ledgers.update({tuple(row[1:]): row[0] for row in found})


def is_account(account: LedgerAccount) -> ColumnElement[bool]:
    """The condition that a row is this ledger account's."""
    return tuple_(*_OWNER_COLUMNS).in_([identity(account)])


async def balance(unit: UnitOfWork, account: LedgerAccount) -> int:
    """Credits minus debits of one ledger account, locked until the unit ends; 0 if never used."""
    query = select(ledger_account.c.credits - ledger_account.c.debits).where(is_account(account))
    return (await unit.connection.execute(query.with_for_update())).scalar() or 0


async def closed_month(unit: UnitOfWork) -> str:
    """The newest closed month, `2026-11`, which closes those before it too; empty when none is."""
    ((month,),) = await unit.run(_CLOSED, {})
    return month or ""


async def open_journal(unit: UnitOfWork, kind: str, effective_on: str, **columns: Any) -> int:
    """Start a journal and tell its id."""
    return (await open_journals(unit, [(kind, effective_on)], **columns))[kind]


async def open_journals(unit: UnitOfWork, kinds: Sequence[tuple[str, str]], **columns: Any) -> dict[str, int]:
    """Start journals, each of another kind and for a day, and tell their ids by kind.

    A day in a closed month gives way to the first open one: what happened must be posted, and a closed
    month takes no posting (`trust-three-way`).
    """
    closed = await closed_month(unit)
    told = {"posted_at": unit.at, "posted_by": unit.actor, **columns}
    rows = [{"kind": kind, "effective_on": first_open_day(day, closed), **told} for kind, day in kinds]
    return {row[0]: row[1] for row in await unit.run_each(_JOURNAL, rows)}


async def post(unit: UnitOfWork, journal_id: int, transfers: Sequence[Transfer]) -> list[int]:
    """Append transfers to a journal and tell their ids, in order."""
    return await post_each(unit, [(journal_id, one) for one in transfers])


async def post_each(unit: UnitOfWork, entries: Sequence[tuple[int, Transfer]]) -> list[int]:
    """Append transfers to the journals beside them and tell their ids, in order."""
    ids = await account_ids(unit, [side for _, one in entries for side in (one.debit, one.credit)])
    rows = [
        {
            "journal_id": journal_id,
            "kind": one.kind.value,
            "debit_id": ids[one.debit],
            "credit_id": ids[one.credit],
            "amount": one.amount,
            "currency": one.debit.currency,
            "invoice_id": one.invoice_id,
            "reverses_id": None,
        }
        for journal_id, one in entries
    ]
    return await _append(unit, rows)


async def _append(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert transfers in one statement and tell each row's id.

    A database may return the ids in any order, so they are matched by what the rows say; rows that
    say the same are interchangeable.
    """
    ids: dict[tuple[Any, ...], list[int]] = {}
    for made in await unit.run_each(_TRANSFER, rows):
        ids.setdefault(tuple(made[1:]), []).append(made[0])
    return [ids[tuple(row[name] for name in _TELLING)].pop() for row in rows]


async def allocate(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Append allocations; the database moves the invoices' and payments' totals with them."""
    if rows:
        await unit.run_each(_ALLOCATION, rows)


async def reverse(
    unit: UnitOfWork, journal_ids: Sequence[int], kind: str, effective_on: str, reason: str
) -> list[int]:
    """Undo journals by reversing ones, newest first, with their allocations.

    Only what was not reversed before is reversed; returns the invoices whose balance came back.
    """
    invoices: list[int] = []
    for original in sorted(journal_ids, reverse=True):
        invoices += await _reverse_one(unit, original, kind, effective_on, reason)
    return invoices


async def _reverse_one(
    unit: UnitOfWork, original: int, kind: str, effective_on: str, reason: str
) -> list[int]:
    source = (await unit.connection.execute(select(journal).where(journal.c.id == original))).one()
    posted = (
        await unit.connection.execute(
            select(transfer).where(transfer.c.journal_id == original).order_by(transfer.c.id.desc())
        )
    ).all()
    number = await open_journal(
        unit,
        kind,
        effective_on,
        payment_id=source.payment_id,
        record_payment_id=source.record_payment_id,
        trust_entry_id=source.trust_entry_id,
        reverses_id=original,
        reason=reason,
    )
    rows = [
        {
            "journal_id": number,
            "kind": one.kind,
            "debit_id": one.credit_id,
            "credit_id": one.debit_id,
            "amount": one.amount,
            "currency": one.currency,
            "invoice_id": one.invoice_id,
            "reverses_id": one.id,
        }
        for one in posted
    ]
    made = await _append(unit, rows)
    return await _reverse_allocations(
        unit, dict(zip([one.id for one in posted], made, strict=True)), effective_on
    )


async def _reverse_allocations(unit: UnitOfWork, reversal_of: dict[int, int], effective_on: str) -> list[int]:
    found = (
        await unit.connection.execute(
            select(allocation).where(allocation.c.transfer_id.in_(list(reversal_of)))
        )
    ).all()
    await allocate(
        unit,
        [
            {
                "invoice_id": one.invoice_id,
                "client_id": one.client_id,
                "amount": one.amount,
                "sign": -1,
                "payment_id": one.payment_id,
                "record_payment_id": one.record_payment_id,
                "transfer_id": reversal_of[one.transfer_id],
                "reverses_id": one.id,
                "paid_on": effective_on,
            }
            for one in found
        ],
    )
    return [one.invoice_id for one in found]


async def live_journals(unit: UnitOfWork, kind: str, *, payment_id: int | None = None) -> list[int]:
    """Journals of `kind` for a payment that nothing has reversed, oldest first."""
    reversal = journal.alias("reversal")
    query = (
        select(journal.c.id)
        .outerjoin(reversal, reversal.c.reverses_id == journal.c.id)
        .where(journal.c.kind == kind, reversal.c.id.is_(None), journal.c.payment_id == payment_id)
        .order_by(journal.c.id)
    )
    return list((await unit.connection.execute(query)).scalars())


def _live_draws() -> Select[int | None, int, int]:
    """Payment, ledger account and amount of every allocation that nothing has reversed."""
    reversal = allocation.alias("reversal")
    return (
        select(allocation.c.payment_id, transfer.c.debit_id, allocation.c.amount)
        .join(transfer, transfer.c.id == allocation.c.transfer_id)
        .outerjoin(reversal, reversal.c.reverses_id == allocation.c.id)
        .where(allocation.c.sign == 1, reversal.c.id.is_(None))
    )


async def drawn_by(unit: UnitOfWork, payment_id: int) -> Counter[int]:
    """Minor units a payment's live allocations took, by the ledger account they took it from."""
    drawn: Counter[int] = Counter()
    query = _live_draws().where(allocation.c.payment_id == payment_id)
    for _, ledger_id, amount in await unit.connection.execute(query):
        drawn[ledger_id] += amount
    return drawn


def _set_aside(ledger_id: int) -> Select[int | None, int, int]:
    """Payment, ledger account and amount of what refunds took of a ledger and disputes hold of it."""
    undone = transfer.alias("undone")
    kinds = (TransferKind.RESERVE.value, TransferKind.HOLD.value)
    return (
        select(journal.c.payment_id, transfer.c.debit_id, transfer.c.amount)
        .join(journal, journal.c.id == transfer.c.journal_id)
        .outerjoin(undone, undone.c.reverses_id == transfer.c.id)
        .where(
            transfer.c.debit_id == ledger_id,
            transfer.c.kind.in_(kinds),
            transfer.c.reverses_id.is_(None),
            undone.c.id.is_(None),
        )
    )


async def unapplied_in(unit: UnitOfWork, ledger_id: int) -> dict[int, int]:
    """Minor units of a client's ledger that linked payments brought and nothing has taken yet.

    By payment, oldest first; only completed ones, whose money is still there. What was refunded of a
    payment though its ledger no longer held it is not there either, whatever came to the ledger since.
    """
    undone = transfer.alias("undone")
    of_it = payment.c.amount - payment.c.refunded - payment.c.refunding - payment.c.applied
    linked = (
        select(payment.c.id, transfer.c.amount, of_it)
        .select_from(transfer)
        .join(journal, journal.c.id == transfer.c.journal_id)
        .join(payment, payment.c.id == journal.c.payment_id)
        .outerjoin(undone, undone.c.reverses_id == transfer.c.id)
        .where(
            transfer.c.credit_id == ledger_id,
            transfer.c.kind == TransferKind.LINK.value,
            transfer.c.reverses_id.is_(None),
            undone.c.id.is_(None),
            payment.c.status == "completed",
        )
        .order_by(payment.c.paid_at, payment.c.id)
    )
    left: dict[int, int] = {}
    room: dict[int, int] = {}
    for payment_id, amount, rest in await unit.connection.execute(linked):
        left[payment_id] = left.get(payment_id, 0) + amount
        room[payment_id] = rest
    draws = _live_draws().where(transfer.c.debit_id == ledger_id)
    for taker, _, amount in (
        *await unit.connection.execute(draws),
        *await unit.connection.execute(_set_aside(ledger_id)),
    ):
        if taker in left:
            left[taker] -= amount
    there = {payment_id: min(amount, room[payment_id]) for payment_id, amount in left.items()}
    return {payment_id: amount for payment_id, amount in there.items() if amount > 0}
