"""Reconciliations that were kept, and the months that are closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from paylink_tui.domain.times import from_ms
from paylink_tui.domain.trust import ClosedMonth
from paylink_tui.store.reader import Reader, Row, first


@dataclass(frozen=True, slots=True)
class Kept:
    """A reconciliation as it was kept. Amounts in minor units."""

    account_id: int
    month: str
    bank_balance: int
    outstanding_in: int
    outstanding_out: int
    book: int
    ledgers: int
    prepared_by: str
    prepared_at: datetime


_KEPT = """
SELECT account_id, month, bank_balance, outstanding_in, outstanding_out, book, ledgers,
       prepared_by, prepared_at
  FROM reconciliation r
 WHERE r.id = (SELECT max(n.id) FROM reconciliation n WHERE n.account_id = r.account_id AND n.month = r.month)
"""


async def kept(reader: Reader, since: str = "") -> list[Kept]:
    """The newest reconciliation of each account and month, from one month on."""
    rows = await reader.rows(f"{_KEPT} AND r.month >= ? ORDER BY r.month, r.account_id", (since,))
    return [_kept(*row) for row in rows]


def _kept(account: int, month: str, *told: Any) -> Kept:
    bank, into, out, book, ledgers, by, at = told
    return Kept(account, month, bank, into, out, book, ledgers, by, from_ms(at))


async def closed(reader: Reader) -> list[ClosedMonth]:
    """The closed months in order."""
    rows = await reader.rows(
        "SELECT month, closed_by, closed_at, coalesce(approved_by, ''), audit_head"
        " FROM month_close ORDER BY month"
    )
    return [_closed(row) for row in rows]


def _closed(row: Row) -> ClosedMonth:
    month, by, at, approved, head = row
    return ClosedMonth(month, by, from_ms(at), approved, head)


async def audit_head(reader: Reader) -> str:
    """The newest hash of the audit chain; empty before anything was done."""
    row = await first(reader, "SELECT hash FROM audit ORDER BY seq DESC LIMIT 1")
    return str(row[0]) if row else ""


async def first_used(reader: Reader) -> dict[int, str]:
    """The month in which each trust account's book was first posted to."""
    rows = await reader.rows(
        """SELECT a.bank_account_id, min(substr(j.effective_on, 1, 7)) FROM ledger_account a
             JOIN bank_account b ON b.id = a.bank_account_id AND b.kind = 'trust'
             JOIN transfer t ON t.id = (SELECT min(d.id) FROM transfer d WHERE d.debit_id = a.id)
                OR t.id = (SELECT min(c.id) FROM transfer c WHERE c.credit_id = a.id)
             JOIN journal j ON j.id = t.journal_id WHERE a.kind = 'bank' GROUP BY a.bank_account_id"""
    )
    # Only what is entered by hand can be dated before an earlier posting.
    by_hand = await reader.rows(
        """SELECT e.account_id, min(substr(j.effective_on, 1, 7)) FROM trust_entry e
             JOIN journal j ON j.trust_entry_id = e.id GROUP BY e.account_id"""
    )
    return {account: min(months) for account, months in _gathered([*rows, *by_hand]).items()}


def _gathered(rows: list[Row]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for account, month in rows:
        found.setdefault(account, []).append(month)
    return found
