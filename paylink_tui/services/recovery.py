"""Processor calls whose outcome nobody knows: looked up before anything is ever retried (`txn-unknown`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from paylink_tui.domain.facts import Fact, FactKind, Status
from paylink_tui.domain.times import to_ms
from paylink_tui.processors.port import NotDone, Processor, Snapshot

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.store.database import Database

PATIENCE = timedelta(minutes=2)
"""How long a call may take before its outcome counts as unknown."""

_OPEN = """
SELECT o.id, o.kind, p.processor, p.payment_ref, p.amount, p.currency, p.status
  FROM operation o JOIN payment p ON p.id = o.payment_id
 WHERE o.state IN ('sent', 'unknown') AND o.sent_at < ? ORDER BY o.sent_at LIMIT 100
"""


async def recover(
    database: Database, clock: Clock, processors: Mapping[str, Processor], intake: IntakeService
) -> int:
    """Look up every call left open by a crash or a lost answer; returns how many were settled.

    A checkout the processor never heard of ends its pending payment as failed, which gives the link's
    use back. A call the processor cannot be asked about now stays open.
    """
    settled = 0
    waiting = await database.reader.rows(_OPEN, (to_ms(clock.now() - PATIENCE),))
    for operation, kind, name, payment_ref, amount, currency, status in waiting:
        processor = processors.get(name)
        if processor is None:
            continue
        found = await processor.look(operation) if kind == "checkout" else await processor.fetch(payment_ref)
        if isinstance(found, Snapshot):
            await intake.take(name, found, "look")
            await intake.settle_operation(operation, "done")
        elif isinstance(found, NotDone):
            if kind == "checkout" and status == Status.PENDING:
                gone = Fact(
                    name, FactKind.FAILED, operation, payment_ref, amount, currency, clock.now(), found.why
                )
                await intake.take(name, Snapshot(payment_ref, (gone,)), "look")
            await intake.settle_operation(operation, "not done", found.why)
        else:
            continue
        settled += 1
    return settled
