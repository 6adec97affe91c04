"""The answer to a link command, kept so that the same key gets the same answer (`txn-once`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.allocation import AllocationLine, AllocationPlan
from paylink_tui.domain.views import Transaction
from paylink_tui.services.link_plan import LinkPreview, PartPlan

if TYPE_CHECKING:
    from paylink_tui.services.directory import DirectoryService


def kept(preview: LinkPreview) -> dict[str, Any]:
    """What was posted or stored, as the command log keeps it."""
    parts = [
        {
            "client": part.client.id,
            "matter": part.matter.number if part.matter else None,
            "amount": part.amount,
            "apply": part.apply,
            "locked": part.apply_locked,
            "lines": lines_kept(part.plan),
        }
        for part in preview.parts
    ]
    return {"posted": preview.posts_now, "parts": parts}


async def again(directory: DirectoryService, transaction: Transaction, answer: dict[str, Any]) -> LinkPreview:
    """The preview that was posted then, whatever happened to the invoices since."""
    parts = []
    for told in answer["parts"]:
        client = (await directory.client(f"#{told['client']}")).client
        matter = (await directory.matter(told["matter"])).matter if told["matter"] else None
        plan = await plan_again(directory, told["amount"], told["lines"])
        parts.append(PartPlan(client, matter, told["amount"], told["apply"], told["locked"], plan))
    return LinkPreview(transaction, tuple(parts), answer["posted"])


def lines_kept(plan: AllocationPlan) -> list[list[Any]]:
    """A plan's lines as invoice number, balance before and amount (minor units)."""
    return [[line.invoice.number, line.before, line.amount] for line in plan.lines]


async def plan_again(
    directory: DirectoryService, amount: int, lines: Sequence[Sequence[Any]]
) -> AllocationPlan:
    """A plan from its kept lines, each invoice owing what it owed then."""
    found = []
    for number, before, taken in lines:
        invoice = (await directory.invoice(number)).invoice
        as_then = replace(invoice, applied=invoice.total - invoice.paid_before - before)
        found.append(AllocationLine(as_then, taken))
    return AllocationPlan(amount, tuple(found))
