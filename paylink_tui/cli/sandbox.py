"""`paylink sandbox`: playing the payer and the bank, with published test cards only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli import arguments
from paylink_tui.cli.parser import Noun, Parser
from paylink_tui.cli.transactions import answer, answer_many, named

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk

CARD = "4242424242424242"


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    pay = noun.verb("pay", _pay, "pay a link as its payer would")
    pay.add_argument("link", metavar="LINK", help="L5, its URL, or an unambiguous reference")
    pay.add_argument("--amount", metavar="A", type=arguments.amount, help="needed on an open link")
    pay.add_argument("--name", metavar="N", required=True, help="the payer's name")
    pay.add_argument("--email", metavar="E", default="", help="the payer's e-mail address")
    pay.add_argument("--reference", metavar="R", default="", help="what the payer writes")
    means = pay.add_mutually_exclusive_group()
    means.add_argument("--card", metavar=CARD, default=CARD, help="a published test card")
    means.add_argument("--echeck", action="store_true", help="pay by eCheck instead")
    settle = noun.verb("settle", _settle, "send the batch now: authorized transactions complete")
    settle.add_argument("transactions", metavar="T", nargs="*", help="only these (every authorized one)")
    for name, run, told in (
        ("fail", _fail, "let a pending or authorized transaction fail"),
        ("return", _return, "let the bank take a completed transaction back"),
    ):
        verb = noun.verb(name, run, told)
        named(verb)
        verb.add_argument("--reason", metavar="R", default="", help="in the bank's words")
    _add_dispute(noun)


def _add_dispute(noun: Noun) -> None:
    dispute = noun.verb("dispute", _dispute, "let the payer's bank dispute a completed transaction")
    named(dispute)
    end = dispute.add_mutually_exclusive_group(required=True)
    for name, told in (("open", "open it"), ("won", "the firm keeps the money"), ("lost", "the payer does")):
        end.add_argument(f"--{name}", dest="end", action="store_const", const=name, help=told)
    dispute.add_argument("--reason", metavar="R", default="", help="in the bank's words")


async def _dispute(desk: Desk) -> int:
    args = desk.args
    await answer(desk, await desk.services.sandbox.dispute(args.transaction, args.end, args.reason))
    return 0


async def _pay(desk: Desk) -> int:
    args = desk.args
    paid = await desk.services.sandbox.pay(
        args.link,
        amount=args.amount,
        name=args.name,
        email=args.email,
        card=None if args.echeck else args.card,
        echeck=args.echeck,
        reference=args.reference,
    )
    await answer(desk, paid)
    if paid.failure:
        desk.out.note(f"{paid.name} was declined: {paid.failure}")
    return 0


async def _settle(desk: Desk) -> int:
    settled = await desk.services.sandbox.settle(desk.args.transactions)
    await answer_many(desk, settled, none="No transaction was waiting.")
    return 0


async def _fail(desk: Desk) -> int:
    await answer(desk, await desk.services.sandbox.fail(desk.args.transaction, desk.args.reason))
    return 0


async def _return(desk: Desk) -> int:
    await answer(desk, await desk.services.sandbox.give_back(desk.args.transaction, desk.args.reason))
    return 0
