"""Importing the firm's clients, matters and invoices from CSV files: all of a file, or nothing of it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast, get_args

from paylink_tui.domain.errors import UsageError
from paylink_tui.domain.file_problems import ImportFailed, ImportProblem, Problems
from paylink_tui.services.imports import rows as drafts
from paylink_tui.services.imports.apply import Progress, write
from paylink_tui.services.imports.invoices import plan_invoices
from paylink_tui.services.imports.plan import Plan, plan_clients, plan_matters
from paylink_tui.services.imports.reading import Sheet, read_sheet
from paylink_tui.services.imports.rows import ClientRow, ImportRow, InvoiceRow, Kind, MatterRow
from paylink_tui.store.read.accounts import firm_currency
from paylink_tui.store.reader import Reader
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write.inside import Inside

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

__all__ = ["ImportFailed", "ImportProblem", "ImportResult", "ImportService"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
COLUMNS: Final = {"clients": drafts.CLIENTS, "matters": drafts.MATTERS, "invoices": drafts.INVOICES}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do."""

    created: int
    updated: int
    unchanged: int
    rows: int
    """Rows of the file: the sum of the three."""


class ImportService:
    """Takes files in. The same file again changes nothing; a changed row updates."""

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor

    async def run(
        self, kind: str, path: Path, *, dry_run: bool = False, progress: Progress | None = None
    ) -> ImportResult:
        """Import a file of `clients`, `matters` or `invoices` in one transaction.

        Args:
            kind: Which of the three.
            path: The file: CSV, UTF-8, commas or semicolons, its first line naming the columns.
            dry_run: Check everything and write nothing.
            progress: Told how many rows are done, and of how many.

        Raises:
            ImportFailed: with the first ten problems and how many more there are; nothing is written.
            BadInput: the file is not there or cannot be read.
            UsageError: another kind.
            DatabaseProblem: nothing is written.
        """
        if kind not in KINDS:
            raise UsageError(f"{kind} cannot be imported; choose {', '.join(KINDS)}.")
        tell = progress or _nothing
        sheet, rows, problems = await asyncio.to_thread(_read, kind, path)
        tell(0, len(rows))
        if dry_run or problems.count:
            plan = await _plan(self._database.reader, kind, rows, problems)
            problems.stop_if_any()
            tell(len(rows), len(rows))
            return _result(plan)
        async with unit_of_work(self._database, self._actor, self._clock.now(), bulk=True) as unit:
            plan = await _plan(Inside(unit.connection, self._database.dialect), kind, rows, problems)
            problems.stop_if_any()
            added = await write(unit, kind, plan, tell)
            _record(unit, kind, path, sheet, _result(plan), added)
        tell(len(rows), len(rows))
        return _result(plan)


def _read(kind: Kind, path: Path) -> tuple[Sheet, list[ImportRow], Problems]:
    sheet = read_sheet(path, list(COLUMNS[kind]))
    problems = Problems(str(path))
    rows: list[ImportRow] = []
    if kind == "clients":
        rows += drafts.read_clients(sheet.records, problems)
    elif kind == "matters":
        rows += drafts.read_matters(sheet.records, problems)
    else:
        rows += drafts.read_invoices(sheet.records, problems)
    return sheet, rows, problems


async def _plan(reader: Reader, kind: Kind, rows: list[ImportRow], problems: Problems) -> Plan:
    if kind == "clients":
        return await plan_clients(reader, cast("list[ClientRow]", rows), problems)
    if kind == "matters":
        return await plan_matters(reader, cast("list[MatterRow]", rows), problems)
    currency = await firm_currency(reader)
    return await plan_invoices(reader, cast("list[InvoiceRow]", rows), problems, currency)


def _record(
    unit: UnitOfWork,
    kind: Kind,
    path: Path,
    sheet: Sheet,
    result: ImportResult,
    added: tuple[int, int] | None,
) -> None:
    """One audit row and one change row, entity id 0, stand for the file and all rows it added."""
    if result.created or result.updated:
        summary = {"file": path.name, "sha256": sheet.digest, **asdict(result)}
        if added:
            summary["ids"] = list(added)
        unit.record(f"import {kind}", kind, 0, after=summary)


def _result(plan: Plan) -> ImportResult:
    counts = len(plan.new), len(plan.changed), plan.unchanged
    return ImportResult(*counts, sum(counts))


def _nothing(done: int, total: int) -> None:
    """Tell nobody."""
