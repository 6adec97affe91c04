"""What is told of a collected payment beyond its capture: refunds, a return, a dispute; posted together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paylink_tui.domain.facts import Dispute, Fact, FactKind, PaymentView, Status
from paylink_tui.services import disputes, giving_back, unapplying
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import payments

COLLECTED = (Status.COMPLETED, Status.RETURNED)


async def settle(
    unit: UnitOfWork, row: Any, view: PaymentView, known: Sequence[Fact], new: Sequence[Fact]
) -> None:
    """Bring the books to what the facts say, so that the order in which they were told leaves no trace.

    Refunds come first, then a return, then the dispute about what is left; money held for a dispute is let
    go before and held again afterwards.

    Args:
        unit: The transaction.
        row: The payment as it was before any of the news.
        view: What its facts amount to now.
        known: Facts that were there before.
        new: Facts that just arrived.
    """
    # What was told before the payment was collected has waited for it.
    fresh = [*new] if Status(row.status) in COLLECTED else [*known, *new]
    refunds = [one for one in fresh if one.kind is FactKind.REFUNDED]
    returned = [one for one in fresh if one.kind is FactKind.RETURNED]
    declined = [one for one in fresh if one.kind is FactKind.REFUND_DECLINED]
    disputed = any(one.kind in disputes.TOLD for one in fresh)
    if not refunds and not returned and not declined and not disputed:
        return
    if row.dispute == Dispute.OPEN:
        await disputes.release(unit, row)
    freed = await giving_back.declined(unit, row, declined)
    await giving_back.refunded(unit, row, refunds)
    if returned or freed:
        await _take_back(unit, row, [*known, *new])
    if view.dispute is not Dispute.NONE:
        await disputes.follow(unit, await _held(unit, row), view.dispute, [*known, *new])
    if view.status is Status.COMPLETED and view.dispute is not Dispute.OPEN:
        for tag in freed:
            await unapplying.restore_applied(unit, await _held(unit, row), tag)
    await giving_back.withdraw_hopeless(unit, await _held(unit, row), view)


async def _take_back(unit: UnitOfWork, row: Any, facts: Sequence[Fact]) -> None:
    """What the bank took, also of what a declined refund had kept from it."""
    told = max((one.amount for one in facts if one.kind is FactKind.RETURNED), default=0)
    if told:
        await giving_back.take_back(unit, await _held(unit, row), told)


async def _held(unit: UnitOfWork, row: Any) -> Any:
    """The payment's row as this transaction has made it so far."""
    return await payments.lock(unit, row.id)
