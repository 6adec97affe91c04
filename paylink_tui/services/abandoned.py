"""Checkouts nobody pays on any more: closed at their processor, which gives the link's use back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from paylink_tui.domain.facts import Fact, FactKind
from paylink_tui.domain.times import to_ms
from paylink_tui.processors.port import Done, NotDone, Outcome, Pending, Snapshot, Unknown

if TYPE_CHECKING:
    from paylink_tui.processors.port import Processor
    from paylink_tui.services.bundle import Services
    from paylink_tui.store.reader import Row

WAIT = timedelta(minutes=30)
"""How long a payer has on the processor's page."""

_PENDING = """
SELECT p.processor, p.payment_ref, p.amount, p.currency, o.id
  FROM payment p JOIN operation o ON o.payment_id = p.id AND o.kind = 'checkout'
 WHERE p.status = 'pending' AND (p.paid_at <= ? OR p.link_id IN
       (SELECT link_id FROM link_freeze WHERE released_at IS NULL)) ORDER BY p.id LIMIT 100
"""


async def close_abandoned(services: Services) -> int:
    """Close every checkout that waited too long, or whose link is frozen; how many payments that ended.

    A page that was paid on in the last moment is not closed: its payment is taken in instead. When the
    processor does not say what it did, the payment stays pending and is looked up (`txn-unknown`); only
    then, and with the next round, is the page closed again. Safe to do twice at once: the processor
    closes a page once, and facts count once.
    """
    late = to_ms(services.clock.now() - WAIT)
    ended = 0
    for row in await services.database.reader.rows(_PENDING, (late,)):
        processor = services.processors.get(row[0])
        if processor is not None:
            ended += await _close(services, processor, row)
    return ended


async def _close(services: Services, processor: Processor, row: Row) -> int:
    name, payment_ref, amount, currency, operation = row
    outcome = await processor.cancel_checkout(operation, payment_ref)
    found = await _found(processor, payment_ref, outcome)
    if isinstance(outcome, NotDone) and isinstance(found, NotDone):
        at = services.clock.now()
        gone = Fact(name, FactKind.FAILED, operation, payment_ref, amount, currency, at, outcome.why)
        found = Snapshot(payment_ref, (gone,))
    if not isinstance(found, Snapshot) or not found.facts:
        return 0
    await services.intake.take(name, found, "look")
    return 1


async def _found(processor: Processor, payment_ref: str, outcome: Outcome) -> Snapshot | NotDone | Unknown:
    """What the processor knows after it was asked to close a page."""
    if isinstance(outcome, Done | Pending):
        return outcome.snapshot
    return await processor.fetch(payment_ref)
