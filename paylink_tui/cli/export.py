"""`paylink export`: the books, for spreadsheets and other accounting programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paylink_tui.cli import arguments
from paylink_tui.cli.parser import Parser, carry_out

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk
    from paylink_tui.services.export import ExportRequest

_FORMS = ("csv", "hledger", "beancount", "ofx")
_EPILOG = (
    "csv: transactions, one a row, then totals and the filter (column `record` tells them apart)."
    " hledger, beancount: the whole ledger with balance assertions."
    " ofx: the book of one bank account. Days are those of the firm's zone, both included."
)


def add_to(parser: Parser) -> None:
    """Add the arguments."""
    carry_out(parser, _export)
    parser.epilog = _EPILOG
    parser.add_argument("form", choices=_FORMS, metavar="|".join(_FORMS))
    parser.add_argument("--query", metavar="Q", default="", help="csv: which, like the filter bar")
    parser.add_argument("--since", metavar="D", type=arguments.day, help="from this day, like 2026-11-01")
    parser.add_argument("--until", metavar="D", type=arguments.day, help="up to this day, included")
    parser.add_argument("--account", metavar="NAME", default="", help="csv, ofx: only this bank account")
    parser.add_argument(
        "-o", dest="file", metavar="FILE", type=_path, help="write a file, whole or not at all"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")


def _path(text: str) -> Path:
    return Path(text).expanduser()


async def _export(desk: Desk) -> int:
    from paylink_tui.domain.errors import UsageError
    from paylink_tui.services.export import ExportRequest

    args = desk.args
    asked = ExportRequest(args.form, args.query, args.since, args.until, args.account)
    if args.file is None and args.json:
        raise UsageError(
            "The export itself is what standard output gets.", "Write a file with -o, or drop --json."
        )
    if args.file is None:
        await _print(desk, asked)
        return 0
    size = await desk.services.export.write(asked, args.file, force=args.force)
    desk.out.answer(
        {"format": args.form, "file": str(args.file), "bytes": size},
        [f"Exported to {args.file} ({size:,} bytes). Only you can read it."],
    )
    return 0


async def _print(desk: Desk, asked: ExportRequest) -> None:
    async for piece in desk.services.export.pieces(asked):
        desk.out.raw(piece)
