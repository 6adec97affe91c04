"""`paylink trust`: what the firm holds for its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk

_POSTINGS = 1000
"""Newest postings read to show the trust ones among them."""


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    ledger = noun.verb("ledger", _ledger, "a client's trust ledgers and their newest postings")
    ledger.add_argument("client", metavar="CLIENT", help="id or unambiguous name")
    ledger.add_argument("--matter", metavar="M", help="only that matter's ledger")


async def _ledger(desk: Desk) -> int:
    from paylink_tui.cli import shapes, words
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
    value = {
        "client": client.code,
        "client_name": client.name,
        "matter": wanted,
        "ledgers": [shapes.ledger_line(one) for one in lines],
        "postings": [shapes.posting(one) for one in postings],
    }
    head = f"{client.code} {client.name}"
    table = words.posting_table(postings, await desk.zone())
    desk.out.answer(value, [head, "", *words.ledger_table(lines), "", *table])
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
