"""What a return or a lost dispute took back from invoices."""

from __future__ import annotations

from paylink_tui.store.reader import Reader

_UNDONE = """
SELECT i.number, sum(al.amount)
  FROM allocation al
  JOIN invoice i ON i.id = al.invoice_id
  JOIN transfer t ON t.id = al.transfer_id
  JOIN journal j ON j.id = t.journal_id
 WHERE al.payment_id = ? AND al.sign = -1 AND j.kind IN ('returned', 'chargeback')
 GROUP BY i.number ORDER BY i.number
"""


async def undone(reader: Reader, payment_id: int) -> tuple[tuple[str, int], ...]:
    """Invoices a transaction no longer pays since its money was taken back, each with minor units."""
    found = await reader.rows(_UNDONE, (payment_id,))
    return tuple((str(number), int(amount)) for number, amount in found)
