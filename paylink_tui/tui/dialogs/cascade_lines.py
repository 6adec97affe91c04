"""The words of a reversal cascade: invoices owed again, ledgers that give, and who bears the rest."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import chop_cells
from textual.content import Content

from paylink_tui.domain.cascade import Beside, Cascade, InvoiceUndone, OwnerGives, RefundPreview
from paylink_tui.domain.emails import LONGEST
from paylink_tui.domain.money import display
from paylink_tui.domain.refunds import RefundState, RefundView
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import Transaction
from paylink_tui.tui.paint import dim, fill
from paylink_tui.tui.widgets.cells import COLOURS, whose
from paylink_tui.tui.widgets.live_table_paint import fit

SHOWN = 6
"""Invoices and ledgers of each kind told one by one; the others are counted."""
SIDE = 34
"""Cells of the payer's side, beside the client's."""
NOBODY = "nobody yet (unidentified)"


def cascade_lines(cascade: Cascade) -> Content:
    """What follows when the money goes back, in the order it happens."""
    lines = [_invoice(one, cascade.currency) for one in cascade.invoices[:SHOWN]]
    lines += _more(len(cascade.invoices), "invoices")
    if not cascade.invoices:
        lines.append(dim("No invoice is un-paid."))
    lines += [_owner(one, cascade.currency) for one in cascade.owners[:SHOWN]]
    lines += _more(len(cascade.owners), "ledgers")
    return Content("\n").join([*lines, *_rest(cascade)])


def _invoice(one: InvoiceUndone, currency: str) -> Content:
    return Content.assemble(
        ("↩ ", COLOURS["warn"]),
        (f"Invoice {visible(one.number, 20)}", "bold"),
        f"  paid {display(one.paid_before, currency)} → {display(one.paid_after, currency)}",
        dim(f"   owes {display(one.owed_before, currency)} → "),
        (display(one.owed_after, currency), "bold"),
    )


def _owner(one: OwnerGives, currency: str) -> Content:
    name = whose(one.client_name, one.matter_number) if one.client_name else NOBODY
    return Content.assemble(
        "– ",
        (name, "bold"),
        f"  gives {display(one.amount, currency)}",
        dim(f"   holds {display(one.holds_before, currency)} → {display(one.holds_after, currency)}"),
    )


def _more(count: int, what: str) -> list[Content]:
    return [dim(f"  and {count - SHOWN} more {what}")] if count > SHOWN else []


def _rest(cascade: Cascade) -> list[Content]:
    """The fee, what the firm bears, what is short in trust, and the link."""
    currency, told = cascade.currency, []
    if cascade.fee_kept and cascade.event != "refund":
        told.append(
            dim(f"The fee of {display(cascade.fee_kept, currency)} is not returned: operating bears it.")
        )
    if cascade.from_operating:
        amount = display(cascade.from_operating, currency)
        told.append(
            Content.styled(f"! Operating pays {amount} that no ledger holds any more.", COLOURS["warn"])
        )
    if cascade.short_in_trust:
        amount = display(cascade.short_in_trust, currency)
        told.append(Content.styled(f"! Trust is {amount} short until operating restores it.", COLOURS["bad"]))
    if cascade.frozen:
        told.append(dim("Its link can no longer be undone afterwards."))
    return told


def beside_lines(one: Transaction, clients: Sequence[Beside], width: int = 2 * SIDE) -> Content:
    """The payer and the linked clients side by side, with a sign at those that are not alike."""
    side = min(SIDE, width // 2 - 1)
    left = [visible(one.payer_name, side), *_whole(one.payer_email, side)]
    right = [fill(line, side).rstrip() for each in clients for line in _client(each, side)]
    right = right or [Content.styled("linked to nobody", COLOURS["warn"])]
    height = max(len(right), len(left))
    left += [""] * (height - len(left))
    right += [Content("")] * (height - len(right))
    rows = [dim(fit("Payer", side) + "  Client")]
    rows += [Content.assemble(fit(a, side), "  ", b) for a, b in zip(left, right, strict=True)]
    return Content("\n").join(rows)


def _whole(address: str, side: int) -> list[str]:
    """An address on as many lines as it takes: cut ones can look alike that are not."""
    return chop_cells(visible(address, LONGEST), side)


def _client(one: Beside, side: int) -> list[Content]:
    sign = ("✓ ", COLOURS["good"]) if one.alike else ("! ", COLOURS["bad"])
    unlike = "" if one.alike else ("  not alike", COLOURS["bad"])
    lines = [Content.assemble(sign, (whose(one.client_name, one.matter_number), "bold"), unlike)]
    return [*lines, *(dim(f"  {piece}") for piece in _whole(one.client_email, side - 2))]


def note_lines(preview: RefundPreview) -> Content:
    """Warnings, and whether another person has to approve it."""
    told = warning_lines(preview)
    if not preview.second_person_needed:
        return told
    second = Content.styled("‖ Another person has to approve it: nothing is sent before.", COLOURS["accent"])
    return Content("\n").join(part for part in (told, second) if part)


def warning_lines(preview: RefundPreview) -> Content:
    """What to mind before it is sent."""
    told = [Content.styled(f"! {visible(one, 200)}", COLOURS["warn"]) for one in preview.warnings]
    return Content("\n").join(told)


def asked_line(one: RefundView) -> Content:
    """`F3  $500.00 asked for by mia: paid twice`."""
    return Content.assemble(
        (f"{one.name}  {display(one.amount, one.currency)}", "bold"),
        f"  asked for by {visible(one.requested_by, 40)}: ",
        visible(one.reason, 200),
    )


def outcome_words(one: RefundView) -> str:
    """What became of a refund, for a toast."""
    amount, payer = display(one.amount, one.currency), visible(one.payer_name, 60)
    if one.unknown:
        return f"{one.name}: nobody knows yet whether {amount} was refunded. It is looked up by itself."
    words = {
        RefundState.REQUESTED: f"{one.name}: {amount} waits for another person’s approval.",
        RefundState.SENT: f"{one.name}: {amount} is on its way to {payer}.",
        RefundState.DONE: f"{one.name}: {amount} refunded to {payer}.",
        RefundState.DECLINED: f"{one.name} was declined: {visible(one.problem, 200)}. Nothing was refunded.",
        RefundState.WITHDRAWN: f"{one.name} was withdrawn.",
    }
    return words[one.state]
