"""`paylink trust import|lines|match|unmatch|outstanding`: what the bank says, and which postings it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from paylink_tui.cli import arguments

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.cli.parser import Noun
    from paylink_tui.domain.trust import Outstanding, Proposal, StatementLine


def add_bank(noun: Noun) -> None:
    """Add the verbs."""
    take = noun.verb("import", _import, "take in a bank's statement: OFX (QFX, QBO) or CSV")
    take.add_argument("account", metavar="ACCOUNT", help="whose statement it is")
    take.add_argument("file", metavar="FILE", type=Path)
    take.add_argument("--dates", choices=("mdy", "dmy"), help="which comes first in 03/04/2026")
    take.add_argument("--dry-run", action="store_true", help="check the file; import nothing")
    lines = noun.verb("lines", _lines, "the bank's lines, and what each was matched to")
    lines.add_argument("account", metavar="ACCOUNT")
    lines.add_argument("--month", metavar="M", help="like 2026-11")
    lines.add_argument("--unmatched", action="store_true", help="only lines that nothing explains")
    match = noun.verb("match", _match, "solve an account's lines, or match one line by hand")
    match.add_argument("what", metavar="ACCOUNT|LINE", help="an account, or the number of a line")
    match.add_argument("postings", metavar="T17|E5|R3|#8", nargs="*", help="what the line is")
    match.add_argument("--accept", action="store_true", help="keep every sure proposal")
    noun.verb("unmatch", _unmatch, "take a line's match back").add_argument(
        "line", metavar="LINE", type=arguments.count
    )
    waiting = noun.verb("outstanding", _outstanding, "what the book has and the bank does not, aged")
    waiting.add_argument("account", metavar="ACCOUNT")
    waiting.add_argument("--on", metavar="DAY", type=arguments.day, help="at the end of that day (today)")


async def _import(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes
    from paylink_tui.domain.errors import BadInput, PayLinkError

    args = desk.args
    try:
        data = args.file.read_bytes()
    except OSError as problem:
        why = problem.strerror or "it cannot be read"
        raise PayLinkError(f"{args.file}: {why}.", "Check the path and its permissions.") from None
    try:
        done = await desk.services.trust.import_statement(
            args.account, args.file.name, data, dates=args.dates, dry_run=args.dry_run
        )
    except BadInput as bad:
        raise PayLinkError(bad.message, bad.fix) from None
    verb = "would be imported" if args.dry_run else "imported"
    lines = "line" if done.new == 1 else "lines"
    told = f"{done.account_name}: {done.new} new {lines} {verb}, {done.known} known."
    again = " This very file was imported before." if done.repeated else ""
    desk.out.answer(trust_shapes.report(done, dry_run=args.dry_run), [told + again])
    return 0


async def _lines(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes

    args = desk.args
    found = await desk.services.trust.lines(args.account, args.month, unmatched=args.unmatched)
    desk.out.answer({"lines": [trust_shapes.line(one) for one in found]}, _table(found))
    return 0


def _table(found: Iterable[StatementLine]) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    return words.table(
        (">Line", "Date", ">Amount", "Number", "Description", "Matched to"),
        (
            (
                str(one.id),
                one.posted_on.isoformat(),
                display(one.amount),
                one.number,
                one.description,
                " ".join(f"#{number}" for number in one.matched) or f"nothing: {one.offer}?",
            )
            for one in found
        ),
        none="No line.",
    )


async def _match(desk: Desk) -> int:
    from paylink_tui.domain.errors import UsageError

    if desk.args.postings:
        if desk.args.accept or not desk.args.what.isdecimal():
            raise UsageError("To match by hand, name a line and what it is, without --accept.")
        return await _match_one(desk, int(desk.args.what))
    return await _solve(desk)


async def _match_one(desk: Desk, number: int) -> int:
    from paylink_tui.cli import trust_shapes
    from paylink_tui.domain.errors import NotFound

    trust = desk.services.trust
    line = await trust.line(number)
    known = await trust.unmatched(f"#{line.account_id}")
    chosen: list[int] = []
    for name in desk.args.postings:
        found = [one.transfer_id for one in known if name.upper() in (one.about, f"#{one.transfer_id}")]
        if not found:
            raise NotFound(
                f"No posting of {name} waits for the bank.", "See: paylink trust outstanding ACCOUNT"
            )
        chosen += found
    made = await trust.match(number, chosen)
    desk.out.answer(
        trust_shapes.line(made), [f"Line {made.id} is matched to {' '.join(desk.args.postings)}."]
    )
    return 0


async def _solve(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes

    trust = desk.services.trust
    found = await trust.solve(desk.args.what)
    sure = [one for one in found if one.sure]
    done = await trust.accept(sure) if desk.args.accept and sure else ()
    shown = [trust_shapes.proposal(one) for one in found]
    desk.out.answer({"proposals": shown, "accepted": len(done)}, _proposals(found, len(done)))
    return 0


def _proposals(found: Iterable[Proposal], accepted: int) -> Iterator[str]:
    from paylink_tui.cli import words
    from paylink_tui.domain.money import display

    yield from words.table(
        (">Line", "Date", ">Amount", "Is", "", "Why"),
        (
            (
                str(one.line.id),
                one.line.posted_on.isoformat(),
                display(one.line.amount),
                " ".join(dict.fromkeys(each.about or f"#{each.transfer_id}" for each in one.items)),
                "sure" if one.sure else "look",
                one.why,
            )
            for one in found
        ),
        none="Nothing to match.",
    )
    if accepted:
        yield f"{accepted} {'line' if accepted == 1 else 'lines'} matched."


async def _unmatch(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes

    made = await desk.services.trust.unmatch(desk.args.line)
    desk.out.answer(trust_shapes.line(made), [f"Line {made.id} is matched to nothing."])
    return 0


async def _outstanding(desk: Desk) -> int:
    from paylink_tui.cli import trust_shapes

    found = await desk.services.trust.outstanding(desk.args.account, desk.args.on)
    shown = [trust_shapes.outstanding(one) for one in found]
    desk.out.answer({"outstanding": shown}, outstanding_table(found))
    return 0


def outstanding_table(found: Iterable[Outstanding]) -> Iterator[str]:
    """What book and bank do not both have, the oldest first."""
    from paylink_tui.cli import words
    from paylink_tui.domain.bank_words import item_word
    from paylink_tui.domain.money import display

    return words.table(
        ("Date", ">Amount", ">Age", "What", "About", "Who", "Number"),
        (
            (
                one.item.day.isoformat(),
                display(one.amount),
                f"{one.age}{' stale' if one.stale else ''}",
                f"at the bank before: {item_word(one.item.kind)}"
                if one.at_bank
                else item_word(one.item.kind),
                one.item.about or f"#{one.item.transfer_id}",
                one.item.who,
                one.item.number,
            )
            for one in found
        ),
        none="Nothing is outstanding.",
    )
