"""Linking a linked transaction anew: its link reversed and another posted, or neither."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import ChangedMeanwhile
from paylink_tui.services import linking_write as writing
from paylink_tui.services.link_plan import LinkPreview, refuse_if_different, with_plans, with_status
from paylink_tui.store.write import payments

if TYPE_CHECKING:
    from paylink_tui.domain.parties import Client, Invoice, Matter
    from paylink_tui.domain.views import Transaction
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.store.unit_of_work import UnitOfWork


async def reopened(
    directory: DirectoryService, transaction: Transaction, client: Client, matter: Matter | None
) -> list[Invoice]:
    """The invoices in its currency a part may pay, each owing again what this transaction has paid of it."""
    found = await directory.open_invoices(client.id, matter.id if matter else None)
    by_id = {one.id: one for one in found if one.currency == transaction.currency}
    for paid in transaction.allocations:
        one = by_id.get(paid.invoice_id) or (await directory.invoice(paid.invoice_number)).invoice
        if one.client_id == client.id and (matter is None or one.matter_id == matter.id):
            by_id[one.id] = replace(one, applied=one.applied - paid.amount)
    return list(by_id.values())


async def write(
    unit: UnitOfWork, preview: LinkPreview, reason: str, shown: LinkPreview | None
) -> LinkPreview:
    """Reverse the link and post the new one inside one write transaction; returns what was posted."""
    seen = (shown or preview).transaction
    row = await payments.lock(unit, seen.id)
    if row is None or row.version != seen.version:
        message = f"T{seen.id} was changed meanwhile; nothing was undone and nothing was posted."
        raise ChangedMeanwhile("link-race", message, "Look at it again, then link it.")
    await writing.reverse_linking(unit, row, reason)
    free = await payments.lock(unit, seen.id)
    assert free is not None
    owners = [part.owner for part in preview.parts]
    plans = await writing.plans_for(unit, free.currency, owners)
    refuse_if_different(free, shown or preview, preview, plans)
    await writing.post_linking(unit, free, owners, plans, unit.actor)
    return with_status(with_plans(preview, plans), posts_now=True)
