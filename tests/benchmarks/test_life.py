"""A payment's life through the services against the same rows and commits by the bare sqlite3 module."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest

from paylink_tui.domain.facts import Fact, FactKind
from paylink_tui.processors.port import Snapshot
from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.intake import new_operation
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.store.write.payments import NewPayment

GOAL = 4.0
"""How many times the floor a life through the services should take."""
GUARD = 7.0
"""What the run fails at: the goal is not reached yet, and the ratio must not grow meanwhile."""
LIVES = 60
WARM_UP = 10
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)

LEFT_ALONE = ("payment_search%", "sqlite_%", "tally", "alembic_version", "client_search%")


@contextmanager
def written_rows(path: Path) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Rows that a block adds to each table, read from the file itself."""
    before = _counts(path)
    added: dict[str, list[dict[str, Any]]] = {}
    yield added
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    for name, count in before.items():
        rows = connection.execute(f"SELECT * FROM {name} ORDER BY rowid LIMIT -1 OFFSET {count}")
        found = [dict(row) for row in rows]
        if found:
            added[name] = found
    connection.close()


def _counts(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    skip = " AND ".join(f"name NOT LIKE '{name}'" for name in LEFT_ALONE)
    names = [
        row[0] for row in connection.execute(f"SELECT name FROM sqlite_master WHERE type='table' AND {skip}")
    ]
    counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    connection.close()
    return counts


async def desk(path: Path) -> Services:
    """A firm with one operating account, a link, and a client with three open invoices for each life."""
    from sqlalchemy import insert

    from paylink_tui.store.schema import client, invoice

    services = await open_services(str(path), create=True, clock=FixedClock(AT), actor="mia")
    await services.firm.init("Hartwell & Ng LLP")
    await services.firm.add_account("Operating", "operating", processor="sandbox")
    await services.links.create(NewLink("Operating"))
    lives = range(LIVES + WARM_UP)
    async with services.database.write() as connection:
        await connection.execute(
            insert(client),
            [{"code": f"C{n}", "name": f"Client {n}", "kind": "person", "search": f"c{n}"} for n in lives],
        )
        await connection.execute(
            insert(invoice),
            [
                {
                    "number": f"{n}-{k}",
                    "client_id": n + 1,
                    "issued": "2026-10-01",
                    "due": f"2026-11-0{k + 1}",
                    "currency": "USD",
                    "total": 10_000,
                }
                for n in lives
                for k in range(3)
            ],
        )
    return services


async def submit(services: Services, life: int) -> int:
    operation = new_operation()
    new = NewPayment(
        1, 1, "operating", "USD", 30_000, "card", f"Payer {life}", "a@b.example", "r", "sandbox", f"sb{life}"
    )
    number = await services.intake.submit(new, operation)
    assert number is not None
    await services.intake.settle_operation(operation, "done")
    return number


async def live(services: Services, number: int, life: int) -> None:
    """Authorize, complete, link with three allocations."""
    authorized = Fact("sandbox", FactKind.AUTHORIZED, f"a{life}", f"sb{life}", 30_000, "USD", AT)
    captured = Fact("sandbox", FactKind.CAPTURED, f"c{life}", f"sb{life}", 30_000, "USD", AT)
    await services.intake.take("sandbox", Snapshot(f"sb{life}", (authorized,), "card", "Visa", "4242"))
    snapshot = Snapshot(f"sb{life}", (authorized, captured), "card", "Visa", "4242")
    await services.intake.take("sandbox", snapshot)
    outcome = await services.linking.link(number, [Part(f"C{life}")])
    assert len(outcome.preview.lines) == 3
    assert outcome.transaction.applied == 30_000


async def both_ways(path: Path) -> tuple[list[float], list[float], int]:
    """Seconds of each life through the services and of each bare one, in turn; and the rows of one."""
    services = await desk(path)
    floor = _connection(path)
    try:
        numbers = [await submit(services, life) for life in range(LIVES + WARM_UP)]
        for life in range(WARM_UP - 1):
            await live(services, numbers[life], life)
        with written_rows(path) as rows:
            await live(services, numbers[WARM_UP - 1], WARM_UP - 1)
        ours, bare = [], []
        for life in range(WARM_UP, WARM_UP + LIVES):
            started = time.perf_counter()
            await live(services, numbers[life], life)
            ours.append(time.perf_counter() - started)
            ids = _submitted(floor, rows, life)
            started = time.perf_counter()
            _write_life(floor, rows, ids, life)
            bare.append(time.perf_counter() - started)
        assert floor.execute("SELECT min(applied), max(applied) FROM payment").fetchone() == (30_000, 30_000)
        return ours, bare, sum(len(found) for found in rows.values())
    finally:
        floor.close()
        await services.close()


def _connection(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


Ids = dict[tuple[str, int], int]
"""From a table and the id of a row that the services wrote to the id of its copy."""


def _submitted(connection: sqlite3.Connection, rows: dict[str, list[dict[str, Any]]], life: int) -> Ids:
    """A pending payment and three open invoices of the same client, as both ways start from."""
    cursor = connection.execute(
        """INSERT INTO payment (link_id, account_id, account_kind, currency, amount, status, method,
                                payer_name, processor, payment_ref, paid_at, changed_at)
           VALUES (1, 1, 'operating', 'USD', 30000, 'pending', 'card', 'Payer', 'sandbox', ?, 1, 1)""",
        (f"bare{life}",),
    )
    assert cursor.lastrowid is not None
    ids: Ids = {("payment", rows["fact"][0]["payment_id"]): cursor.lastrowid}
    for row in rows["allocation"]:
        cursor = connection.execute(
            """INSERT INTO invoice (number, client_id, issued, due, currency, total)
               VALUES (?, ?, '2026-10-01', '2026-11-01', 'USD', 10000)""",
            (f"bare {life} {row['id']}", row["client_id"]),
        )
        assert cursor.lastrowid is not None
        ids[("invoice", row["invoice_id"])] = cursor.lastrowid
    return ids


def _write_life(
    connection: sqlite3.Connection, rows: dict[str, list[dict[str, Any]]], ids: Ids, life: int
) -> None:
    """Insert every row a life wrote, split over its three commits, and update the payment in each."""
    journals = sorted(row["id"] for row in rows["journal"])
    stages = {journals[0]: 0, journals[1]: 1, journals[2]: 2, journals[3]: 2}
    payment = ids[("payment", rows["fact"][0]["payment_id"])]
    changes, audits = _thirds(rows["change"]), _thirds(rows["audit"])
    for stage, status in enumerate(("authorized", "completed", "completed")):
        connection.execute("BEGIN IMMEDIATE")
        if stage < 2:
            _insert(connection, "fact", rows["fact"][stage], ids, external_ref=f"bare {stage} {life}")
        else:
            for name in ("linking", "linking_part"):
                for row in rows[name]:
                    ids[(name, row["id"])] = _insert(connection, name, row, ids)
        connection.execute(
            "UPDATE payment SET status = ?, version = version + 1, linking_id = ?, linked = ? WHERE id = ?",
            (status, ids[("linking", rows["linking"][0]["id"])] if stage == 2 else None, stage // 2, payment),
        )
        for row in rows["journal"]:
            if stages[row["id"]] == stage:
                ids[("journal", row["id"])] = _insert(connection, "journal", row, ids)
        for row in rows["transfer"]:
            if stages[row["journal_id"]] == stage:
                ids[("transfer", row["id"])] = _insert(connection, "transfer", row, ids)
        for row in rows["allocation"] if stage == 2 else ():
            _insert(connection, "allocation", row, ids)
        for row in changes[stage]:
            _insert(connection, "change", row, ids)
        for row in audits[stage]:
            _insert(connection, "audit", row, ids, hash=f"{life} {row['hash']}")
        connection.execute("COMMIT")


def _thirds(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows of an append-only table, dealt to the three commits in order."""
    return [rows[:1], rows[1:2], rows[2:]]


_POINTS_TO = {f"{name}_id": name for name in ("payment", "linking", "journal", "invoice", "transfer")}


def _insert(
    connection: sqlite3.Connection,
    name: str,
    row: dict[str, Any],
    ids: Ids,
    **also: Any,
) -> int:
    values = {**row, **also}
    values.pop("id", None)
    values.pop("seq", None)
    for column, target in _POINTS_TO.items():
        if column in values:
            values[column] = ids.get((target, values[column]), values[column])
    columns, marks = ", ".join(f'"{column}"' for column in values), ", ".join("?" * len(values))
    cursor = connection.execute(f"INSERT INTO {name} ({columns}) VALUES ({marks})", list(values.values()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def calm(seconds: list[float]) -> float:
    """The first quartile: what a life takes while nothing else wants the machine."""
    return quantiles(seconds, n=4)[0]


@pytest.mark.benchmark
def test_a_payments_life_is_stays_near_the_bare_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    ours, floor, written = asyncio.run(both_ways(tmp_path / "life.db"))
    ratio = calm(ours) / calm(floor)
    print(
        f"\na payment's life: {calm(ours) * 1000:.1f} ms, {written} rows; bare sqlite3"
        f" {calm(floor) * 1000:.1f} ms; ratio {ratio:.2f}, goal {GOAL}"
    )
    assert ratio <= GUARD
