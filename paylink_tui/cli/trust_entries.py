"""`paylink trust receive|disburse|move|shortage|restore`, and what becomes of such entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from paylink_tui.cli import arguments

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.cli.parser import Noun, Parser
    from paylink_tui.domain.trust import EntryPreview, EntryView

_METHODS = ("cheque", "wire", "cash", "other")


def add_entries(noun: Noun) -> None:
    """Add the verbs."""
    _add_client_verbs(noun)
    short = noun.verb("shortage", _enter, "the bank took money from trust that is nobody's")
    _common(short, "shortage")
    restore = noun.verb("restore", _enter, "make a shortage good out of operating; all of it by default")
    _common(restore, "restore", amount=False)
    listed = noun.verb("entries", _entries, "what was received, paid out and moved by hand, newest first")
    listed.add_argument("--account", metavar="NAME", help="only that trust account's")
    listed.add_argument("--state", choices=("requested", "posted", "withdrawn"))
    listed.add_argument("--limit", metavar="N", type=arguments.count, default=50)
    noun.verb("approve", _approve, "approve a disbursement somebody else asked for").add_argument(
        "entry", metavar="E5"
    )
    for verb, run, told in (
        ("withdraw", _withdraw, "take back what waits for approval"),
        ("undo", _undo, "reverse what an entry posted"),
    ):
        made = noun.verb(verb, run, told)
        made.add_argument("entry", metavar="E5")
        made.add_argument("--reason", metavar="R", required=True, help="why; kept for ever")


def _add_client_verbs(noun: Noun) -> None:
    receive = noun.verb("receive", _enter, "trust money that came by cheque, wire or cash")
    _common(receive, "receipt")
    _owner(receive)
    receive.add_argument("--method", required=True, choices=_METHODS)
    receive.add_argument("--from", dest="payee", metavar="P", default="", help="who paid")
    receive.add_argument("--number", metavar="N", default="", help="of the cheque, or a reference")
    pay = noun.verb("disburse", _enter, "pay a client's cleared trust money out to somebody")
    _common(pay, "disbursement")
    _owner(pay)
    pay.add_argument("--method", required=True, choices=_METHODS)
    pay.add_argument("--payee", metavar="P", required=True)
    pay.add_argument("--purpose", metavar="W", required=True)
    pay.add_argument("--number", metavar="N", default="", help="of the cheque, or a reference")
    move = noun.verb("move", _enter, "move trust money between ledgers of one client")
    _common(move, "move")
    _owner(move, "from that matter (the client's own ledger)")
    move.add_argument("--to-matter", metavar="M", help="to that matter (the client's own ledger)")


def _common(parser: Parser, kind: str, *, amount: bool = True) -> None:
    parser.set_defaults(kind=kind)
    parser.add_argument("account", metavar="ACCOUNT", help="name of a trust account")
    parser.add_argument("--amount", metavar="A", required=amount, type=arguments.amount)
    parser.add_argument("--date", metavar="DAY", type=arguments.day, help="day of the entry (today)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be posted; post nothing")
    parser.add_argument("--key", metavar="K", help="the same key enters once, however often it is sent")
    if kind in ("receipt", "move", "shortage", "restore"):
        parser.add_argument("--purpose", metavar="W", default="", help="what it is for")


def _owner(parser: Parser, matter: str = "that matter's ledger (the client's own)") -> None:
    parser.add_argument("--client", metavar="C", required=True, help="id or unambiguous name")
    parser.add_argument("--matter", metavar="M", help=matter)


async def _enter(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes
    from paylink_tui.domain.money import plain
    from paylink_tui.domain.trust import EntryKind, NewEntry

    args, trust = desk.args, desk.services.trust
    told = {name: getattr(args, name, "") for name in ("method", "number", "payee", "purpose")}
    new = NewEntry(
        EntryKind(args.kind),
        args.account,
        args.amount,
        getattr(args, "client", None),
        getattr(args, "matter", None),
        getattr(args, "to_matter", None),
        dated_on=args.date,
        **told,
    )
    shown = await trust.preview(new)
    made = shown.entry if args.dry_run else await trust.enter(new, args.key)
    value = {
        **trust_shapes.entry(made),
        "dry_run": args.dry_run,
        "held_before": plain(shown.held_before, made.currency),
        "held_after": plain(shown.held_after, made.currency),
        "second_person_needed": shown.second_person_needed,
        "warnings": list(shown.warnings),
    }
    desk.out.answer(value, _told(shown, made))
    return 0


def _told(shown: EntryPreview, made: EntryView) -> Iterator[str]:
    from paylink_tui.domain.money import display

    amount, whose = display(made.amount, made.currency), made.client_name or made.account_name
    if not made.id:
        yield f"{amount} {made.kind} for {whose} would be entered."
    elif made.state == "requested":
        yield f"{made.name}: {amount} for {whose} waits for another person: paylink trust approve {made.name}"
    else:
        yield f"{made.name}: {amount} {made.kind} for {whose} is posted."
    before, after = display(shown.held_before, made.currency), display(shown.held_after, made.currency)
    yield f"{'Short' if made.client_id is None else 'Ledger'}: {before} before, {after} after."
    for warning in shown.warnings:
        yield f"Careful: {warning}"


async def _entries(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes, words
    from paylink_tui.domain.money import display

    args = desk.args
    found = await desk.services.trust.entries(args.account, args.state, args.limit)
    lines = words.table(
        ("Entry", "Date", "Kind", "Client", "Matter", ">Amount", "State", "Payee", "Number"),
        (
            (
                one.name,
                one.dated_on.isoformat(),
                one.kind.value,
                one.client_name,
                one.matter_number,
                display(one.amount, one.currency),
                "undone" if one.undone else one.state.value,
                one.payee,
                one.number,
            )
            for one in found
        ),
        none="No trust entry yet.",
    )
    desk.out.answer({"entries": [trust_shapes.entry(one) for one in found]}, lines)
    return 0


async def _approve(desk: Desk) -> int:
    return _answer(desk, await desk.services.trust.approve(desk.args.entry), "is approved and posted")


async def _withdraw(desk: Desk) -> int:
    made = await desk.services.trust.withdraw(desk.args.entry, desk.args.reason)
    return _answer(desk, made, "is withdrawn")


async def _undo(desk: Desk) -> int:
    made = await desk.services.trust.undo(desk.args.entry, desk.args.reason)
    return _answer(desk, made, "is undone by reversal")


def _answer(desk: Desk, made: EntryView, done: str) -> int:
    from paylink_tui.cli import trust_shapes

    desk.out.answer(trust_shapes.entry(made), [f"{made.name} {done}."])
    return 0
