"""`paylink db`: upgrading a database and copying it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paylink_tui.cli.parser import NO_DATABASE, Noun, Parser

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk


def add_to(parser: Parser) -> None:
    """Add the verbs."""
    noun = Noun(parser)
    noun.verb("upgrade", _upgrade, "bring an older database to this program's schema", database=NO_DATABASE)
    backup = noun.verb("backup", _backup, "copy the database to a new file", database=NO_DATABASE)
    backup.add_argument("file", metavar="FILE", type=_absolute)


def _absolute(text: str) -> Path:
    return Path(text).expanduser().absolute()


async def _upgrade(desk: Desk) -> int:
    from paylink_tui.domain.errors import DatabaseProblem
    from paylink_tui.services import upkeep

    if desk.args.readonly:
        raise DatabaseProblem("An upgrade changes the database.", "Run it without --readonly.")
    copy = await upkeep.upgrade(desk.args.db)
    lines = ["The database is at this program's schema."]
    if copy is not None:
        lines.append(f"A copy of what it was is in {copy}.")
    desk.out.answer({"copy": None if copy is None else str(copy)}, lines)
    return 0


async def _backup(desk: Desk) -> int:
    from paylink_tui.services import upkeep

    file = desk.args.file
    await upkeep.back_up(desk.args.db, file)
    desk.out.answer({"file": str(file)}, [f"The database is copied to {file}."])
    return 0
