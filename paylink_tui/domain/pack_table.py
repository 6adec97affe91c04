"""A table of the monthly pack: drawn on paper by one room, written as CSV by another."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from paylink_tui.domain.export_csv import safe
from paylink_tui.domain.money import plain

Cell = str | int | date | None
"""Text, an amount in minor units, or a day; None is empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what its cells are, and its share of the width."""

    heading: str
    kind: Literal["text", "money", "day", "count"] = "text"
    width: float = 1.0


AMOUNT: Final = Column("Amount", "money", 1.3)
DAY: Final = Column("Date", "day", 1.1)
NUMBER: Final = Column("No.", "text", 0.7)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, with totals below; `empty` is said where there is no row."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""
    empty: str = "Nothing this month."


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the pack: some tables under one heading, and one CSV file."""

    name: str
    """Of its file, without `.csv`."""
    title: str
    tables: tuple[Table, ...]
    note: str = ""


def paper(cell: Cell, column: Column) -> str:
    """A cell as it is printed: amounts with thousands, and in brackets below zero."""
    if cell is None:
        return ""
    if column.kind == "money" and isinstance(cell, int):
        whole = f"{abs(cell) // 100:,}.{abs(cell) % 100:02d}"
        return f"({whole})" if cell < 0 else whole
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def as_csv(section: Section, currency: str) -> str:
    """A section as one CSV file: every row is led by its table's title and `row` or `total`."""
    text = io.StringIO()
    out = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for table in section.tables:
        out.writerow(["table", "record", *(column.heading for column in table.columns)])
        for kind, rows in (("row", table.rows), ("total", table.totals)):
            out.writerows([safe(table.title), kind, *_written(row, table.columns, currency)] for row in rows)
    return text.getvalue()


def _written(row: Sequence[Cell], columns: Sequence[Column], currency: str) -> list[str]:
    cells = []
    for cell, column in zip(row, columns, strict=True):
        if column.kind == "money" and isinstance(cell, int):
            cells.append(plain(cell, currency))
        else:
            cells.append(safe("" if cell is None else str(cell)))
    return cells
