"""`paylink trust`: what the firm holds for its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli.pack import add_pack
from paylink_tui.cli.parser import Noun, Parser
from paylink_tui.cli.trust_bank import add_bank
from paylink_tui.cli.trust_entries import add_entries
from paylink_tui.cli.trust_months import add_months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.trust import TrustPosition

_POSTINGS = 1000
"""Newest postings read to show the trust ones among them."""


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    add_months(noun)
    add_pack(noun)
    add_bank(noun)
    add_entries(noun)
    ledger = noun.verb("ledger", _ledger, "a client's trust ledgers and their newest postings")
    ledger.add_argument("client", metavar="CLIENT", help="id or unambiguous name")
    ledger.add_argument("--matter", metavar="M", help="only that matter's ledger")


async def _ledger(desk: Desk) -> int:
    from paylink_tui.cli import shapes, trust_shapes, words
    from paylink_tui.domain.parties import AccountKind

    card = await desk.services.directory.card(desk.args.client, limit=_POSTINGS)
    wanted = await _matter(desk, card.client.client.id)
    lines = [
        one
        for one in card.lines
        if one.account_kind is AccountKind.TRUST and wanted in (None, one.matter_number)
    ]
    accounts = {one.account_name for one in card.lines if one.account_kind is AccountKind.TRUST}
    postings = [
        one for one in card.postings if one.account_name in accounts and wanted in (None, one.matter_number)
    ]
    client = card.client.client
    held = [
        one
        for one in await desk.services.trust.positions(f"#{client.id}")
        if wanted in (None, one.matter_number)
    ]
    value = {
        "client": client.code,
        "client_name": client.name,
        "matter": wanted,
        "ledgers": [shapes.ledger_line(one) for one in lines],
        "positions": [trust_shapes.position(one) for one in held],
        "postings": [shapes.posting(one) for one in postings],
    }
    head = f"{client.code} {client.name}"
    table = words.posting_table(postings, await desk.zone())
    desk.out.answer(value, [head, "", *words.ledger_table(lines), "", *_positions(held), "", *table])
    return 0


async def _matter(desk: Desk, client_id: int) -> str | None:
    """The number of the matter asked for, which must be the client's own."""
    from paylink_tui.domain.errors import Refused

    if not desk.args.matter:
        return None
    matter = (await desk.services.directory.matter(desk.args.matter, client_id=client_id)).matter
    if matter.client_id != client_id:
        raise Refused("link-client", f"Matter {matter.number} is another client's.", "Name one of its own.")
    return matter.number


def _positions(held: list[TrustPosition]) -> Iterator[str]:
    """What may be spent of each ledger, and from when what is at risk is safe."""
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    def money(amount: int, one: TrustPosition) -> str:
        return display(amount, one.currency)

    yield from words.table(
        ("Matter", ">Ledger", ">Available", ">At risk", ">Held", "Safe on"),
        (
            (
                one.matter_number or "(client level)",
                *(money(amount, one) for amount in (one.ledger, one.available, one.at_risk, one.held)),
                str(max((each.safe_on for each in one.deposits if each.safe_on), default=""))
                if one.at_risk
                else "",
            )
            for one in held
        ),
        none="No trust ledger.",
    )
