"""`paylink trust pack`: a trust account's month as PDF and CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.cli.parser import Noun


def add_pack(noun: Noun) -> None:
    """Add the verb."""
    pack = noun.verb("pack", _pack, "the monthly pack of a trust account as PDF and CSV files")
    pack.add_argument("account", metavar="ACCOUNT", help="name of a trust account")
    pack.add_argument("--month", metavar="M", required=True, help="like 2026-11")
    pack.add_argument(
        "-o", dest="folder", metavar="DIR", type=_folder, default=Path(), help="where to (here)"
    )


def _folder(text: str) -> Path:
    return Path(text).expanduser()


async def _pack(desk: Desk) -> int:
    args = desk.args
    files = await desk.services.pack.write(args.account, args.month, args.folder)
    told = [f"The pack of {args.account} for {args.month}, {len(files)} files:", *map(str, files)]
    desk.out.answer(
        {"account": args.account, "month": args.month, "files": [str(one) for one in files]}, told
    )
    return 0
