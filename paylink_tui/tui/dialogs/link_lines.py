"""The words of a link preview: its invoices, where the rest stays, what changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from textual.content import Content

from paylink_tui.domain.money import display
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.text import visible
from paylink_tui.services.linking import LinkPreview, PartPlan
from paylink_tui.tui.paint import dim
from paylink_tui.tui.widgets.allocation_table import InvoiceLine
from paylink_tui.tui.widgets.cells import day, whose


def invoice_lines(part: PartPlan, matters: Mapping[int, str], today: date) -> list[InvoiceLine]:
    """Every open invoice of a part's owner with what it takes, oldest first."""
    return [
        InvoiceLine(
            visible(line.invoice.number, 40),
            visible(matters.get(line.invoice.matter_id or 0, ""), 40),
            day(line.invoice.due, today),
            line.before,
            line.amount,
            line.invoice.currency,
            late=line.invoice.due < today,
        )
        for line in part.plan.lines
    ]


def outcome_line(preview: LinkPreview) -> Content:
    """What linking does to the money: how much pays invoices, and where the rest stays."""
    lines = [_stays(preview, preview.parts[-1])]
    if preview.already:
        return Content("")
    if not preview.posts_now:
        state = preview.transaction.status.value
        lines.insert(
            0,
            Content.assemble(
                ("○ ", "$text-accent"), f"It is {state}: this will post by itself when it completes."
            ),
        )
    return Content("\n").join(lines)


def _stays(preview: LinkPreview, part: PartPlan) -> Content:
    """`$200.00 stays in OPERATING in Acme Holdings' name.`"""
    currency = preview.transaction.currency
    account = preview.transaction.account_kind.value.upper()
    name = whose(part.client.name, part.matter.number if part.matter else "")
    rest = display(part.plan.remainder, currency)
    paid = len(part.plan.taken)
    pays = f"{display(part.plan.applied, currency)} pays {paid} invoice{'s' if paid != 1 else ''}; "
    if not part.plan.remainder:
        return Content.assemble((f"{pays}nothing is left over.", "bold"), dim(f"  {name}"))
    whole = part.plan.remainder == part.amount
    stays = f"{'All of it, ' if whole else ''}{rest}{',' if whole else ''} stays in {account}"
    later = " for Record Payment" if preview.transaction.account_kind is AccountKind.TRUST else ""
    return Content.assemble(
        "" if whole else pays,
        (stays, "bold"),
        f" in {name}{'’' if name.endswith('s') else '’s'} name",
        later,
        ".",
    )


def what_changed(shown: LinkPreview, now: LinkPreview) -> str:
    """The invoices that are not what they were when they were shown."""
    before = {line.invoice.number: line.before for part in shown.parts for line in part.plan.lines}
    after = {line.invoice.number: line.before for part in now.parts for line in part.plan.lines}
    currency = now.transaction.currency
    told = [
        f"{visible(number, 40)} owes {display(after.get(number, 0), currency)} now,"
        f" {display(owed, currency)} before"
        for number, owed in before.items()
        if after.get(number, 0) != owed
    ]
    told += [f"{visible(number, 40)} is new" for number in after if number not in before]
    if now.already:
        told.insert(0, f"it is linked to {visible(now.already, 80)}")
    return f"Changed: {'; '.join(told[:4])}. Look at the new preview, then press Enter." if told else ""
