"""The floor under a payment's life: the rows it wrote, written again by the bare sqlite3 module."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LEFT_ALONE = ("payment_search%", "client_search%", "sqlite_%", "tally", "alembic_version")
"""Tables that a trigger or the database itself keeps."""
PARENTS_FIRST = ("fact", "linking", "linking_part", "journal", "ledger_account", "transfer", "allocation")
BY_TRIGGER = ("applied",)
"""Columns of a payment that a trigger moves."""
POINTS_TO = {
    f"{name}_id": name for name in ("payment", "linking", "journal", "invoice", "transfer", "client")
}
POINTS_TO |= {"debit_id": "ledger_account", "credit_id": "ledger_account"}
UNIQUE = {"audit": "hash", "fact": "external_ref"}
"""A column of a table that no two lives may share."""

Row = dict[str, Any]
Ids = dict[tuple[str, int], int]
"""From a table and the id of a row that the services wrote to the id of its copy."""


@dataclass
class Step:
    """What one step of a life left in the database."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    """Rows it added, by table."""
    payment: Row = field(default_factory=dict)
    """Columns of the payment that it changed."""
    commits: int = 0


def connection(path: Path) -> sqlite3.Connection:
    """Open a database with the services' own promises: durable commits, every constraint and trigger."""
    opened = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
    ):
        opened.execute(f"PRAGMA {pragma}")
    return opened


@contextmanager
def watched(path: Path, payment: int) -> Iterator[Step]:
    """Everything the block leaves in the file that triggers do not keep by themselves."""
    step = Step()
    counts, before, commits = _counts(path), payment_of(path, payment), committed(path)
    yield step
    step.commits = committed(path) - commits
    after = payment_of(path, payment)
    step.payment = {name: after[name] for name in after if after[name] != before[name]}
    tables = sorted(counts, key=lambda name: PARENTS_FIRST.index(name) if name in PARENTS_FIRST else 99)
    for name in tables:
        found = _rows(path, f"SELECT * FROM {name} ORDER BY rowid LIMIT -1 OFFSET {counts[name]}")
        if found:
            step.rows[name] = found


def _rows(path: Path, sql: str, *values: Any) -> list[Row]:
    with closing(sqlite3.connect(path)) as reading:
        reading.row_factory = sqlite3.Row
        return [dict(row) for row in reading.execute(sql, values)]


def payment_of(path: Path, number: int) -> Row:
    return _rows(path, "SELECT * FROM payment WHERE id = ?", number)[0]


def _counts(path: Path) -> dict[str, int]:
    skip = " AND ".join(f"name NOT LIKE '{name}'" for name in LEFT_ALONE)
    names = [
        row["name"] for row in _rows(path, f"SELECT name FROM sqlite_master WHERE type='table' AND {skip}")
    ]
    return {name: _rows(path, f"SELECT count(*) AS n FROM {name}")[0]["n"] for name in names}


def committed(path: Path) -> int:
    """How many commits stand in the write-ahead log: frames that tell the size of the database."""
    log = Path(f"{path}-wal").read_bytes()
    page, salts = int.from_bytes(log[8:12]), log[16:24]
    frames = [log[at : at + 24] for at in range(32, len(log) - 23, 24 + page)]
    return sum(frame[8:16] == salts and frame[4:8] != bytes(4) for frame in frames)


@dataclass(frozen=True)
class Statement:
    """SQL with its values; those at `later` are the ids of copies."""

    sql: str
    values: list[Any]
    later: list[tuple[int, tuple[str, int]]]
    copy_of: tuple[str, int] | None = None


def floor_of(steps: list[Step], payment: int, life: int) -> list[list[Statement]]:
    """The statements that write a life's rows again as those of another payment, by commit."""
    return [_statements(step, payment, f"bare {life}") for step in steps]


def _statements(step: Step, payment: int, mark: str) -> list[Statement]:
    made = {name: [_insert(name, row, mark) for row in rows] for name, rows in step.rows.items()}
    update = _update(payment, {name: step.payment[name] for name in step.payment if name not in BY_TRIGGER})
    first = [one for name in ("fact", "linking", "linking_part") for one in made.pop(name, [])]
    return [*first, update, *(one for rows in made.values() for one in rows)]


def _insert(name: str, row: Row, mark: str) -> Statement:
    values = {
        column: value for column, value in row.items() if column not in ("id", "seq", "debits", "credits")
    }
    if name in UNIQUE:
        values[UNIQUE[name]] = f"{mark} {values[UNIQUE[name]]}"
    columns, marks = ", ".join(f'"{column}"' for column in values), ", ".join("?" * len(values))
    sql = f"INSERT INTO {name} ({columns}) VALUES ({marks})"
    return Statement(sql, list(values.values()), _later(list(values.items())), (name, row.get("id", 0)))


def _update(payment: int, values: Row) -> Statement:
    moved = ", ".join(f'"{column}" = ?' for column in values)
    items = [*values.items(), ("payment_id", payment)]
    sql = f"UPDATE payment SET {moved} WHERE id = ?"
    return Statement(sql, [value for _, value in items], _later(items))


def _later(items: list[tuple[str, Any]]) -> list[tuple[int, tuple[str, int]]]:
    return [
        (place, (POINTS_TO[column], value))
        for place, (column, value) in enumerate(items)
        if column in POINTS_TO and value
    ]


def prepare(opened: sqlite3.Connection, before: Row, steps: list[Step], life: int) -> Ids:
    """A pending payment, its client and three open invoices, as both ways start from."""
    allocations = steps[-1].rows["allocation"]
    mark = f"bare {life}"
    client = _add(opened, "client", code=mark, name=f"Client {life}", kind="person", search=f"c{life}")
    values = {name: value for name, value in before.items() if name != "id"}
    ids: Ids = {("payment", before["id"]): _add(opened, "payment", **{**values, "payment_ref": mark})}
    ids[("client", allocations[0]["client_id"])] = client
    for number, row in enumerate(allocations):
        days = {"issued": "2026-10-01", "due": f"2026-11-0{number + 1}"}
        ids[("invoice", row["invoice_id"])] = _add(
            opened,
            "invoice",
            number=f"{mark}-{number}",
            client_id=client,
            currency="USD",
            total=10_000,
            **days,
        )
    known = opened.execute("SELECT id FROM ledger_account").fetchall()
    new = {row["id"] for step in steps for row in step.rows.get("ledger_account", [])}
    ids |= {("ledger_account", number): number for (number,) in known if number not in new}
    return ids


def _add(opened: sqlite3.Connection, table: str, /, **values: Any) -> int:
    columns, marks = ", ".join(f'"{column}"' for column in values), ", ".join("?" * len(values))
    cursor = opened.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def write(opened: sqlite3.Connection, commits: list[list[Statement]], ids: Ids) -> None:
    """Run the statements, a transaction for each commit."""
    for statements in commits:
        opened.execute("BEGIN IMMEDIATE")
        for one in statements:
            for place, copied in one.later:
                one.values[place] = ids[copied]
            made = opened.execute(one.sql, one.values).lastrowid
            if one.copy_of is not None and made is not None:
                ids[one.copy_of] = made
        opened.execute("COMMIT")
