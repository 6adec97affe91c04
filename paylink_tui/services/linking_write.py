"""Posting and reversing a linking inside one write transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select

from paylink_tui.domain import allocation as allocating
from paylink_tui.domain import ledger
from paylink_tui.domain.allocation import AllocationPlan
from paylink_tui.domain.errors import ChangedMeanwhile, Refused
from paylink_tui.domain.facts import Dispute
from paylink_tui.domain.parties import Invoice
from paylink_tui.domain.times import from_ms
from paylink_tui.services import posting
from paylink_tui.store.schema import (
    allocation,
    client,
    invoice,
    linking,
    linking_part,
    matter,
    unlinking,
)
from paylink_tui.store.statements import Prepared
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write import payments, refunds

# A statement that is made once is also prepared once: making one costs more than running it.
_OPEN_INVOICES = Prepared(
    select(invoice)
    .where(
        invoice.c.client_id == bindparam("owner"),
        invoice.c.balance > 0,
        invoice.c.currency == bindparam("money"),
    )
    .order_by(invoice.c.id)
    .with_for_update()
)
_LINKING = Prepared(insert(linking).returning(linking.c.id))
_PART = Prepared(insert(linking_part))


@dataclass(frozen=True, slots=True)
class Owner:
    """Who gets a part of a payment, resolved to rows. Amount in minor units."""

    client_id: int
    client_name: str
    matter_id: int | None
    matter_number: str
    amount: int
    apply: bool
    overrides: Mapping[str, int] | None = None


async def open_invoices(
    unit: UnitOfWork, client_id: int, matter_id: int | None, currency: str
) -> list[Invoice]:
    """The open invoices a part may pay, held until the unit ends."""
    found = await unit.run(_OPEN_INVOICES, {"owner": client_id, "money": currency})
    return [as_invoice(row) for row in found if matter_id in (None, row.matter_id)]


def as_invoice(row: Any) -> Invoice:
    """An invoice row as its domain value."""
    return Invoice(
        row.id,
        row.number,
        row.client_id,
        row.matter_id,
        date.fromisoformat(row.issued),
        date.fromisoformat(row.due),
        row.currency,
        row.total,
        row.paid_before,
        row.applied,
    )


async def plan_for(
    unit: UnitOfWork, currency: str, owner: Owner, earlier: Sequence[AllocationPlan] = ()
) -> AllocationPlan:
    """What a part pays, on the invoices as they stand now and locked."""
    if not owner.apply:
        return allocating.nothing(owner.amount)
    found = await open_invoices(unit, owner.client_id, owner.matter_id, currency)
    return allocating.plan(owner.amount, left_by(earlier, found), owner.overrides)


async def plans_for(unit: UnitOfWork, currency: str, owners: Sequence[Owner]) -> list[AllocationPlan]:
    """What each part pays; a part finds its invoices as the parts before it leave them (`link-split`)."""
    plans: list[AllocationPlan] = []
    for owner in owners:
        plans.append(await plan_for(unit, currency, owner, plans))
    return plans


def left_by(plans: Sequence[AllocationPlan], found: Sequence[Invoice]) -> list[Invoice]:
    """Invoices with what the plans take from them taken."""
    taken: dict[int, int] = {}
    for line in (line for plan in plans for line in plan.taken):
        taken[line.invoice.id] = taken.get(line.invoice.id, 0) + line.amount
    return [replace(one, applied=one.applied + taken[one.id]) if one.id in taken else one for one in found]


async def post_linking(
    unit: UnitOfWork, row: Any, owners: Sequence[Owner], plans: Sequence[AllocationPlan], actor: str
) -> int:
    """Name the owners of a completed payment and pay their invoices; returns the linking's id."""
    who = {"payment_id": row.id, "linked_by": actor, "linked_at": unit.at}
    ((linking_id,),) = await unit.run(_LINKING, who)
    await unit.run_each(
        _PART,
        [
            {
                "linking_id": linking_id,
                "client_id": owner.client_id,
                "matter_id": owner.matter_id,
                "amount": owner.amount,
                "apply": int(owner.apply),
            }
            for owner in owners
        ],
    )
    await _post_transfers(unit, row, owners, plans)
    await _write_owner(unit, row, linking_id, owners)
    after = [
        {
            "client": owner.client_id,
            "matter": owner.matter_id,
            "amount": owner.amount,
            "applied": {line.invoice.number: line.amount for line in plan.taken},
        }
        for owner, plan in zip(owners, plans, strict=True)
    ]
    unit.record("link", "payment", row.id, before=_choice(row), after=after, actor=actor)
    return int(linking_id)


async def _post_transfers(
    unit: UnitOfWork, row: Any, owners: Sequence[Owner], plans: Sequence[AllocationPlan]
) -> None:
    """Name the owners in one journal and pay their invoices in another, which a return reverses alone."""
    till, day = posting.till_of(row), await posting.day_of(unit, unit.at)
    paid_on = await posting.day_of(unit, row.paid_at)
    named = [ledger.name_owner(till, one.client_id, one.matter_id, one.amount) for one in owners]
    paid = [(line, owner) for owner, plan in zip(owners, plans, strict=True) for line in plan.taken]
    kinds = [("link", day), ("apply", paid_on)][: 2 if paid else 1]
    journals = await books.open_journals(unit, kinds, payment_id=row.id)
    entries = [(journals["link"], one) for one in named]
    for line, owner in paid:
        pay = ledger.pay_invoice(till, owner.client_id, owner.matter_id, line.amount, line.invoice.id)
        entries.append((journals["apply"], pay))
    transfers = await books.post_each(unit, entries)
    rows = [
        {
            "invoice_id": line.invoice.id,
            "client_id": owner.client_id,
            "amount": line.amount,
            "sign": 1,
            "payment_id": row.id,
            "record_payment_id": None,
            "transfer_id": transfer_id,
            "reverses_id": None,
            "paid_on": paid_on,
        }
        for (line, owner), transfer_id in zip(paid, transfers[len(named) :], strict=True)
    ]
    await books.allocate(unit, rows)
    for line, _ in paid:
        unit.touch("invoice", line.invoice.id)


async def _write_owner(unit: UnitOfWork, row: Any, linking_id: int, owners: Sequence[Owner]) -> None:
    """The table shows the only owner, or the first with how many more there are (`link-split`)."""
    for owner in owners:
        unit.touch("client", owner.client_id)
    first, more = owners[0], len(owners) - 1
    if more:
        label = f"{first.client_name} +{more}"
        await payments.set_owner(unit, row, linking_id, None, None, label, "")
        return
    await payments.set_owner(
        unit,
        row,
        linking_id,
        first.client_id,
        first.matter_id,
        first.client_name,
        first.matter_number,
    )


async def post_intent(unit: UnitOfWork, row: Any) -> None:
    """A choice made before completion posts by itself now (`link-only-completed`)."""
    found = (
        await unit.connection.execute(
            select(client.c.name, matter.c.number)
            .select_from(client)
            .outerjoin(matter, matter.c.id == row.intent_matter_id)
            .where(client.c.id == row.intent_client_id)
        )
    ).one()
    owner = Owner(
        row.intent_client_id,
        found.name,
        row.intent_matter_id,
        found.number or "",
        row.amount,
        bool(row.intent_apply),
    )
    plan = await plan_for(unit, row.currency, owner)
    await post_linking(unit, row, [owner], [plan], row.intent_by or unit.actor)


async def keep_intent(unit: UnitOfWork, row: Any, owner: Owner) -> None:
    """Store whose the payment will be; nothing is posted (`link-only-completed`)."""
    await payments.change(
        unit,
        row,
        intent_client_id=owner.client_id,
        intent_matter_id=owner.matter_id,
        intent_apply=int(owner.apply),
        intent_by=unit.actor,
    )
    after = {"client": owner.client_id, "matter": owner.matter_id, "apply": owner.apply}
    unit.record("intend", "payment", row.id, before=_choice(row), after=after)


def _choice(row: Any) -> dict[str, Any]:
    """Whose an unlinked payment was said to be beforehand, as the audit log tells it."""
    return {"client": row.intent_client_id, "matter": row.intent_matter_id, "by": row.intent_by}


async def drop_intent(unit: UnitOfWork, row: Any) -> None:
    """Forget whose the payment was to be."""
    await payments.change(
        unit, row, intent_client_id=None, intent_matter_id=None, intent_apply=None, intent_by=None
    )
    unit.record("drop intent", "payment", row.id, before=_choice(row), after={"client": None, "matter": None})


async def refuse_if_linked(unit: UnitOfWork, row: Any) -> None:
    """The loser of a race is told who linked it, when and to whom (`link-race`)."""
    if not row.linked:
        return
    live = await payments.current_linking(unit, row)
    when = from_ms(live.linked_at).strftime("%Y-%m-%d %H:%M UTC")
    raise ChangedMeanwhile(
        "link-race",
        f"T{row.id} was linked to {row.client_name} by {live.linked_by} on {when}; nothing was posted twice.",
        f'To change it, unlink it first: paylink transactions unlink T{row.id} --reason "..."',
    )


async def reverse_linking(unit: UnitOfWork, row: Any, reason: str) -> None:
    """Unlink by reversal, keeping the reason (`link-undo`).

    Raises:
        Refused: the payment is not linked, is frozen by a refund or a return, or its money was
            spent by a Record Payment or a transfer since.
    """
    _refuse_frozen(row)
    await _refuse_running(unit, row)
    await _refuse_spent(unit, row)
    day = await posting.day_of(unit, unit.at)
    applied = await books.live_journals(unit, "apply", payment_id=row.id)
    linked = await books.live_journals(unit, "link", payment_id=row.id)
    for invoice_id in await books.reverse(unit, [*linked, *applied], "unlink", day, reason):
        unit.touch("invoice", invoice_id)
    parts = await unit.connection.execute(
        select(linking_part.c.client_id).where(linking_part.c.linking_id == row.linking_id)
    )
    for client_id in parts.scalars():
        unit.touch("client", client_id)
    await unit.connection.execute(
        insert(unlinking).values(
            linking_id=row.linking_id, reason=reason, unlinked_by=unit.actor, unlinked_at=unit.at
        )
    )
    before = {"client": row.client_id, "matter": row.matter_id, "applied": row.applied}
    await payments.set_owner(unit, row, None, None, None, "", "")
    after = {"client": None, "matter": None, "applied": 0}
    unit.record("unlink", "payment", row.id, before=before, after=after, reason=reason)


def _refuse_frozen(row: Any) -> None:
    if not row.linked:
        raise Refused("link-undo", f"T{row.id} is not linked, so there is nothing to unlink.")
    if row.refunded:
        raise Refused(
            "link-undo", f"T{row.id} has a refund; its link is frozen from then on.", "Leave it as it is."
        )
    if row.status != "completed":
        raise Refused("link-undo", f"T{row.id} is {row.status}; its money is gone, so its link stays.")


async def _refuse_running(unit: UnitOfWork, row: Any) -> None:
    """Whose the money is stays as it is while somebody else decides on giving it back."""
    if row.dispute == Dispute.OPEN:
        raise Refused(
            "link-undo",
            f"T{row.id} is disputed; whose its money is stays as it is until that is decided.",
            "Wait until the dispute is won or lost.",
        )
    one = await refunds.running(unit, row.id)
    if one is not None:
        raise Refused(
            "link-undo",
            f"A refund of T{row.id}, F{one.id}, is running; its link stays until that has ended.",
            f"Withdraw F{one.id} first." if one.state == "requested" else "Wait until the processor answers.",
        )


async def _refuse_spent(unit: UnitOfWork, row: Any) -> None:
    """Money already spent elsewhere cannot go back to unidentified without going below zero."""
    reversal = allocation.alias("reversal")
    recorded = await unit.connection.execute(
        select(allocation.c.record_payment_id)
        .outerjoin(reversal, reversal.c.reverses_id == allocation.c.id)
        .where(
            allocation.c.payment_id == row.id,
            allocation.c.sign == 1,
            allocation.c.record_payment_id.is_not(None),
            reversal.c.id.is_(None),
        )
    )
    spent = recorded.scalars().first()
    if spent is not None:
        raise Refused(
            "link-undo",
            f"T{row.id} paid an invoice through Record Payment R{spent}, which still stands.",
            f"Undo R{spent} first, then unlink T{row.id}.",
        )
    owners, drawn = await posting.owners_of(unit, row), await books.drawn_by(unit, row.id)
    ids = await books.account_ids(unit, list(owners))
    for owner, given in owners.items():
        if await books.balance(unit, owner) + drawn[ids[owner]] < given:
            raise Refused(
                "link-undo",
                f"The ledger T{row.id} was linked to no longer holds its money, so it cannot be taken out.",
                "Undo what spent it first.",
            )
