"""Refunds with the names around them, and what spent the trust money of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paylink_tui.domain.refunds import RefundState, RefundView
from paylink_tui.domain.times import from_ms, maybe_from_ms
from paylink_tui.store.reader import Reader, Row, first

_SELECT = """
SELECT r.id, r.payment_id, p.payer_name, r.amount, p.currency, c.code, c.name, m.number, r.state, r.reason,
       r.requested_by, r.requested_at, r.approved_by, r.approved_at, r.settled_at, r.problem, o.state
  FROM refund r JOIN payment p ON p.id = r.payment_id
  LEFT JOIN client c ON c.id = r.client_id LEFT JOIN matter m ON m.id = r.matter_id
  LEFT JOIN operation o ON o.id = r.operation_id
"""


async def listed(reader: Reader, state: RefundState | None, limit: int) -> tuple[RefundView, ...]:
    """The newest refunds, of one state or of all."""
    where, params = ("WHERE r.state = ?", [state.value]) if state else ("", [])
    rows = await reader.rows(f"{_SELECT} {where} ORDER BY r.id DESC LIMIT ?", [*params, limit])
    return tuple(_view(row) for row in rows)


async def by_id(reader: Reader, refund_id: int) -> RefundView | None:
    """One refund, or None."""
    row = await first(reader, f"{_SELECT} WHERE r.id = ?", (refund_id,))
    return None if row is None else _view(row)


async def of_payment(reader: Reader, payment_id: int) -> tuple[RefundView, ...]:
    """The refunds of one transaction, oldest first."""
    rows = await reader.rows(f"{_SELECT} WHERE r.payment_id = ? ORDER BY r.id", (payment_id,))
    return tuple(_view(row) for row in rows)


async def call_of(reader: Reader, operation_id: str) -> tuple[str, int] | None:
    """Processor reference and amount of the refund an operation sent, or None."""
    row = await first(
        reader,
        """SELECT p.payment_ref, r.amount FROM refund r JOIN payment p ON p.id = r.payment_id
            WHERE r.operation_id = ?""",
        (operation_id,),
    )
    return None if row is None else (row[0], row[1])


def _view(row: Row) -> RefundView:
    code, client, matter = (value or "" for value in row[5:8])
    return RefundView(
        *(row[0], row[1], row[2], row[3], row[4], code, client, matter),
        *(RefundState(row[8]), row[9], row[10], from_ms(row[11]), row[12] or ""),
        *(maybe_from_ms(row[13]), maybe_from_ms(row[14]), row[15]),
        unknown=row[8] == "sent" and row[16] in ("sent", "unknown"),
    )


async def spent_by(reader: Reader, payment_id: int, owners: Sequence[tuple[int | None, int | None]]) -> str:
    """`R3` or `E5`: what a person could undo so that the owners' trust ledgers hold more; or empty."""
    record = await first(
        reader,
        """SELECT al.record_payment_id FROM allocation al
            WHERE al.payment_id = ? AND al.sign = 1 AND al.record_payment_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.reverses_id = al.id)
            ORDER BY al.id DESC LIMIT 1""",
        (payment_id,),
    )
    if record is not None:
        return f"R{record[0]}"
    for client_id, matter_id in owners:
        params: list[Any] = [client_id, matter_id or 0]
        entry = await first(
            reader,
            """SELECT e.id FROM trust_entry e
                 JOIN journal j ON j.trust_entry_id = e.id AND j.reverses_id IS NULL
                WHERE e.client_id = ? AND coalesce(e.matter_id, 0) = ? AND e.state = 'posted'
                  AND e.kind IN ('disbursement', 'move')
                  AND NOT EXISTS (SELECT 1 FROM journal r WHERE r.reverses_id = j.id)
                ORDER BY e.id DESC LIMIT 1""",
            params,
        )
        if entry is not None:
            return f"E{entry[0]}"
    return ""
