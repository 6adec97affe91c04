"""The words of a link preview: its invoices, where the rest stays, what changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from textual.content import Content

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import Transaction
from paylink_tui.services.linking import LinkPreview, PartPlan
from paylink_tui.services.transactions import check_link
from paylink_tui.tui.dialogs.link_draft import LinkDraft
from paylink_tui.tui.paint import dim
from paylink_tui.tui.widgets.allocation_table import InvoiceLine
from paylink_tui.tui.widgets.cells import day, is_waiting, whose

NAMED = 3
"""Invoices of a share that are named; the others are counted."""


def closed_by(one: Transaction) -> Refused | None:
    """Why a payment cannot be linked at all: it is linked already, or there is no money."""
    if not one.linked and is_waiting(one):
        return None
    try:
        check_link(one)
    except Refused as no:
        return no
    return None


def share_lines(draft: LinkDraft, preview: LinkPreview | None) -> Content:
    """The shares set aside, each with the invoices it pays once that is known, and what is left."""
    lines = []
    for index, told in enumerate(draft.told()):
        known = preview is not None and index < min(len(draft.set_aside), len(preview.parts))
        what = pays(preview.parts[index], draft.currency) if preview is not None and known else ""
        lines.append(Content.assemble(told, dim(f"  {what}" if what else "")))
    return Content("\n").join(lines)


def pays(part: PartPlan, currency: str) -> str:
    """`pays 1041 $200.00, 1042 $50.00; $30.00 stays`."""
    taken = part.plan.taken
    named = [f"{visible(one.invoice.number, 20)} {display(one.amount, currency)}" for one in taken[:NAMED]]
    if len(taken) > NAMED:
        named.append(f"{len(taken) - NAMED} more")
    stays = f"{display(part.plan.remainder, currency)} stays" if part.plan.remainder else ""
    return "; ".join(one for one in (f"pays {', '.join(named)}" if named else "", stays) if one)


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
    return f"Changed: {'; '.join(told[:4])}. Look at the new preview, then link it." if told else ""
