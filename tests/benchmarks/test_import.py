"""Importing 50,000 invoices, beside `csv` and `executemany` into the same table by bare sqlite3."""

from __future__ import annotations

import asyncio
import csv
import random
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paylink_tui.services.clock import FixedClock
from paylink_tui.services.imports.service import ImportService
from paylink_tui.store.database import open_database
from tests.databases import FreshSqlite

ROWS = 50_000
CLIENTS = 500
GOAL = 4.0
INSERT = (
    "INSERT INTO invoice (number, client_id, issued, due, currency, total, paid_before)"
    " VALUES (?, ?, ?, ?, 'USD', ?, ?)"
)


def write_files(directory: Path) -> tuple[Path, Path]:
    """The clients and the invoices, as a firm's books would export them."""
    chance = random.Random(7)
    clients, invoices = directory / "clients.csv", directory / "invoices.csv"
    with clients.open("w", newline="") as file:
        rows = [(f"C{n}", f"Client {n}", "person", f"c{n}@example.com", "") for n in range(1, CLIENTS + 1)]
        csv.writer(file).writerows([("id", "name", "type", "email", "phone"), *rows])
    with invoices.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "client_id", "matter_number", "issued", "due", "total", "balance"])
        for number in range(ROWS):
            day = f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            total = chance.randint(100, 1_000_000)
            paid = chance.choice((0, 0, total, total // 2))
            owner = f"C{chance.randint(1, CLIENTS)}"
            amounts = f"{total / 100:.2f}", f"{(total - paid) / 100:.2f}"
            writer.writerow((f"2026-{number:06}", owner, "", day, day, *amounts))
    return clients, invoices


def floor(url: str, file: Path) -> float:
    """Seconds for the least that puts the file's rows into the table, durably."""
    connection = sqlite3.connect(url, isolation_level=None)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    started = time.perf_counter()
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.reader(lines)
        next(rows)
        values = (
            (
                number,
                int(owner[1:]),
                issued,
                due,
                int(total.replace(".", "")),
                int(total.replace(".", "")) - int(balance.replace(".", "")),
            )
            for number, owner, _, issued, due, total, balance in rows
        )
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, values)
        connection.execute("COMMIT")
    spent = time.perf_counter() - started
    connection.close()
    return spent


async def ours(url: str, file: Path) -> float:
    """Seconds for the whole import, from the path to the commit."""
    database = await open_database(url)
    service = ImportService(database, FixedClock(datetime(2026, 11, 22, tzinfo=UTC)), "bench")
    await database.warm()
    started = time.perf_counter()
    result = await service.run("invoices", file)
    spent = time.perf_counter() - started
    await database.close()
    assert result.created == ROWS
    return spent


async def with_clients(url: str, file: Path) -> str:
    database = await open_database(url)
    await ImportService(database, FixedClock(datetime(2026, 11, 22, tzinfo=UTC)), "bench").run(
        "clients", file
    )
    await database.close()
    return url


@pytest.mark.benchmark
def test_import_of_50_000_invoices_against_csv_and_executemany(
    fresh_sqlite: FreshSqlite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clients, invoices = write_files(tmp_path)
    floors, spent = [], []
    for _ in range(2):
        floors.append(floor(asyncio.run(with_clients(fresh_sqlite.migrated(), clients)), invoices))
        spent.append(asyncio.run(ours(asyncio.run(with_clients(fresh_sqlite.migrated(), clients)), invoices)))
    ratio = min(spent) / min(floors)
    with capsys.disabled():
        print(
            f"\nimport of 50,000 invoices: {min(spent):.2f} s, csv + executemany {min(floors):.2f} s,"
            f" ratio {ratio:.2f} (goal {GOAL:.0f})"
        )
    assert ratio <= GOAL
