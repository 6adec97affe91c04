"""The figures of the header line, from kept tallies: as quick with a million payments as with ten."""

from __future__ import annotations

from paylink_tui.domain.views import Header
from paylink_tui.store.read.accounts import firm_currency
from paylink_tui.store.reader import Reader


async def header(reader: Reader) -> Header:
    """Counts and sums in the firm's main currency, the one most payments are in; others are not added."""
    currency = await _main_currency(reader)
    [(authorized, authorized_sum, waiting, waiting_sum)] = await reader.rows(_COUNTS, [currency])
    [(bank, owed)] = await reader.rows(_TRUST, [currency] * 3)
    return Header(authorized, authorized_sum, waiting, waiting_sum, bank, owed, currency)


async def _main_currency(reader: Reader) -> str:
    rows = await reader.rows(
        "SELECT b.currency FROM tally t JOIN bank_account b ON b.id = t.account_id"
        " GROUP BY b.currency ORDER BY sum(t.count) DESC, min(b.id) LIMIT 1"
    )
    return str(rows[0][0]) if rows else await firm_currency(reader)


def _sum(figure: str, condition: str) -> str:
    return f"coalesce(sum(CASE WHEN {condition} THEN {figure} ELSE 0 END), 0)"


_AUTHORIZED = "t.status = 'authorized'"
_TO_LINK = "t.status = 'completed' AND t.linked = 0"
_COUNTS = (
    f"SELECT {_sum('t.count', _AUTHORIZED)}, {_sum('t.amount', _AUTHORIZED)},"
    f" {_sum('t.count', _TO_LINK)}, {_sum('t.amount', _TO_LINK)}"
    " FROM tally t JOIN bank_account b ON b.id = t.account_id AND b.currency = ?"
)

# Account by account, so that the many client ledgers are summed from their own index alone.
_TRUST = """
SELECT
  (SELECT coalesce(sum(a.debits - a.credits), 0) FROM ledger_account a
   JOIN bank_account b ON b.id = a.bank_account_id AND b.kind = 'trust'
   WHERE a.kind = 'bank' AND a.currency = ?),
  (SELECT coalesce(sum(a.credits - a.debits), 0) FROM ledger_account a
   JOIN bank_account b ON b.id = a.bank_account_id AND b.kind = 'trust'
   WHERE a.kind IN ('unidentified', 'held', 'refunding') AND a.currency = ?)
  +
  (SELECT coalesce(sum(
     (SELECT sum(a.credits - a.debits) FROM ledger_account a
      WHERE a.kind = 'trust' AND a.bank_account_id = b.id)), 0)
   FROM bank_account b WHERE b.kind = 'trust' AND b.currency = ?)
"""
