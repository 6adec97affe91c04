"""A payment's life through the services against the same rows and commits by the bare sqlite3 module."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
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
"""How many times the floor a life through the services may take."""
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


async def through_services(path: Path) -> tuple[list[float], dict[str, list[dict[str, Any]]]]:
    """Seconds of each life, and the rows the last one wrote."""
    services = await desk(path)
    try:
        numbers = [await submit(services, life) for life in range(LIVES + WARM_UP)]
        taken = []
        for life, number in enumerate(numbers[:-1]):
            started = time.perf_counter()
            await live(services, number, life)
            taken.append(time.perf_counter() - started)
        with written_rows(path) as rows:
            await live(services, numbers[-1], LIVES + WARM_UP - 1)
        return taken[WARM_UP:], rows
    finally:
        await services.close()


def bare(path: Path, rows: dict[str, list[dict[str, Any]]]) -> list[float]:
    """The same rows, updates and three commits, with the triggers, by sqlite3 alone."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    taken = []
    for life in range(LIVES):
        payment = _submitted(connection, life)
        started = time.perf_counter()
        _write_life(connection, rows, payment, life)
        taken.append(time.perf_counter() - started)
    connection.close()
    return taken


def _submitted(connection: sqlite3.Connection, life: int) -> int:
    """A pending payment, as both ways start from."""
    cursor = connection.execute(
        """INSERT INTO payment (link_id, account_id, account_kind, currency, amount, status, method,
                                payer_name, processor, payment_ref, paid_at, changed_at)
           VALUES (1, 1, 'operating', 'USD', 30000, 'pending', 'card', 'Payer', 'sandbox', ?, 1, 1)""",
        (f"bare{life}",),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _write_life(
    connection: sqlite3.Connection, rows: dict[str, list[dict[str, Any]]], payment: int, life: int
) -> None:
    """Insert every row a life wrote, split over its three commits, and update the payment in each."""
    journals = sorted(row["id"] for row in rows["journal"])
    stages = {journals[0]: 0, journals[1]: 1, journals[2]: 2, journals[3]: 2}
    ids: dict[tuple[str, int], int] = {("payment", rows["fact"][0]["payment_id"]): payment}
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
                ids[("transfer", row["id"])] = _insert(connection, "transfer", row, ids, invoice_id=None)
        for row in rows["allocation"] if stage == 2 else ():
            _allocate(connection, row, ids, payment)
        for row in changes[stage]:
            _insert(connection, "change", row, ids)
        for row in audits[stage]:
            _insert(connection, "audit", row, ids, hash=f"{life} {row['hash']}")
        connection.execute("COMMIT")


def _thirds(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows of an append-only table, dealt to the three commits in order."""
    return [rows[:1], rows[1:2], rows[2:]]


_POINTS_TO = {"payment_id": "payment", "linking_id": "linking", "journal_id": "journal"}


def _insert(
    connection: sqlite3.Connection,
    name: str,
    row: dict[str, Any],
    ids: dict[tuple[str, int], int],
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


def _allocate(
    connection: sqlite3.Connection, row: dict[str, Any], ids: dict[tuple[str, int], int], payment: int
) -> None:
    """An allocation's row and the totals it moves, on an invoice nothing is applied to."""
    connection.execute("UPDATE invoice SET applied = applied WHERE id = ?", (row["invoice_id"],))
    connection.execute("UPDATE payment SET changed_at = changed_at WHERE id = ?", (payment,))
    connection.execute(
        "INSERT INTO inbox (source, external_id, body, received_at) VALUES ('bare', ?, ?, 1)",
        (f"{payment} {ids[('transfer', row['transfer_id'])]}", str(row)),
    )


@pytest.mark.benchmark
def test_a_payments_life_is_at_most_four_times_the_bare_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "life.db"
    ours, rows = asyncio.run(through_services(path))
    floor = bare(path, rows)
    ratio = median(ours) / median(floor)
    written = sum(len(found) for found in rows.values())
    print(
        f"\na payment's life: {median(ours) * 1000:.1f} ms, {written} rows; bare sqlite3"
        f" {median(floor) * 1000:.1f} ms; ratio {ratio:.2f}, goal {GOAL}"
    )
    assert ratio <= GOAL
