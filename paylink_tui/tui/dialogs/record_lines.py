"""The words of Record Payment: the open invoices, and what the source holds afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from textual.content import Content

from paylink_tui.domain.money import display
from paylink_tui.domain.parties import Invoice
from paylink_tui.domain.text import visible
from paylink_tui.services.recording import RecordOutcome
from paylink_tui.tui.dialogs.owners import Owner
from paylink_tui.tui.dialogs.record_draft import RecordDraft
from paylink_tui.tui.paint import dim
from paylink_tui.tui.widgets.allocation_table import InvoiceLine
from paylink_tui.tui.widgets.cells import day


def owner_line(owner: Owner) -> Content:
    """Whose payment it is."""
    return Content.assemble(dim("For      "), (owner.label, "bold"))


def held_line(held: Mapping[str, int], currency: str) -> Content:
    """What each fund holds in the owner's name."""
    told = "   ".join(f"{fund} {display(amount, currency)}" for fund, amount in held.items())
    return dim(f"Held     {told}")


def open_lines(
    invoices: Sequence[Invoice],
    matters: Mapping[int, str],
    today: date,
    marked: frozenset[str],
    outcome: RecordOutcome | None,
) -> list[InvoiceLine]:
    """Every open invoice, with what it would take."""
    paid = {line.invoice.id: line.amount for line in outcome.plan.taken} if outcome else {}
    return [
        InvoiceLine(
            one.number,
            matters.get(one.matter_id or 0, ""),
            day(one.due, today),
            one.balance,
            paid.get(one.id, 0),
            one.currency,
            late=one.due < today,
            marked=one.number in marked,
        )
        for one in invoices
    ]


def outcome_line(
    draft: RecordDraft, outcome: RecordOutcome | None, invoices: Sequence[Invoice], currency: str
) -> Content:
    """What is paid, and what the source holds before and after."""
    if draft.owner is None:
        return Content("")
    if not invoices:
        return dim(f"{visible(draft.owner.client_name, 60)} has no open invoice here.")
    if outcome is None:
        return dim("Space marks invoices to pay; unmarked, the oldest are paid first.")
    count = len(outcome.plan.taken)
    paid = f"{display(outcome.plan.applied, currency)} pays {count} invoice{'s' if count != 1 else ''}"
    if outcome.available_before is None or outcome.available_after is None:
        rest = outcome.plan.remainder
        stays = f"; {display(rest, currency)} stays as unapplied credit" if rest else ""
        return Content.assemble((f"{paid}{stays}.", "bold"))
    before, after = display(outcome.available_before, currency), display(outcome.available_after, currency)
    return Content.assemble(
        (f"{paid}. ", "bold"), f"{draft.source.capitalize()} holds {before} now, {after} after."
    )
