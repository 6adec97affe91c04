"""Processor calls whose outcome nobody knows: looked up before anything is ever retried (`txn-unknown`)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import FactKind
from paylink_tui.domain.times import to_ms
from paylink_tui.processors.port import NotDone, Processor, Snapshot
from paylink_tui.services.refund_sending import RefundSender
from paylink_tui.store.read import checkouts

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.store.database import Database
    from paylink_tui.store.read.checkouts import Call

PATIENCE = timedelta(minutes=2)
"""How long a call may take before its outcome counts as unknown."""

log = logging.getLogger("paylink.intake")


async def recover(
    database: Database, clock: Clock, processors: Mapping[str, Processor], intake: IntakeService
) -> int:
    """Look up every call left open by a crash or a lost answer; returns how many were settled.

    A checkout the processor never heard of ends its pending payment as failed, which gives the link's
    use back; a refund the processor did not do is asked for again, with the id it had. A call the processor
    cannot be asked about now stays open; so does one whose news the rules refuse, which is logged and holds
    up no other.
    """
    settled = 0
    for call in await checkouts.unanswered(database.reader, to_ms(clock.now() - PATIENCE)):
        processor = processors.get(call.processor)
        if processor is None:
            continue
        try:
            if call.kind == "refund":
                sender = RefundSender(database, clock, intake)
                settled += await sender.look_up(processor, call.operation_id, call.payment_ref)
            else:
                settled += await _look_up(processor, intake, call)
        except Refused as problem:
            log.warning("T%s stays as it is: %s", call.payment_id, problem)
    return settled


async def _look_up(processor: Processor, intake: IntakeService, call: Call) -> bool:
    """Whether it is known now how the call ended."""
    checkout = call.kind == "checkout"
    found = await (processor.look(call.operation_id) if checkout else processor.fetch(call.payment_ref))
    if isinstance(found, Snapshot):
        await intake.take(call.processor, found, "look")
        # A void that did not arrive is not sent again: whoever pressed it was told, and may think otherwise.
        missed = call.kind == "void" and not any(one.kind is FactKind.VOIDED for one in found.facts)
        await intake.settle_operation(call.operation_id, "not done" if missed else "done")
        return True
    if not isinstance(found, NotDone):
        return False
    if checkout:
        await intake.end_unpaid(call.processor, call.payment_ref, call.operation_id, found.why, "look")
    await intake.settle_operation(call.operation_id, "not done", found.why)
    return True
