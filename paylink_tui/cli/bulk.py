"""Doing one thing to several transactions: each succeeds or is refused on its own, and totals tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from paylink_tui.cli.desk import Desk

Done = tuple[dict[str, Any], "Iterable[str]", int, str]
"""JSON, lines for people, and the amount with its currency."""


def several(parser: Any) -> None:
    """Add the argument that names one or more transactions."""
    parser.add_argument(
        "transactions", metavar="T", nargs="+", help="T17, the processor's reference, or a payer's name"
    )


async def each(desk: Desk, run: Callable[[str], Awaitable[Done]]) -> int:
    """Run a command for every transaction named; of one alone the answer stands alone.

    Returns the exit code: 3 when none of several could be done, 0 when at least one was.
    """
    from paylink_tui.cli.failures import tell
    from paylink_tui.domain.errors import PayLinkError, Refused

    names = list(dict.fromkeys(desk.args.transactions))
    if len(names) == 1:
        value, lines, _, _ = await run(names[0])
        desk.out.answer(value, lines)
        return 0
    values: list[dict[str, Any]] = []
    told: list[str] = []
    totals: dict[str, int] = {}
    refused = 0
    for name in names:
        try:
            value, lines, amount, currency = await run(name)
        except PayLinkError as problem:
            refused += 1
            rule = problem.rule if isinstance(problem, Refused) else None
            error = {"rule": rule, "message": problem.message, "fix": problem.fix}
            values.append({"transaction": name, "error": error})
            told.append(f"{name}: refused{f' by {rule}' if rule else ''}: {problem.message}")
            last = problem
            continue
        totals[currency] = totals.get(currency, 0) + amount
        values.append(value)
        told += lines
    if refused == len(names):
        desk.out.note("\n".join(told[:-1]))
        return tell(last, desk.out)
    desk.out.answer(*_summary(values, told, totals, refused))
    return 0


def _summary(
    values: list[dict[str, Any]], told: list[str], totals: dict[str, int], refused: int
) -> tuple[dict[str, Any], list[str]]:
    from paylink_tui.domain.money import display, plain

    done = len(values) - refused
    sums = " and ".join(display(amount, currency) for currency, amount in sorted(totals.items()))
    value = {
        "transactions": values,
        "done": done,
        "refused": refused,
        "totals": {currency: plain(amount, currency) for currency, amount in sorted(totals.items())},
    }
    return value, [*told, "", f"{done} of {len(values)}, {sums or 'nothing'}; {refused} refused."]
