"""`paylink import`: clients, matters and invoices from CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paylink_tui.cli.parser import Parser, carry_out

if TYPE_CHECKING:
    from paylink_tui.cli.desk import Desk

_COLUMNS = {
    "clients": "id,name,type,email,phone",
    "matters": "number,client_id,description,status",
    "invoices": "number,client_id,matter_number,issued,due,total,balance",
}


def add_to(parser: Parser) -> None:
    """Add the arguments."""
    columns = "; ".join(f"{kind}: {names}" for kind, names in _COLUMNS.items())
    carry_out(parser, _import)
    parser.epilog = (
        f"Columns: {columns}. The same file again changes only what differs;"
        " a file with a problem is not imported at all."
    )
    parser.add_argument("kind", choices=tuple(_COLUMNS), metavar="clients|matters|invoices")
    parser.add_argument("file", metavar="FILE.csv", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="check the file; import nothing")


async def _import(desk: Desk) -> int:
    from paylink_tui.cli.failures import BadFile
    from paylink_tui.domain.errors import BadInput, PayLinkError
    from paylink_tui.domain.file_problems import ImportFailed

    args = desk.args

    def progress(done: int, total: int) -> None:
        desk.out.progress(f"{done:,} of {total:,} {args.kind}" if done < total else "")

    try:
        result = await desk.services.imports.run(
            args.kind, args.file, dry_run=args.dry_run, progress=progress
        )
    except ImportFailed as failed:
        raise BadFile(args.file, failed) from None
    except BadInput as unreadable:
        raise PayLinkError(unreadable.message, unreadable.fix) from None
    finally:
        desk.out.progress("")
    value = {
        "kind": args.kind,
        "dry_run": args.dry_run,
        "rows": result.rows,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
    }
    counts = f"{result.created:,} new, {result.updated:,} changed, {result.unchanged:,} as they were"
    done = "would be imported" if args.dry_run else "imported"
    desk.out.answer(value, [f"{result.rows:,} {args.kind} {done}: {counts}."])
    return 0
