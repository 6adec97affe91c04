"""The database's books beside those kept by hand, to the cent."""

from __future__ import annotations

from collections import Counter

from paylink_tui.store.database import Database
from tests.simulation.model import KINDS, Book, Payment


async def assert_same_books(database: Database, book: Book) -> None:
    """Every balance, state and count is the one kept by hand."""
    rows = database.reader.rows
    invoices = await rows("SELECT number, balance, applied FROM invoice")
    assert {one: (owed, paid) for one, owed, paid in invoices} == {
        one.number: (one.owed, one.paid) for one in book.bills.values()
    }
    uses = await rows("SELECT id, uses FROM payment_link")
    assert dict(uses) == {number: link[0] for number, link in book.links.items()}
    payments = await rows("SELECT id, status, linked, applied, amount - applied FROM payment")
    assert {one[0]: tuple(one[1:]) for one in payments} == {
        one.number: _payment(book, one) for one in book.payments.values()
    }
    balances = await rows(
        "SELECT kind, bank_account_id, client_id, matter_id, credits - debits FROM ledger_account"
        " WHERE kind <> 'earned'"
    )
    assert {one[:4]: one[4] for one in balances if one[4]} == _ledger(book)
    earned = await rows("SELECT coalesce(sum(credits - debits), 0) FROM ledger_account WHERE kind = 'earned'")
    assert earned[0][0] == sum(use.amount for use in book.uses)


def _payment(book: Book, one: Payment) -> tuple[str, int, int, int]:
    applied = sum(use.amount for use in book.uses if use.payment == one.number)
    return (one.state, int(one.shares is not None), applied, one.amount - applied)


def _ledger(book: Book) -> dict[tuple[str, int, int, int], int]:
    """Credits minus debits of every ledger account but income, without the empty ones."""
    found: Counter[tuple[str, int, int, int]] = Counter()
    for one in book.payments.values():
        if one.state == "authorized":
            found["uncleared", one.account, 0, 0] += one.amount
            found["processor", one.account, 0, 0] -= one.amount
        if one.state == "completed" and one.shares is None:
            found["unidentified", one.account, 0, 0] += one.amount
        if "fee" in one.told:
            fee = one.fee
            found["fees", 0, 0, 0] -= fee
            found["fees due", 0, 0, 0] += fee
    for (account, client, matter), lots in book.lots.items():
        kind = "trust" if KINDS[account] == "trust" else "credit"
        found[kind, account, client, matter] += sum(lots.values())
    for account, amount in book.bank.items():
        found["bank", account, 0, 0] -= amount
    return {key: amount for key, amount in found.items() if amount}
