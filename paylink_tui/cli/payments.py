"""`paylink payments`: Record Payment, paying invoices by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paylink_tui.cli import arguments
from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.views import ClientView
    from paylink_tui.services.recording import RecordOutcome

SOURCES = ("credit", "trust", "cash", "cheque", "wire", "other")


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    record = noun.verb("record", _record, "record a payment and pay invoices with it, oldest first")
    record.add_argument("--client", metavar="C", required=True, help="whose invoices are paid")
    record.add_argument("--matter", metavar="M", help="only that matter's money and invoices")
    record.add_argument("--source", required=True, choices=SOURCES, help="where the money comes from")
    record.add_argument("--amount", metavar="A", required=True, type=arguments.amount)
    record.add_argument(
        "--invoice", metavar="N", nargs="+", action="extend", default=[], help="pay only these invoices"
    )
    record.add_argument("--date", metavar="DAY", type=arguments.day, help="received on (today)")
    record.add_argument("--reference", metavar="R", default="", help="cheque number or the like")
    record.add_argument("--payee", metavar="P", default="", help="who it was made out to, or came from")
    record.add_argument("--dry-run", action="store_true", help="show what would be posted; post nothing")
    undo = noun.verb("undo", _undo, "reverse a recorded payment")
    undo.add_argument("record", metavar="R3", type=arguments.record_number)
    undo.add_argument("--reason", metavar="R", required=True, help="why; kept for ever")


async def _record(desk: Desk) -> int:
    from paylink_tui.services.recording import NewRecord

    args, recording = desk.args, desk.services.recording
    client = await desk.services.directory.client(args.client)
    new = NewRecord(
        f"#{client.client.id}",
        args.source,
        args.amount,
        args.matter,
        tuple(args.invoice),
        args.date,
        args.reference,
        args.payee,
    )
    outcome = await (recording.preview(new) if args.dry_run else recording.record(new))
    desk.out.answer(_shape(desk, client, outcome), _lines(desk, client, outcome))
    return 0


def _shape(desk: Desk, client: ClientView, outcome: RecordOutcome) -> dict[str, Any]:
    from paylink_tui.cli import shapes
    from paylink_tui.domain.money import plain

    before, after = outcome.available_before, outcome.available_after
    return {
        "id": outcome.name if outcome.id else None,
        "dry_run": desk.args.dry_run,
        "client": client.client.code,
        "client_name": client.client.name,
        "matter": desk.args.matter,
        "source": outcome.source,
        "amount": plain(outcome.plan.amount),
        "applied": plain(outcome.plan.applied),
        "allocations": shapes.allocations(outcome.plan.taken),
        "remainder": plain(outcome.plan.remainder),
        "available_before": None if before is None else plain(before),
        "available_after": None if after is None else plain(after),
    }


def _lines(desk: Desk, client: ClientView, outcome: RecordOutcome) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    amount, whose = display(outcome.plan.amount), client.client.name
    done = "would be recorded" if desk.args.dry_run else f"recorded as {outcome.name}"
    yield f"{amount} from {outcome.source} for {whose} {done}."
    yield from words.allocation_table(outcome.plan.taken)
    if outcome.plan.remainder:
        yield f"{display(outcome.plan.remainder)} stays as unapplied credit in the name of {whose}."
    if outcome.available_before is not None and outcome.available_after is not None:
        held = f"{display(outcome.available_before)} before, {display(outcome.available_after)} after"
        yield f"Held by {outcome.source}: {held}."


async def _undo(desk: Desk) -> int:
    number = desk.args.record
    await desk.services.recording.undo(number, desk.args.reason)
    desk.out.answer({"id": f"R{number}", "undone": True}, [f"R{number} is undone by reversal."])
    return 0
