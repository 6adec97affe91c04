"""A payment in the two lines that head a dialog."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import Transaction
from paylink_tui.tui.paint import dim, when
from paylink_tui.tui.widgets.cells import badge, text, transaction_state, whose


def payment_lines(one: Transaction, now: datetime, timezone: str) -> Content:
    """Amount, account, state and time; below it who paid and what for."""
    first = Content.assemble(
        (display(one.amount, one.currency), "bold"),
        "  ",
        text(badge(one.account_kind)),
        "  ",
        text(transaction_state(one)),
        dim(f"  {when(one.paid_at, ZoneInfo(timezone), now)}"),
    )
    said = [visible(words, 80) for words in (one.payer_email, one.reference) if words]
    second = Content.assemble(visible(one.payer_name, 60), dim("".join(f"  {words}" for words in said)))
    lines = [first, second]
    if one.intent_client_id is not None and not one.linked:
        kept = whose(one.intent_client_name, one.intent_matter_number)
        lines.append(Content.assemble("Chosen so far: ", (kept, "bold"), dim(", on completion")))
    if one.linked:
        names = ", ".join(whose(part.client_name, part.matter_number) for part in one.parts)
        lines.append(Content.assemble("Linked to ", (names, "bold"), dim(_applied(one))))
    return Content("\n").join(lines)


def _applied(one: Transaction) -> str:
    """`  pays 1041 $200.00, 1042 $50.00`; empty when it pays nothing."""
    paid = [
        f"{visible(line.invoice_number, 20)} {display(line.amount, one.currency)}" for line in one.allocations
    ]
    return f"  pays {', '.join(paid)}" if paid else ""
