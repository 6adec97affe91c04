"""`paylink transactions refund` and what belongs to it: money that goes back, and what would undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paylink_tui.cli import arguments
from paylink_tui.cli.bulk import Done, each, several
from paylink_tui.cli.refund_words import (
    cascade_lines,
    cascade_shape,
    outcome,
    preview_lines,
    preview_shape,
    shape,
    state,
)

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.cli.parser import Noun
    from paylink_tui.domain.refunds import RefundView

STATES = ("requested", "sent", "done", "declined", "withdrawn")


def add_refunds(noun: Noun) -> None:
    """Add the verbs."""
    refund = noun.verb("refund", _refund, "give completed money back, all or part; fees are not returned")
    several(refund)
    refund.add_argument("--amount", metavar="A", type=arguments.amount, help="how much (all that can be)")
    refund.add_argument("--client", metavar="C", help="of a split transaction, this client's part")
    refund.add_argument("--matter", metavar="M", help="this matter's part")
    refund.add_argument("--reason", metavar="R", help="why; kept for ever, needed unless --dry-run")
    refund.add_argument("--dry-run", action="store_true", help="show what it would undo; ask nobody")
    listing = noun.verb("refunds", _refunds, "the newest refunds, and how each ended")
    listing.add_argument("--state", choices=STATES, help="only these")
    approve = noun.verb("approve", _approve, "send a refund somebody else asked for")
    approve.add_argument("refund", metavar="F3")
    withdraw = noun.verb("withdraw", _withdraw, "take back a refund that waits for approval")
    withdraw.add_argument("refund", metavar="F3")
    withdraw.add_argument("--reason", metavar="R", required=True, help="why; kept for ever")
    what_if = noun.verb("what-if", _what_if, "what a return or a chargeback would undo today; posts nothing")
    what_if.add_argument("transaction", metavar="T", help="T17, the processor's reference, or a payer's name")
    event = what_if.add_mutually_exclusive_group(required=True)
    event.add_argument(
        "--return", dest="event", action="store_const", const="return", help="an eCheck bounces"
    )
    event.add_argument(
        "--chargeback", dest="event", action="store_const", const="chargeback", help="a dispute is lost"
    )


async def _refund(desk: Desk) -> int:
    from paylink_tui.domain.errors import UsageError

    args, refunds = desk.args, desk.services.refunds
    if not args.dry_run and not args.reason:
        raise UsageError("A refund needs a reason.", 'Add --reason "...", or --dry-run to look first.')
    if args.client is None and args.matter is not None:
        raise UsageError("--matter needs --client.", "Name the client, too.")

    async def one(name: str) -> Done:
        preview = await refunds.preview(name, args.amount, client=args.client, matter=args.matter)
        currency = preview.transaction.currency
        if args.dry_run:
            return preview_shape(preview), preview_lines(preview), preview.amount, currency
        part = {"client": args.client, "matter": args.matter}
        done = await refunds.request(
            preview.transaction.id, preview.amount, reason=args.reason, shown=preview, **part
        )
        return shape(done), outcome(done), done.amount, currency

    return await each(desk, one)


async def _refunds(desk: Desk) -> int:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    found, zone = await desk.services.refunds.list(desk.args.state), await desk.zone()

    def row(one: RefundView) -> tuple[str, ...]:
        amount = display(one.amount, one.currency)
        head = (one.name, f"T{one.transaction_id}", one.payer_name, amount, state(one))
        return (*head, one.requested_by, words.when(one.requested_at, zone), one.problem or one.reason)

    heads = ("No.", "Of", "Payer", ">Amount", "State", "Asked by", "At", "Why")
    desk.out.answer([shape(one) for one in found], words.table(heads, map(row, found), none="No refund yet."))
    return 0


async def _approve(desk: Desk) -> int:
    done = await desk.services.refunds.approve(desk.args.refund)
    desk.out.answer(shape(done), outcome(done))
    return 0


async def _withdraw(desk: Desk) -> int:
    done = await desk.services.refunds.withdraw(desk.args.refund, desk.args.reason)
    desk.out.answer(shape(done), outcome(done))
    return 0


async def _what_if(desk: Desk) -> int:
    told = await desk.services.refunds.what_if(desk.args.transaction, desk.args.event)
    desk.out.answer({"dry_run": True, **cascade_shape(told)}, cascade_lines(told))
    return 0
