"""Building the books of a moment: an empty database, the rows that were known, their counts and indexes."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from paylink_tui.store.database import Database, open_database
from paylink_tui.store.past import payments
from paylink_tui.store.past.copy import Columns, Source
from paylink_tui.store.past.cuts import CUTS, Cut
from paylink_tui.store.past.rebuild import rebuild

Progress = Callable[[str], None]
"""Told the name of each table when its rows are copied."""


async def build(
    books: Database, at: int, file: Path, told: str, progress: Progress | None = None
) -> Database:
    """The books as they stood at `at` (UTC epoch milliseconds), read-only, in a new SQLite file.

    Args:
        books: Those of now, of either kind.
        at: What was known until then, and at that very millisecond, is there.
        file: Where; nothing is there yet.
        told: The moment as people are told of it.
        progress: Told how far it is.

    Raises:
        DatabaseProblem: the books cannot be read, or the file cannot be written.
    """
    await (await open_database(str(file), create=True)).close()
    connection = await asyncio.to_thread(_open, file)
    try:
        guards = await asyncio.to_thread(_undress, connection)
        near = await asyncio.to_thread(_attach, connection, books)
        await _copy(Source(books.reader, at), connection, near, progress or (lambda _: None))
        await asyncio.to_thread(_dress, connection, guards)
    finally:
        await asyncio.to_thread(connection.close)
    database = await open_database(str(file), readonly=True)
    database.past = told
    return database


def _open(file: Path) -> sqlite3.Connection:
    """A connection for one long write that nobody else sees: a crash leaves a file that is thrown away.

    Sums are those of now until they are counted anew, so rows keep their checks only afterwards.
    """
    connection = sqlite3.connect(
        f"file:{quote(str(file))}", uri=True, isolation_level=None, check_same_thread=False
    )
    quick = ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "temp_store = MEMORY")
    for pragma in (*quick, "ignore_check_constraints = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _undress(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Take triggers and indexes away; kind and statement of each, to make them again."""
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in found:
        connection.execute(f'DROP {kind} "{name}"')
    return [(kind, sql) for kind, _, sql in found]


def _dress(connection: sqlite3.Connection, guards: Sequence[tuple[str, str]]) -> None:
    """Indexes first, which counting needs; triggers last, which would forbid it."""
    connection.execute("BEGIN")
    for kind, sql in guards:
        if kind == "index":
            connection.execute(sql)
    rebuild(connection)
    for kind, sql in guards:
        if kind == "trigger":
            connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("ANALYZE main")


def _attach(connection: sqlite3.Connection, books: Database) -> bool:
    """Have SQLite itself read books that are a file here; rows need not pass through us then."""
    place = books.place
    if place.dialect != "sqlite" or not os.access(place.path.parent, os.W_OK):
        return False  # without its lock file beside it, a file is read by its own reader only
    connection.execute("ATTACH ? AS now", (f"{place.file_uri}?mode=ro",))
    return True


async def _copy(source: Source, connection: sqlite3.Connection, near: bool, progress: Progress) -> None:
    for table, cut in CUTS.items():
        columns = await asyncio.to_thread(_columns, connection, table)
        if near and not (cut.entity or cut.born):
            await asyncio.to_thread(_copy_near, connection, source.at, table, cut, columns)
        else:
            await _copy_pages(source, connection, table, cut, columns)
        progress(table)


def _copy_near(connection: sqlite3.Connection, at: int, table: str, cut: Cut, columns: Sequence[str]) -> None:
    """As by pages, in one statement. Tables that the condition asks are those copied before."""
    chosen = ", ".join(cut.later.get(name, f"t.{name}") for name in columns)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM now.{table} t WHERE {cut.where}"
    connection.execute(f"{sql} ORDER BY t.{cut.key}", [at] * sql.count("?"))


async def _copy_pages(
    source: Source, connection: sqlite3.Connection, table: str, cut: Cut, columns: Sequence[str]
) -> None:
    async for rows in source.pages(table, cut, columns):
        again = payments.rewound(source, rows) if table == "payment" else source.rewound(cut, rows)
        await asyncio.to_thread(_insert, connection, table, columns, await again)


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The table's columns but for those the database works out itself."""
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Columns]
) -> None:
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    values: list[list[Any]] = [[row[name] for name in columns] for row in rows]
    connection.execute("BEGIN")
    connection.executemany(sql, values)
    connection.execute("COMMIT")
