"""More of the small book: trust by hand, a statement, a match, a closed September, a refund asked for."""

from __future__ import annotations

from tests.store.book import BOOK, insert, ledger, transfer

CLOSED, OPEN = "2026-09", "2026-11"


def entry(number: int, kind: str = "receipt", account: int = 1, **more: object) -> str:
    """Trust money is moved by hand."""
    told = {
        "client_id": 1,
        "amount": 500,
        "state": "posted",
        "dated_on": "2026-11-22",
        "requested_by": "a",
        **more,
    }
    where = {"kind": kind, "account_id": account, "currency": "USD", "requested_at": 1}
    return insert("trust_entry", id=number, **where, **told)


def refund(number: int, payment: int, amount: int, state: str = "requested", **more: object) -> str:
    """A refund is asked for."""
    told = {"payment_id": payment, "amount": amount, "state": state}
    return insert("refund", id=number, **told, requested_by="a", requested_at=1, **more)


def journal(number: int, day: str, **more: object) -> str:
    """A journal for a day."""
    return insert("journal", id=number, kind="test", effective_on=day, posted_at=1, posted_by="a", **more)


def statement(number: int, account: int, content: str) -> str:
    """A bank's statement."""
    days = {"first_on": "2026-09-01", "last_on": "2026-11-30"}
    told = {"name": "s", "format": "ofx", "content_hash": content, "imported_by": "a", "imported_at": 1}
    return insert("statement", id=number, account_id=account, **told, **days)


def line(number: int, account: int, day: str, amount: int, fitid: str) -> str:
    """A line of it; the statement has its account's number."""
    where = {"statement_id": account, "account_id": account}
    return insert("statement_line", id=number, **where, posted_on=day, amount=amount, fitid=fitid)


def match(number: int, line_id: int, transfer_id: int) -> str:
    """A line is a posting."""
    who = {"matched_by": "a", "matched_at": 1, "how": "chosen"}
    return insert("bank_match", id=number, line_id=line_id, transfer_id=transfer_id, **who)


def reconciliation(number: int, month: str, bank: int, book: int, ledgers: int, short: int = 0) -> str:
    """An account's three numbers."""
    numbers = {"bank_balance": bank, "outstanding_in": 0, "outstanding_out": 0}
    kept = {"book": book, "ledgers": ledgers, "shortage": short, "prepared_by": "a", "prepared_at": 1}
    return insert("reconciliation", id=number, account_id=1, month=month, **numbers, **kept)


def close(month: str, approved_by: str | None = "b") -> str:
    """A month is closed."""
    who = {"closed_by": "a", "closed_at": 1, "approved_by": approved_by}
    return insert("month_close", month=month, **who, audit_head="h")


TRUST_BOOK = (
    *BOOK,
    ledger(10, "shortage", 1),
    ledger(18, "held", 1, 1),
    ledger(19, "refunding", 1),
    ledger(28, "held", 2, 1),
    ledger(29, "refunding", 2),
    ledger(64, "disputes"),
    entry(1, dated_on="2026-09-10"),
    entry(2, "disbursement", state="requested", amount=100),
    journal(2, "2026-09-10", trust_entry_id=1),
    transfer(11, 15, 500, number=20, journal=2),
    statement(1, 1, "one"),
    statement(3, 3, "three"),
    line(1, 1, "2026-09-12", 500, "f1"),
    line(2, 1, "2026-11-23", 8000, "f2"),
    line(3, 3, "2026-11-23", 8000, "f1"),
    match(1, 1, 20),
    reconciliation(1, CLOSED, 500, 500, 500),
    close(CLOSED),
    refund(1, 2, 500, client_id=1),
)
"""The statements that write it, in order; each is legal."""
