"""Posting journals: ledger accounts found or made, transfers and allocations appended, reversals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from paylink_tui.domain.ledger import LedgerAccount, Transfer
from paylink_tui.store.schema import allocation, journal, ledger_account, transfer
from paylink_tui.store.unit_of_work import UnitOfWork

_IDENTITY = ("kind", "currency", "bank_account_id", "client_id", "matter_id")


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
    """Insert the accounts not there yet, then read every id; two writers opening one agree on it."""
    maker = postgresql.insert if unit.dialect == "postgresql" else sqlite.insert
    rows = [dict(zip(_IDENTITY, key, strict=True)) for key in sorted(keys)]
    await unit.connection.execute(maker(ledger_account).on_conflict_do_nothing(), rows)
    columns = [ledger_account.c[name] for name in _IDENTITY]
    found = await unit.connection.execute(
        select(ledger_account.c.id, *columns).where(tuple_(*columns).in_(list(keys)))
    )
    for row in found:
        unit._new_ledgers[tuple(row[1:])] = row[0]


async def balance(unit: UnitOfWork, account: LedgerAccount) -> int:
    """Credits minus debits of one ledger account, locked until the unit ends; 0 if never used."""
    columns = [ledger_account.c[name] for name in _IDENTITY]
    query = select(ledger_account.c.credits - ledger_account.c.debits).where(
        tuple_(*columns).in_([identity(account)])
    )
    return (await unit.connection.execute(query.with_for_update())).scalar() or 0


async def open_journal(unit: UnitOfWork, kind: str, effective_on: str, **columns: Any) -> int:
    """Start a journal and tell its id."""
    values = {
        "kind": kind,
        "effective_on": effective_on,
        "posted_at": unit.at,
        "posted_by": unit.actor,
        **columns,
    }
    made = await unit.connection.execute(insert(journal).values(values).returning(journal.c.id))
    return int(made.scalar_one())


async def post(unit: UnitOfWork, journal_id: int, transfers: Sequence[Transfer]) -> list[int]:
    """Append transfers to a journal and tell their ids, in order."""
    ids = await account_ids(unit, [side for one in transfers for side in (one.debit, one.credit)])
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
        for one in transfers
    ]
    statement = insert(transfer).returning(transfer.c.id, sort_by_parameter_order=True)
    return list((await unit.connection.execute(statement, rows)).scalars())


async def allocate(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Append allocations; the database moves the invoices' and payments' totals with them."""
    if rows:
        await unit.connection.execute(insert(allocation), list(rows))


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
    statement = insert(transfer).returning(transfer.c.id, sort_by_parameter_order=True)
    made = list((await unit.connection.execute(statement, rows)).scalars())
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
