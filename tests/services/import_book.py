"""Three small files of a firm's books, and a hand that imports them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paylink_tui.services.clock import FixedClock
from paylink_tui.services.imports.service import ImportFailed, ImportProblem, ImportResult, ImportService
from paylink_tui.store.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLIENTS = "id,name,type,email,phone\nC-1,Lee Ng,person,lee@example.com,555 1\nC-2,Acme Ltd,Company,,\n"
MATTERS = "number,client_id,description,status\n2026-1,C-1,Lease,\n2026-2,C-2,Merger,pending\n"
INVOICES = (
    "number,client_id,matter_number,issued,due,total,balance\n"
    "1001,C-1,2026-1,2026-01-10,2026-02-10,500.00,500.00\n"
    '1002,C-1,,2026-01-05,,"1,300.00",1000\n'
    "1003,C-2,2026-2,2026-03-01,2026-01-31,0,0\n"
)
HEADER = INVOICES.partition("\n")[0]


def service(database: Database) -> ImportService:
    return ImportService(database, FixedClock(NOW), "dana")


class Book:
    """Writes files and imports them."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "book.csv"

    async def run(
        self, database: Database, kind: str, content: str | bytes, *, dry_run: bool = False
    ) -> ImportResult:
        self._file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return await service(database).run(kind, self._file, dry_run=dry_run)

    async def problems(self, database: Database, kind: str, content: str | bytes) -> Sequence[ImportProblem]:
        with pytest.raises(ImportFailed) as told:
            await self.run(database, kind, content)
        assert str(self._file) in told.value.message
        return told.value.problems

    async def everything(self, database: Database) -> None:
        for kind, content in (("clients", CLIENTS), ("matters", MATTERS), ("invoices", INVOICES)):
            await self.run(database, kind, content)


async def table(database: Database, name: str, columns: str = "*") -> list[tuple[object, ...]]:
    return await database.reader.rows(f"SELECT {columns} FROM {name} ORDER BY 1")
