"""`paylink drill`: a bad day rehearsed against a copy of the books, and scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paylink_tui.cli import arguments
from paylink_tui.cli.parser import Parser, carry_out

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.services.drill.rehearsal import Scored


def add_to(parser: Parser) -> None:
    """Make it a command, which never writes to the books."""
    parser.add_argument(
        "--seed", metavar="N", type=arguments.count, default=None, help="another course of the day"
    )
    carry_out(parser, _drill)
    parser.set_defaults(readonly=True)


async def _drill(desk: Desk) -> int:
    from contextlib import aclosing

    from paylink_tui.services.drill.exercises import EXERCISES
    from paylink_tui.services.drill.rehearsal import SEED, rehearse

    seed = SEED if desk.args.seed is None else desk.args.seed
    scored: list[Scored] = []
    desk.out.progress("copying the books")
    async with aclosing(rehearse(desk.services, seed)) as going:
        async for one in going:
            scored.append(one)
            desk.out.progress(f"{len(scored)} of {len(EXERCISES)} exercises: {one.name}")
    desk.out.progress("")
    desk.out.answer(_shape(seed, scored), _lines(seed, scored))
    return 0 if all(one.ok for one in scored) else 1


def _total(scored: list[Scored]) -> tuple[int, int]:
    return sum(one.score[0] for one in scored), sum(one.score[1] for one in scored)


def _shape(seed: int, scored: list[Scored]) -> dict[str, Any]:
    held, of = _total(scored)
    exercises = [
        {
            "name": one.name,
            "meaning": one.meaning,
            "happened": one.what,
            "ok": one.ok,
            "held": list(one.held),
            "failed": list(one.failed),
        }
        for one in scored
    ]
    return {"ok": held == of, "seed": seed, "held": held, "of": of, "exercises": exercises}


def _lines(seed: int, scored: list[Scored]) -> list[str]:
    from paylink_tui.cli import words

    rows = [
        (one.name, one.what, "yes" if one.ok else "NO", f"{one.score[0]}/{one.score[1]}") for one in scored
    ]
    table = words.table(("Exercise", "What happened", "Held", "Score"), rows, none="No exercise.")
    failed = [f"FAIL  {one.name}: {what}" for one in scored for what in one.failed]
    held, of = _total(scored)
    return [*table, "", *failed, f"{held} of {of} held, on a copy of the books (seed {seed})."]
