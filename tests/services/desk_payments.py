"""Payments whose processor has told nothing yet."""

from __future__ import annotations

from paylink_tui.domain.views import Transaction
from paylink_tui.processors.sandbox import reference_for
from paylink_tui.services.bundle import Services
from paylink_tui.services.intake import new_operation
from paylink_tui.services.links import NewLink
from paylink_tui.store.write.payments import NewPayment


async def submitted(
    desk: Services, amount: int, operation: str = "", link_id: int | None = None
) -> Transaction:
    """A payment submitted on our page to the operating account, by a new link unless one is named."""
    operation = operation or new_operation()
    link = await desk.links.create(NewLink("Operating")) if link_id is None else await desk.links.get(link_id)
    new = NewPayment(
        link.id,
        link.account_id,
        "operating",
        "USD",
        amount,
        "card",
        "Dana Ruiz",
        "",
        "",
        "sandbox",
        reference_for(operation),
    )
    number = await desk.intake.submit(new, operation)
    assert number is not None
    return await desk.transactions.get(number)
