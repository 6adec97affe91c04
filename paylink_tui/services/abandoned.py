"""Checkouts nobody pays on any more: closed at their processor, which gives the link's use back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.times import to_ms
from paylink_tui.processors.port import CHECKOUT_LIFE, Done, NotDone, Outcome, Pending, Snapshot, Unknown
from paylink_tui.services.recovery import PATIENCE
from paylink_tui.store.read import checkouts

if TYPE_CHECKING:
    from paylink_tui.processors.port import Processor
    from paylink_tui.services.bundle import Services
    from paylink_tui.store.read.checkouts import Call

log = logging.getLogger("paylink.intake")


async def close_abandoned(services: Services) -> int:
    """Close every checkout that waited too long, or whose link is frozen; how many payments that ended.

    A page that was paid on in the last moment is not closed: its payment is taken in instead. When the
    processor does not say what it did, the payment stays pending and is looked up (`txn-unknown`); only
    then, and with the next round, is the page closed again. One the rules refuse to move is logged and
    holds up no other. Safe to do twice at once: the processor closes a page once, and facts count once.
    """
    now, ended = services.clock.now(), 0
    begun, opened = to_ms(now - CHECKOUT_LIFE), to_ms(now - PATIENCE)
    for call in await checkouts.overdue(services.database.reader, begun, opened):
        processor = services.processors.get(call.processor)
        if processor is None:
            continue
        try:
            ended += await _close(services, processor, call)
        except Refused as problem:
            log.warning("T%s stays as it is: %s", call.payment_id, problem)
    return ended


async def _close(services: Services, processor: Processor, call: Call) -> bool:
    """Whether the payment is pending no more."""
    outcome = await processor.cancel_checkout(call.operation_id, call.payment_ref)
    found = await _found(processor, call.payment_ref, outcome)
    if isinstance(outcome, NotDone) and isinstance(found, NotDone):
        return await services.intake.end_unpaid(
            call.processor, call.payment_ref, call.operation_id, outcome.why, "look"
        )
    if not isinstance(found, Snapshot) or not found.facts:
        return False
    await services.intake.take(call.processor, found, "look")
    return await checkouts.pending(services.database.reader, call.payment_id) is None


async def _found(processor: Processor, payment_ref: str, outcome: Outcome) -> Snapshot | NotDone | Unknown:
    """What the processor knows after it was asked to close a page."""
    if isinstance(outcome, Done | Pending):
        return outcome.snapshot
    return await processor.fetch(payment_ref)
