"""`paylink clients`: who the firm works for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.views import LedgerCard


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    listing = noun.verb("list", _list, "clients by name, with what they owe and what is held for them")
    listing.add_argument("--search", metavar="WORDS", default="", help="only those with these words")
    show = noun.verb("show", _show, "one client with its ledgers and latest postings")
    show.add_argument("client", metavar="CLIENT", help="id or unambiguous name")


async def _list(desk: Desk) -> int:
    from paylink_tui.cli import shapes, words
    from paylink_tui.domain.money import display

    found = await desk.services.directory.clients(desk.args.search)
    lines = words.table(
        ("Client", "Name", ">Matters", ">Open", ">Owes", ">Trust", ">Credit"),
        (
            (
                one.client.code,
                one.client.name,
                str(one.matters),
                str(one.open_invoices),
                display(one.open_balance),
                display(one.trust),
                display(one.credit),
            )
            for one in found
        ),
        none="No client matches." if desk.args.search else "No client yet: paylink import clients FILE.csv",
    )
    desk.out.answer([shapes.client(one) for one in found], lines)
    return 0


async def _show(desk: Desk) -> int:
    from paylink_tui.cli import shapes, words

    card = await desk.services.directory.card(desk.args.client)
    value = {
        **shapes.client(card.client),
        "ledgers": [shapes.ledger_line(one) for one in card.lines],
        "postings": [shapes.posting(one) for one in card.postings],
    }
    zone = await desk.zone()
    ledgers, postings = words.ledger_table(card.lines), words.posting_table(card.postings, zone)
    desk.out.answer(value, [*_head(card), "", *ledgers, "", *postings])
    return 0


def _head(card: LedgerCard) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    one = card.client.client
    return words.card(
        (
            ("Client", f"{one.code} {one.name}"),
            ("Type", one.kind),
            ("E-mail", one.email),
            ("Phone", one.phone),
            ("Owes", f"{display(card.client.open_balance)} on {card.client.open_invoices} open invoices"),
        )
    )
