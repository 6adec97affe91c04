"""Whether a trust ledger, or the bank's book, holds enough for an entry; refused in words where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from paylink_tui.domain.errors import BadInput, Refused
from paylink_tui.domain.ledger import LedgerKind
from paylink_tui.domain.money import display
from paylink_tui.domain.trust import EntryKind
from paylink_tui.store.schema import payment
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write.lowest import lowest_since

if TYPE_CHECKING:
    from paylink_tui.services.trust_input import Resolved
    from paylink_tui.store.unit_of_work import UnitOfWork


async def check(unit: UnitOfWork, one: Resolved, since: str | None = None) -> tuple[int, int]:
    """What the entry's ledger holds and what the entry takes or adds, in minor units.

    Args:
        unit: The transaction.
        one: The entry.
        since: The day (ISO text) it is dated back to; None for today.

    Raises:
        Refused: `trust-never-negative`, `trust-cleared` or `trust-shortage`.
        BadInput: nothing is short that could be restored.
    """
    if one.new.kind in (EntryKind.SHORTAGE, EntryKind.RESTORE):
        return await _short(unit, one)
    held, amount = await books.balance(unit, one.ledger), one.new.amount or 0
    if one.new.kind is not EntryKind.RECEIPT and held < amount:
        await _refuse_too_much(unit, one, held, amount)
    if one.new.kind is not EntryKind.RECEIPT and since is not None:
        await _refuse_too_early(unit, one, since, amount)
    return held, amount


async def _refuse_too_early(unit: UnitOfWork, one: Resolved, since: str, amount: int) -> None:
    lowest, currency = await lowest_since(unit, one.ledger, since), one.account.currency
    if lowest < amount:
        told = f"From {since} on that ledger held no more than {display(max(0, lowest), currency)} at times"
        told += f", less than {display(amount, currency)}; money cannot leave before the day it came."
        raise Refused("trust-never-negative", told, "Date it on a day on which the money was there.")


async def _short(unit: UnitOfWork, one: Resolved) -> tuple[int, int]:
    short, currency = -await books.balance(unit, one.ledger), one.account.currency
    book = -await books.balance(unit, one.till.of(LedgerKind.BANK))
    amount = one.new.amount or short
    if one.new.kind is EntryKind.RESTORE and not short:
        raise BadInput(f"nothing is short in {one.account.name}")
    if one.new.kind is EntryKind.RESTORE and amount > short:
        told = f"{one.account.name} is short of {display(short, currency)}, less than that."
        raise Refused("trust-shortage", told, "Restore at most what is short; the firm's money stays out.")
    if one.new.kind is EntryKind.SHORTAGE and amount > book:
        told = f"The book of {one.account.name} holds {display(book, currency)}; the bank cannot take more."
        raise Refused("trust-shortage", told, "Look at the bank's line again.")
    return short, amount


async def _refuse_too_much(unit: UnitOfWork, one: Resolved, held: int, amount: int) -> None:
    assert one.client is not None
    currency = one.account.currency
    whose = f"matter {one.matter.number}" if one.matter else f"{one.client.name} at client level"
    told = (
        f"The trust ledger of {whose} holds {display(held, currency)}, less than {display(amount, currency)}."
    )
    kept = await books.balance(unit, one.till.held(one.client.id, one.matter.id if one.matter else None))
    if kept and held + kept >= amount:
        told += f" {display(kept, currency)} more is held until a dispute is decided."
        raise Refused("trust-cleared", told, "Wait for the dispute to end, or spend less.")
    coming = await _uncleared(unit, one)
    if coming and held + coming >= amount:
        told += f" {display(coming, currency)} more is authorized and has not cleared."
        raise Refused("trust-cleared", told, "Wait until it completes, or spend less.")
    raise Refused(
        "trust-never-negative", told, "Spend at most what it holds; another's money is never taken."
    )


async def _uncleared(unit: UnitOfWork, one: Resolved) -> int:
    """Authorized money that was said beforehand to be for this ledger."""
    assert one.client is not None
    query = select(func.coalesce(func.sum(payment.c.amount), 0)).where(
        payment.c.status == "authorized",
        payment.c.account_id == one.account.id,
        payment.c.intent_client_id == one.client.id,
        func.coalesce(payment.c.intent_matter_id, 0) == (one.matter.id if one.matter else 0),
    )
    return int((await unit.connection.execute(query)).scalar_one())
