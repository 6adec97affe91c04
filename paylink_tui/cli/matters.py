"""`paylink matters`: what the firm does for its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    listing = noun.verb("list", _list, "matters by number")
    listing.add_argument("--search", metavar="WORDS", default="", help="only those with these words")
    listing.add_argument("--client", metavar="CLIENT", help="only this client's")
    show = noun.verb("show", _show, "one matter with its open invoices")
    show.add_argument("matter", metavar="MATTER", help="number or unambiguous description")


async def _list(desk: Desk) -> int:
    from paylink_tui.cli import shapes, words
    from paylink_tui.domain.money import display

    args = desk.args
    found = await desk.services.directory.matters(args.search, client=args.client)
    lines = words.table(
        ("Matter", "Client", "Description", "Status", ">Owes", ">Trust", ">Credit"),
        (
            (
                one.matter.number,
                one.client_name,
                one.matter.description,
                one.matter.status,
                display(one.open_balance),
                display(one.trust),
                display(one.credit),
            )
            for one in found
        ),
        none="No matter matches." if args.search or args.client else "No matter yet.",
    )
    desk.out.answer([shapes.matter(one) for one in found], lines)
    return 0


async def _show(desk: Desk) -> int:
    from paylink_tui.cli import shapes, words
    from paylink_tui.cli.invoices import invoice_table
    from paylink_tui.domain.money import display

    directory = desk.services.directory
    one = await directory.matter(desk.args.matter)
    owed = await directory.invoices(matter=one.matter.number, open_only=True)
    head = words.card(
        (
            ("Matter", f"{one.matter.number} {one.matter.description}"),
            ("Client", f"{one.client_code} {one.client_name}"),
            ("Status", one.matter.status),
            ("Owes", display(one.open_balance)),
            ("Trust", display(one.trust)),
            ("Credit", display(one.credit)),
        )
    )
    value = {**shapes.matter(one), "invoices": [shapes.invoice(view) for view in owed]}
    desk.out.answer(value, [*head, "", *invoice_table(owed, none="No open invoice.")])
    return 0
