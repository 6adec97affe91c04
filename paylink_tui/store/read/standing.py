"""One transaction's money as the books hold it, read outside or inside a write transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from paylink_tui.domain.ledger import Till
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.standing import LiveAllocation, OwnerLedger, Standing
from paylink_tui.store.reader import Reader, Row

_PAYMENT = """
SELECT account_id, account_kind, currency, amount, refunded, refunding, fee, linking_id
  FROM payment WHERE id = ?
"""

_TAKEN = """
SELECT coalesce(sum(t.amount), 0) FROM journal j JOIN transfer t ON t.journal_id = j.id
 WHERE j.payment_id = ? AND j.kind IN ('return', 'chargeback')
   AND t.kind IN ('return', 'loss', 'shortage', 'chargeback')
"""

_OWNERS = """
SELECT lp.client_id, c.code, c.name, c.email, lp.matter_id, m.number, sum(lp.amount)
  FROM linking_part lp JOIN client c ON c.id = lp.client_id LEFT JOIN matter m ON m.id = lp.matter_id
 WHERE lp.linking_id = ?
 GROUP BY lp.client_id, c.code, c.name, c.email, lp.matter_id, m.number ORDER BY min(lp.id)
"""

_LEDGERS = """
SELECT id, kind, client_id, matter_id, credits - debits FROM ledger_account
 WHERE bank_account_id = ? AND kind IN ('trust', 'credit', 'unidentified')
   AND client_id IN ({marks}) ORDER BY id
"""

# Transfers that a reversal undid, and the reversals themselves, say nothing any more.
_OUT = """
SELECT t.debit_id, t.kind, sum(t.amount) FROM journal j JOIN transfer t ON t.journal_id = j.id
 WHERE j.payment_id = ? AND t.kind IN ('reserve', 'hold') AND t.reverses_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM transfer r WHERE r.reverses_id = t.id)
 GROUP BY t.debit_id, t.kind
"""

_APPLIED = """
SELECT al.invoice_id, i.number, i.due, i.issued, i.balance, al.amount, t.debit_id, t.journal_id,
       al.record_payment_id, al.paid_on
  FROM allocation al JOIN invoice i ON i.id = al.invoice_id JOIN transfer t ON t.id = al.transfer_id
 WHERE al.payment_id = ? AND al.sign = 1
   AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.reverses_id = al.id)
 ORDER BY al.id
"""


async def standing(reader: Reader, payment_id: int) -> Standing:
    """How the money of a payment that exists stands."""
    ((account, kind, currency, amount, refunded, refunding, fee, linking_id),) = await reader.rows(
        _PAYMENT, (payment_id,)
    )
    till = Till(account, AccountKind(kind), currency)
    ((taken,),) = await reader.rows(_TAKEN, (payment_id,))
    applied = [_allocation(row) for row in await reader.rows(_APPLIED, (payment_id,))]
    out = {(row[0], row[1]): row[2] for row in await reader.rows(_OUT, (payment_id,))}
    gone = (refunded, refunding, int(taken))
    owners = await _owners(reader, till, linking_id, amount - sum(gone), out)
    return Standing(till, amount, *gone, fee, linking_id is not None, tuple(owners), tuple(applied))


async def _owners(
    reader: Reader, till: Till, linking_id: int | None, left: int, out: dict[tuple[int, str], Any]
) -> list[OwnerLedger]:
    parts: list[Row] = [(None, "", "", "", None, "", left)]
    if linking_id is not None:
        parts = await reader.rows(_OWNERS, (linking_id,))
    clients = sorted({row[0] or 0 for row in parts})
    sql = _LEDGERS.format(marks=", ".join("?" * len(clients)))
    kind = "unidentified" if linking_id is None else till.owned(1, None).kind.value
    ledgers = {
        (row[2], row[3]): (row[0], row[4])
        for row in await reader.rows(sql, (till.bank_account_id, *clients))
        if row[1] == kind
    }
    return [_owner(row, ledgers.get((row[0] or 0, row[4] or 0), (0, 0)), out) for row in parts]


def _owner(row: Row, ledger: tuple[int, int], out: dict[tuple[int, str], Any]) -> OwnerLedger:
    number, holds = ledger
    gone = int(out.get((number, "reserve"), 0)) if row[0] is not None else 0
    held = int(out.get((number, "hold"), 0))
    owner = (row[0], row[1], row[2], row[3] or "", row[4], row[5] or "")
    return OwnerLedger(*owner, int(row[6]), gone, holds, held, number)


def _allocation(row: Row) -> LiveAllocation:
    due, issued = date.fromisoformat(row[2]), date.fromisoformat(row[3])
    return LiveAllocation(row[0], row[1], due, issued, *row[4:])
