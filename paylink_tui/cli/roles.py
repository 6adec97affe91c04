"""`paylink roles`: who is a bookkeeper, an approver or an auditor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paylink_tui.cli.parser import Noun, Parser

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from paylink_tui.cli.desk import Desk
    from paylink_tui.domain.roles import Member

ROLES = ("bookkeeper", "approver", "auditor")


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    noun.verb("list", _list, "everyone with a role; nobody named means that everyone may do all")
    given = noun.verb("set", _set, "give a person a role")
    given.add_argument("name", metavar="NAME", help="the login name, or what PAYLINK_USER says")
    given.add_argument("--role", required=True, choices=ROLES)
    removed = noun.verb("remove", _remove, "take a person's role away")
    removed.add_argument("name", metavar="NAME")
    for verb in (given, removed):
        verb.add_argument("--yes", action="store_true", help="also when nobody is left to approve")


async def _list(desk: Desk) -> int:
    from paylink_tui.cli import words

    found, zone = await desk.services.roles.members(), await desk.zone()
    table = words.table(
        ("Name", "Role", "Since", "Named by"),
        ((one.name, one.role.value, words.when(one.set_at, zone), one.set_by) for one in found),
        none="Nobody has a role, so everyone may do all.",
    )
    desk.out.answer([_shape(one) for one in found], table)
    return 0


async def _set(desk: Desk) -> int:
    args, roles = desk.args, desk.services.roles

    async def give(confirmed: bool) -> Member:
        return await roles.set(args.name, args.role, confirmed=confirmed)

    one = await _asking(desk, give)
    desk.out.answer(
        _shape(one), [f"{one.name} is {'an' if one.role.value[0] == 'a' else 'a'} {one.role} now."]
    )
    return 0


async def _remove(desk: Desk) -> int:
    args, roles = desk.args, desk.services.roles

    async def take(confirmed: bool) -> None:
        await roles.remove(args.name, confirmed=confirmed)

    await _asking(desk, take)
    desk.out.answer({"name": args.name, "role": None}, [f"{args.name} has no role any more."])
    return 0


async def _asking(desk: Desk, change: Callable[[bool], Awaitable[Any]]) -> Any:
    """Make the change; where it would leave no approver, ask first on a terminal."""
    from paylink_tui.cli.output import ask
    from paylink_tui.domain.errors import Refused
    from paylink_tui.domain.roles import LAST

    try:
        return await change(desk.args.yes)
    except Refused as no:
        if no.rule != LAST or not ask(f"{no.message} Do it all the same?"):
            raise
    return await change(True)


def _shape(one: Member) -> dict[str, Any]:
    from paylink_tui.domain.times import iso

    return {"name": one.name, "role": one.role.value, "since": iso(one.set_at), "named_by": one.set_by}
