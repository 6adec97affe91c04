"""What one client's or matter's trust ledger holds, and the deposits that it came from."""

from __future__ import annotations

from dataclasses import dataclass

from paylink_tui.store.reader import Reader

NEWEST = 50
"""Deposits read of one ledger: all that can still be unsafe, and more."""

_LEDGERS = """
SELECT coalesce(sum(CASE WHEN a.kind = 'trust' THEN credits - debits END), 0),
       coalesce(sum(CASE WHEN a.kind = 'held' THEN credits - debits END), 0)
  FROM ledger_account a JOIN bank_account b ON b.id = a.bank_account_id AND b.kind = 'trust'
 WHERE a.client_id = ? AND a.matter_id = ? AND a.currency = ? AND (? = 0 OR a.bank_account_id = ?)
"""

_DEPOSITS = """
SELECT p.id, p.method, CASE WHEN t.amount < p.amount - p.refunded - p.refunding THEN t.amount
       ELSE p.amount - p.refunded - p.refunding END, p.completed_at, p.dispute
  FROM ledger_account a JOIN transfer t ON t.credit_id = a.id AND t.kind = 'link' AND t.reverses_id IS NULL
  JOIN journal j ON j.id = t.journal_id JOIN payment p ON p.id = j.payment_id AND p.status = 'completed'
  LEFT JOIN transfer u ON u.reverses_id = t.id
 WHERE a.kind = 'trust' AND a.client_id = ? AND a.matter_id = ? AND a.currency = ?
   AND (? = 0 OR a.bank_account_id = ?) AND u.id IS NULL
 ORDER BY p.completed_at DESC, p.id DESC, t.id DESC LIMIT ?
"""

_MATTERS = """
SELECT DISTINCT a.matter_id, coalesce(m.number, ''), a.currency FROM ledger_account a
  JOIN bank_account b ON b.id = a.bank_account_id AND b.kind = 'trust'
  LEFT JOIN matter m ON m.id = a.matter_id
 WHERE a.client_id = ? AND a.kind IN ('trust', 'held') ORDER BY 2, 3
"""


@dataclass(frozen=True, slots=True)
class Whose:
    """One owner's trust ledgers, on one account or (0) on all."""

    client_id: int
    matter_id: int | None
    currency: str
    account_id: int = 0

    @property
    def key(self) -> tuple[int, int, str, int, int]:
        """As the queries ask for it."""
        return (self.client_id, self.matter_id or 0, self.currency, self.account_id, self.account_id)


async def holdings(reader: Reader, whose: Whose) -> tuple[int, int]:
    """Minor units in the ledger, and held beside it while disputed."""
    ledger, held = (await reader.rows(_LEDGERS, whose.key))[0]
    return int(ledger), int(held)


async def deposits(reader: Reader, whose: Whose) -> list[tuple[int, str, int, int, str]]:
    """Payment, method, amount (minor units), completion (ms) and dispute of each deposit, newest first."""
    rows = await reader.rows(_DEPOSITS, (*whose.key, NEWEST))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows if row[2] > 0]


async def ledgers_of(reader: Reader, client_id: int) -> list[tuple[int | None, str, str]]:
    """Matter (None: the client's own), its number, and currency of each trust ledger a client has."""
    return [(row[0] or None, row[1], row[2]) for row in await reader.rows(_MATTERS, (client_id,))]
