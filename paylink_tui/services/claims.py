"""A payer's claim on a link: one use of it, and the intent to pay, in one transaction."""

from __future__ import annotations

from paylink_tui.domain.facts import Fact, FactKind
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import links, payments


async def claim(unit: UnitOfWork, new: payments.NewPayment, operation_id: str) -> int | None:
    """The number of the pending payment, or None when the link had no use left.

    The last use is won by exactly one payer (`link-get-is-free`), and the intent is committed with the
    unit, before any processor is called (`txn-unknown`).
    """
    if not await links.take_use(unit, new.link_id):
        return None
    payment_id = await payments.add(unit, new)
    await payments.start_operation(unit, operation_id, payment_id, "checkout")
    submitted = Fact(
        new.processor,
        FactKind.SUBMITTED,
        operation_id,
        new.payment_ref,
        new.amount,
        new.currency,
        unit.now,
    )
    await payments.add_facts(unit, payment_id, [submitted], "page")
    told = {
        "amount": new.amount,
        "currency": new.currency,
        "link": new.link_id,
        "account": new.account_id,
        "payer": new.payer_name,
        "reference": new.reference,
    }
    unit.record("submit", "payment", payment_id, after=told)
    return payment_id
