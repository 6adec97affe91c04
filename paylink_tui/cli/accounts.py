"""`paylink accounts`: the firm's bank accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.parties import BankAccount


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    add = noun.verb("add", _add, "add a bank account, or connect one to a processor")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--type", required=True, choices=("trust", "operating"), help="whose money it holds")
    add.add_argument("--currency", metavar="USD|CAD", help="its currency (USD)")
    add.add_argument("--processor", metavar="sandbox", help="the processor it is connected to")
    noun.verb("list", _list, "every bank account")


async def _add(desk: Desk) -> int:
    from paylink_tui.cli import shapes

    args = desk.args
    account = await desk.services.firm.add_account(
        args.name, args.type, currency=args.currency, processor=args.processor
    )
    desk.out.answer(shapes.account(account), _lines([account]))
    for line in await desk.services.firm.fee_lines(account):
        desk.out.note(line)
    return 0


async def _list(desk: Desk) -> int:
    from paylink_tui.cli import shapes

    found = await desk.services.firm.accounts()
    desk.out.answer([shapes.account(one) for one in found], _lines(found))
    return 0


def _lines(found: Any) -> Any:
    from paylink_tui.cli import words

    def row(one: BankAccount) -> tuple[str, ...]:
        return (one.name, one.kind.value.upper(), one.currency, one.processor or "not connected")

    return words.table(
        ("Account", "Type", "Currency", "Processor"), map(row, found), none="No bank account yet."
    )
