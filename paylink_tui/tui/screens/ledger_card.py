"""A client's ledger card as text of one width: held, owed, matters, latest postings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from textual.content import Content

from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import InvoiceView, LedgerCard, LedgerLine, MatterView, Posting
from paylink_tui.tui.paint import HEADING, apart, dim, when
from paylink_tui.tui.widgets.cells import badge, day, invoice_state, text


def card_text(
    card: LedgerCard,
    matters: Sequence[MatterView],
    invoices: Sequence[InvoiceView],
    currency: str,
    now: datetime,
    zone: tzinfo,
    width: int,
) -> Content:
    """The whole card, its amounts aligned at the right edge."""
    client = card.client.client
    said = "  ".join(visible(words, 60) for words in (client.code, client.email, client.phone) if words)
    today = now.astimezone(zone).date()
    blocks = [
        [Content.styled(visible(client.name, 120), "bold"), dim(said)],
        _block("Held", [_held(line, width) for line in card.lines], "Nothing is held in this name."),
        _block(
            f"Open invoices  {card.client.open_invoices}",
            [_invoice(one, today, width) for one in invoices],
            "Nothing is owed.",
        ),
        _block("Matters", [_matter(one, currency, width) for one in matters], "No matter."),
        _block(
            "Latest postings",
            [_posting(one, now, zone, width) for one in card.postings],
            "Nothing was posted in this name yet.",
        ),
    ]
    return Content("\n\n").join(Content("\n").join(block) for block in blocks)


def _block(title: str, lines: list[Content], none: str) -> list[Content]:
    return [Content.styled(title, HEADING), *(lines or [dim(none)])]


def _held(line: LedgerLine, width: int) -> Content:
    where = Content.assemble(
        text(badge(line.account_kind)),
        f"  {visible(line.account_name, 40)}",
        dim(f"  {visible(line.matter_number, 40)}"),
    )
    amount = Content.styled(display(line.balance, line.currency), "bold")
    return apart(where, Content("  ") + amount, width)


def _invoice(one: InvoiceView, today: date, width: int) -> Content:
    name = Content.assemble(
        f"{visible(one.invoice.number, 20):10}",
        dim(f"due {day(one.invoice.due, today)}  "),
        text(invoice_state(one.state)),
    )
    return apart(name, Content(f"  {display(one.invoice.balance, one.invoice.currency)}"), width)


def _matter(one: MatterView, currency: str, width: int) -> Content:
    name = Content.assemble(
        f"{visible(one.matter.number, 20):12}",
        dim(f"{visible(one.matter.description, 80)}, {visible(one.matter.status, 20)}"),
    )
    return apart(name, Content(f"  owes {display(one.open_balance, currency)}"), width)


def _posting(one: Posting, now: datetime, zone: tzinfo, width: int) -> Content:
    words = Content.assemble(
        dim(f"{when(one.at, zone, now)}  "),
        visible(one.what, 80),
        dim(f"  {visible(one.matter_number, 40)}" if one.matter_number else ""),
    )
    sign = "+" if one.amount > 0 else ""
    return apart(words, Content(f"  {sign}{display(one.amount, one.currency)}"), width)
