"""Exports of more rows than are read at once, and of books without a firm."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from paylink_tui.domain.errors import NotFound
from paylink_tui.services.export import ExportRequest
from paylink_tui.services.listing import PAGE
from paylink_tui.store.database import Database, open_database
from tests.benchmarks.dataset import fill
from tests.databases import FreshSqlite
from tests.services.desk import services_over

MANY = 2 * PAGE + 3


async def test_every_row_of_every_page_is_written_once_newest_first(fresh_sqlite: FreshSqlite) -> None:
    url = fresh_sqlite.migrated()
    fill(Path(url), MANY)
    database = await open_database(url, readonly=True)
    try:
        desk = services_over(database)
        for query in ("", "-status:failed"):
            asked = ExportRequest("csv", query)
            text = "".join([piece async for piece in desk.export.pieces(asked)])
            rows = [row for row in csv.DictReader(text.splitlines()) if row["record"] == "transaction"]
            names = [one.name for one in await desk.transactions.list(query, limit=None)]
            assert [row["transaction"] for row in rows] == names
        assert len(await desk.transactions.list(limit=None)) == MANY
    finally:
        await database.close()


async def test_a_book_without_a_firm_says_how_to_make_one(database: Database) -> None:
    with pytest.raises(NotFound) as no:
        await services_over(database).firm.require()
    assert no.value.message == "This database has no firm yet."
    assert no.value.fix == 'Make one: paylink init --firm "Hartwell & Ng LLP"'
