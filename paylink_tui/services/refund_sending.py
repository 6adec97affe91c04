"""A refund on its way: sent once, however often it is tried, and settled by what the processor tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.domain.facts import FactKind
from paylink_tui.domain.refunds import RefundState
from paylink_tui.processors.port import Declined, Done, NotDone, Outcome, Pending, Processor, Snapshot
from paylink_tui.services import giving_back
from paylink_tui.store.read import refunds as reading
from paylink_tui.store.unit_of_work import unit_of_work
from paylink_tui.store.write import payments, refunds

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.store.database import Database


class RefundSender:
    """Asks processors for refunds whose intent is committed, and writes how that ended."""

    def __init__(self, database: Database, clock: Clock, intake: IntakeService) -> None:
        self._database = database
        self._clock = clock
        self._intake = intake

    async def send(self, processor: Processor, operation_id: str) -> None:
        """Ask for the refund of an operation; the processor does it once for each operation."""
        call = await reading.call_of(self._database.reader, operation_id)
        if call is not None:
            reference, amount = call
            outcome = await processor.refund(operation_id, reference, amount)
            await self._settle(processor.name, operation_id, outcome)

    async def look_up(self, processor: Processor, operation_id: str, payment_ref: str) -> bool:
        """Find out how a call ended that nobody answered, and send it again only if it was not done.

        Returns whether that is known now.
        """
        found = await processor.fetch(payment_ref)
        if not isinstance(found, Snapshot):
            return False
        if _told_of(found, operation_id):
            await self._settle(processor.name, operation_id, Done(found))
            return True
        await self._intake.take(processor.name, found, "look")
        outcome = await processor.refund(operation_id, payment_ref, await self._amount(operation_id))
        return await self._settle(processor.name, operation_id, outcome)

    async def _amount(self, operation_id: str) -> int:
        call = await reading.call_of(self._database.reader, operation_id)
        assert call is not None
        return call[1]

    async def _settle(self, name: str, operation_id: str, outcome: Outcome) -> bool:
        """Write how a call ended; False when nobody knows."""
        if isinstance(outcome, Done | Pending):
            await self._intake.take(name, outcome.snapshot, "reply")
            await self._intake.settle_operation(operation_id, _state(outcome.snapshot, operation_id))
            return True
        if isinstance(outcome, Declined | NotDone):
            await self._put_back(name, operation_id, outcome)
            return True
        await self._intake.settle_operation(operation_id, "unknown", outcome.why)
        return False

    async def _put_back(self, name: str, operation_id: str, outcome: Declined | NotDone) -> None:
        state, why = (
            ("declined", outcome.message) if isinstance(outcome, Declined) else ("not done", outcome.why)
        )
        async with unit_of_work(self._database, f"processor:{name}", self._clock.now()) as unit:
            one = await refunds.by_operation(unit, operation_id)
            assert one is not None
            row = await payments.lock(unit, one.payment_id)
            one = await refunds.get(unit, one.id)
            if one is not None and one.state == RefundState.SENT:
                await giving_back.put_back(unit, row, one, RefundState.DECLINED.value, why)
            await payments.settle_operation(unit, operation_id, state, why)


def _state(snapshot: Snapshot, operation_id: str) -> str:
    """How the call that asked for a refund stands once the processor took it."""
    declined = FactKind.REFUND_DECLINED
    if any(one.kind is declined and one.detail == operation_id for one in snapshot.facts):
        return "declined"
    return "done" if _told_of(snapshot, operation_id) else "pending"


def _told_of(snapshot: Snapshot, operation_id: str) -> bool:
    """Whether a processor tells of the refund this operation asked for."""
    return any(one.kind is FactKind.REFUNDED and one.detail == operation_id for one in snapshot.facts)
