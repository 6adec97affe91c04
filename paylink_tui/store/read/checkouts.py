"""Payments whose checkout is open, and the calls about payments that nobody answered."""

from __future__ import annotations

from typing import NamedTuple

from paylink_tui.store.reader import Reader, first

# A page that is being opened this moment is not known to its processor yet.
_OVERDUE = """
SELECT o.id, o.kind, p.id, p.processor, p.payment_ref
  FROM payment p JOIN operation o ON o.payment_id = p.id AND o.kind = 'checkout'
 WHERE p.status = 'pending' AND p.conflict = ''
   AND (o.state NOT IN ('sent', 'unknown') OR o.sent_at < ?)
   AND (p.paid_at <= ? OR p.link_id IN (SELECT link_id FROM link_freeze WHERE released_at IS NULL))
 ORDER BY p.id LIMIT 100
"""

_UNANSWERED = """
SELECT o.id, o.kind, p.id, p.processor, p.payment_ref
  FROM operation o JOIN payment p ON p.id = o.payment_id
 WHERE o.state IN ('sent', 'unknown') AND o.sent_at < ? ORDER BY o.sent_at LIMIT 100
"""


class Call(NamedTuple):
    """A call to a processor, and the payment it is about."""

    operation_id: str
    kind: str
    payment_id: int
    processor: str
    payment_ref: str


async def overdue(reader: Reader, begun: int, opened: int) -> list[Call]:
    """Checkouts begun until then, or on a frozen link, whose payment is pending and no person's to look at.

    Args:
        reader: Where to look.
        begun: Epoch milliseconds.
        opened: Epoch milliseconds; calls sent later that have no answer yet are left out.
    """
    return [Call(*row) for row in await reader.rows(_OVERDUE, (opened, begun))]


async def unanswered(reader: Reader, before: int) -> list[Call]:
    """Calls sent before then (epoch milliseconds) whose outcome nobody knows, oldest first."""
    return [Call(*row) for row in await reader.rows(_UNANSWERED, (before,))]


async def pending(reader: Reader, payment_id: int) -> tuple[str, str] | None:
    """Processor and reference of a payment while it is pending; None once it is not."""
    row = await first(
        reader,
        "SELECT processor, payment_ref FROM payment WHERE id = ? AND status = 'pending'",
        (payment_id,),
    )
    return None if row is None else (row[0], row[1])
