"""`paylink audit`: whether the log of every action is whole, and what it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paylink_tui.cli import arguments
from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.audit import AuditEntry
    from paylink_tui.services.audit import Chain


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    verify = noun.verb("verify", _verify, "follow the chain from its first row; exit code 1 if it is broken")
    verify.add_argument(
        "--head", metavar="HASH", default="", help="a hash printed earlier: is it still there"
    )
    listed = noun.verb("list", _list, "who did what, newest first")
    listed.add_argument("--actor", metavar="A", default="", help="whose name begins so")
    listed.add_argument("--entity", metavar="E", default="", help="T17, L5, R3, client:C1, invoice:101 ...")
    listed.add_argument("--since", metavar="D", default="", help="from that day or ISO time on")
    listed.add_argument("--limit", metavar="N", type=arguments.count, default=50, help="at most (50)")


async def _verify(desk: Desk) -> int:
    chain = await desk.services.audit.verify(desk.args.head)
    lost = bool(desk.args.head) and not chain.met and not chain.broken
    whole = not chain.broken and not lost
    problem = chain.problem or (_LOST.format(desk.args.head) if lost else "")
    value = {
        "ok": whole,
        "rows": chain.rows,
        "head": chain.head or None,
        "broken": chain.broken or None,
        "problem": problem or None,
    }
    desk.out.answer(value, _told(chain, problem))
    return 0 if whole else 1


_LOST = "the head {} is no hash of this chain: rows were cut off its end, or the whole log was written anew"


def _told(chain: Chain, problem: str) -> list[str]:
    if chain.broken:
        return [
            f"BROKEN at row {chain.broken}: {problem}.",
            f"The {chain.rows} rows before it follow one another.",
        ]
    lines = [f"BROKEN: {problem}."] if problem else [f"All {chain.rows} rows follow one another."]
    return [*lines, f"Head: {chain.head}"] if chain.head else lines


async def _list(desk: Desk) -> int:
    from paylink_tui.cli import words
    from paylink_tui.domain.audit import AuditQuery, moment

    args, audit = desk.args, desk.services.audit
    zone = await audit.zone()
    since = moment(args.since, zone, audit.now()) if args.since else None
    found = await audit.list(AuditQuery(args.actor, args.entity, "", since), limit=args.limit)
    table = words.table(
        ("#", "When", "Who", "What", "Of", "Before", "After", "Reason"),
        (
            (
                str(one.seq),
                words.when(one.at, zone),
                one.actor,
                one.action,
                one.name,
                one.before,
                one.after,
                one.reason,
            )
            for one in found
        ),
        none="Nothing of that was done.",
    )
    desk.out.answer([_shape(one) for one in found], table)
    return 0


def _shape(one: AuditEntry) -> dict[str, Any]:
    from paylink_tui.domain.times import iso

    return {
        "seq": one.seq,
        "at": iso(one.at),
        "actor": one.actor,
        "action": one.action,
        "entity": one.entity,
        "id": one.entity_id,
        "name": one.name,
        "before": one.was,
        "after": one.became,
        "reason": one.reason or None,
        "hash": one.hash,
    }
