"""The firm and its bank accounts as rows tell them."""

from __future__ import annotations

from paylink_tui.domain.parties import AccountKind, BankAccount, Firm, Plan
from paylink_tui.store.reader import Reader, Row, first

_ACCOUNT = "SELECT id, name, kind, currency, processor FROM bank_account"


def to_account(row: Row) -> BankAccount:
    """A bank account from id, name, kind, currency and processor."""
    number, name, kind, currency, processor = row
    return BankAccount(number, name, AccountKind(kind), currency, processor)


async def firm(reader: Reader) -> Firm | None:
    """The firm, or None while the database is empty."""
    row = await first(
        reader, "SELECT name, country, timezone, plan, payments_enabled, demo FROM firm WHERE id = 1"
    )
    if row is None:
        return None
    name, country, timezone, plan, enabled, demo = row
    return Firm(name, country, timezone, Plan(plan), bool(enabled), bool(demo))


async def bank_accounts(reader: Reader) -> tuple[BankAccount, ...]:
    """Every bank account, in the order they were added."""
    return tuple(to_account(row) for row in await reader.rows(f"{_ACCOUNT} ORDER BY id"))


async def firm_currency(reader: Reader) -> str:
    """The currency of the firm's own books and of imported invoices: its first account's, else USD."""
    row = await first(reader, "SELECT currency FROM bank_account ORDER BY id LIMIT 1")
    return "USD" if row is None else str(row[0])
