"""The steps of a refund before the processor is asked: shown, compared with what was shown, committed."""

from __future__ import annotations

import re
from typing import Any

from paylink_tui.domain.cascade import Beside, Cascade, Choice, RefundPreview, alike
from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, Refused
from paylink_tui.domain.money import display
from paylink_tui.domain.refunds import RefundState, RefundView
from paylink_tui.domain.standing import Standing
from paylink_tui.domain.text import storable
from paylink_tui.domain.views import Transaction
from paylink_tui.services import giving_back, refund_rules
from paylink_tui.services.refund_rules import Mine
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import payments, refunds

Owner = tuple[int | None, int | None]
"""Ids of the client and the matter whose part is chosen."""


def preview_of(
    one: Transaction, standing: Standing, cascade: Cascade, owner: Owner, *, second_person_needed: bool
) -> RefundPreview:
    """What a refund would do, with the payer beside the clients."""
    mine = refund_rules.whose(*owner)
    chosen = [each for each in standing.owners if mine(each) and each.client_id is not None]
    beside = tuple(
        Beside(
            *(each.client_code, each.client_name, each.client_email, each.matter_number),
            alike((one.payer_name, one.payer_email), (each.client_name, each.client_email)),
        )
        for each in chosen
    )
    return RefundPreview(
        one,
        cascade.amount,
        sum(refund_rules.available(standing, mine)),
        refund_rules.overpayment(standing, mine),
        cascade,
        beside,
        second_person_needed,
        client=chosen[0].client_code if owner[0] is not None and chosen else "",
        matter=chosen[0].matter_number if owner[1] is not None and chosen else "",
        warnings=_warnings(one, cascade, standing, mine, beside),
    )


def _warnings(
    one: Transaction, cascade: Cascade, standing: Standing, mine: Mine, beside: tuple[Beside, ...]
) -> tuple[str, ...]:
    told = []
    if not standing.linked:
        told.append("Nobody's name is on it yet: make sure that the payer is who asks for the money.")
    told += [
        f"{one.payer_name} paid, {client.client_name} is linked: the money goes back to the payer."
        for client in beside
        if not client.alike
    ]
    ledgers = [owner.ledger_id for owner in standing.owners if mine(owner)]
    records = {
        piece.record_payment_id
        for piece in standing.applied
        if piece.record_payment_id and piece.ledger_id in ledgers
    }
    if cascade.invoices and records:
        names = ", ".join(f"R{number}" for number in sorted(records))
        told.append(f"Invoices it paid through Record Payment {names} may be owed again.")
    if cascade.fee_kept:
        told.append(f"The fee of {display(cascade.fee_kept, cascade.currency)} is not returned.")
    return tuple(told)


def refuse_if_different(now: RefundPreview, shown: RefundPreview | None) -> None:
    """What is posted is what was shown, or nothing.

    Raises:
        ChangedMeanwhile: `link-race`.
    """
    if shown is not None and (shown.amount, shown.cascade) != (now.amount, now.cascade):
        raise ChangedMeanwhile(
            "link-race",
            f"The money of {now.transaction.name} stands differently than was shown; nothing was posted.",
            "Look at the new preview, then refund again.",
        )


async def refuse_running(unit: UnitOfWork, payment_id: int) -> None:
    """One refund of a transaction at a time.

    Raises:
        Refused: `txn-refund-completed`, naming the one that runs.
    """
    one = await refunds.running(unit, payment_id)
    if one is None:
        return
    waits = one.state == RefundState.REQUESTED
    raise Refused(
        refund_rules.RULE,
        f"F{one.id} of T{payment_id}, asked for by {one.requested_by},"
        f" {'waits for approval' if waits else 'is on its way'}.",
        f"Approve or withdraw F{one.id} first." if waits else "Wait until the processor has answered.",
    )


async def waiting(unit: UnitOfWork, known: RefundView) -> tuple[Any, Any]:
    """The locked payment and the row of a refund that still waits for approval.

    Raises:
        ChangedMeanwhile: it does not any more.
    """
    row = await payments.lock(unit, known.transaction_id)
    one = await refunds.get(unit, known.id)
    if one is None or one.state != RefundState.REQUESTED:
        state = "gone" if one is None else one.state
        raise ChangedMeanwhile("link-race", f"{known.name} is {state} now; nothing was done.", "Look again.")
    return row, one


async def commit_intent(
    unit: UnitOfWork, row: Any, refund_id: int, standing: Standing, choice: Choice, **approval: Any
) -> str:
    """Set the money aside and write down the call that is about to be made; returns its id.

    Once this is committed the refund happens exactly once, or not at all, whatever dies (`txn-unknown`).
    """
    from paylink_tui.services.intake import new_operation

    operation = new_operation()
    await payments.start_operation(unit, operation, row.id, "refund")
    await giving_back.set_aside(unit, row, standing, choice, f"F{refund_id}")
    sent = RefundState.SENT.value
    await refunds.change(unit, refund_id, state=sent, operation_id=operation, **approval)
    told = {"refund": f"F{refund_id}", "amount": sum(choice.gives), **approval}
    unit.record("refund sent", "payment", row.id, before={"applied": row.applied}, after=told)
    return operation


def number_of(name: str) -> int:
    """The number of `F3`; 0 when it is none."""
    match = re.fullmatch(r"[Ff]?0*([1-9][0-9]{0,17})", name.strip())
    return int(match[1]) if match else 0


def reason_given(reason: str) -> str:
    """Why money goes back, as the books keep it.

    Raises:
        BadInput: there is none.
    """
    kept = storable(reason).strip()
    if not kept:
        raise BadInput("a reason is needed for a refund")
    return kept
