"""`paylink invoices`: what clients owe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.views import InvoiceView
    from paylink_tui.services.directory import PaidBy


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    listing = noun.verb("list", _list, "invoices by due date: open ones oldest first, all newest first")
    listing.add_argument("--client", metavar="CLIENT", help="only this client's")
    listing.add_argument("--matter", metavar="MATTER", help="only this matter's")
    listing.add_argument("--open", action="store_true", help="only those that owe something")
    show = noun.verb("show", _show, "one invoice and what paid it")
    show.add_argument("number", metavar="NUMBER")


async def _list(desk: Desk) -> int:
    from paylink_tui.cli import shapes

    args = desk.args
    found = await desk.services.directory.invoices(
        client=args.client, matter=args.matter, open_only=args.open
    )
    desk.out.answer([shapes.invoice(one) for one in found], invoice_table(found, none="No invoice matches."))
    return 0


async def _show(desk: Desk) -> int:
    from paylink_tui.cli import shapes

    view = await desk.services.directory.invoice(desk.args.number)
    paid = await desk.services.directory.allocations_of(view.invoice.number)
    value = {**shapes.invoice(view), "payments": _payments(paid, view.invoice.currency)}
    desk.out.answer(value, [*_head(view), "", *_paid_table(paid, view.invoice.currency)])
    return 0


def invoice_table(found: Iterable[InvoiceView], *, none: str) -> Iterator[str]:
    """Invoices as people read them."""
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    return words.table(
        ("Invoice", "Client", "Matter", "Issued", "Due", ">Total", ">Balance", "State"),
        (
            (
                one.invoice.number,
                one.client_name,
                one.matter_number,
                one.invoice.issued.isoformat(),
                one.invoice.due.isoformat(),
                display(one.invoice.total, one.invoice.currency),
                display(one.invoice.balance, one.invoice.currency),
                one.state,
            )
            for one in found
        ),
        none=none,
    )


def _head(view: InvoiceView) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    one = view.invoice
    return words.card(
        (
            ("Invoice", one.number),
            ("Client", f"{view.client_code} {view.client_name}"),
            ("Matter", view.matter_number),
            ("Issued", one.issued.isoformat()),
            ("Due", one.due.isoformat()),
            ("Total", display(one.total, one.currency)),
            ("Balance", display(one.balance, one.currency)),
            ("State", view.state),
        )
    )


def _payments(paid: Iterable[PaidBy], currency: str) -> list[dict[str, Any]]:
    from paylink_tui.domain.money import plain

    return [
        {
            "payment": one.name,
            "source": one.source,
            "amount": plain(one.amount, currency),
            "paid_on": one.paid_on.isoformat(),
            "who": one.who or None,
        }
        for one in paid
    ]


def _paid_table(paid: Iterable[PaidBy], currency: str) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    return words.table(
        ("Paid on", "By", "Source", "Payer", ">Amount"),
        (
            (one.paid_on.isoformat(), one.name, one.source, one.who, display(one.amount, currency))
            for one in paid
        ),
        none="Nothing paid through PayLink.",
    )
