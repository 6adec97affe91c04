"""The columns of a list of rows: which fit a width, and how wide each is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from rich.cells import cell_len

from paylink_tui.domain.text import visible
from paylink_tui.tui.widgets.cells import Cell

Row = TypeVar("Row")

GUTTER: Final = 3
"""Cells before the first column: cursor, sign of change, space."""
GAP: Final = 2


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its heading, what it says of a row, and the room it wants."""

    title: str
    cell: Callable[[Row], Cell]
    width: int
    """Cells it must have."""
    most: int = 0
    """Cells it may grow to; 0 when it does not grow."""
    right: bool = False
    whole: bool = False
    """Never cut: it is as wide as its widest cell (amounts, numbers)."""
    drop: int = 0
    """The lowest number goes first when there is no room; 0 stays always."""


@dataclass(frozen=True)
class Place(Generic[Row]):
    """Where a column stands."""

    column: Column[Row]
    width: int


def widest(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> dict[str, int]:
    """Cells that the columns which are never cut, or which may grow, would fill with these rows."""
    return {
        column.title: max((cell_len(visible(column.cell(row).text)) for row in rows), default=0)
        for column in columns
        if column.whole or column.most
    }


def layout(columns: Sequence[Column[Row]], width: int, needed: Mapping[str, int]) -> tuple[Place[Row], ...]:
    """The columns that fit into `width` cells; those that may grow share what is left."""
    kept = list(columns)
    while (spare := width - _least(kept, needed)) < 0:
        droppable = [column for column in kept if column.drop]
        if not droppable:
            break
        kept.remove(min(droppable, key=lambda column: column.drop))
    widths = [_width(column, needed) for column in kept]
    if spare < 0:
        _shrink(kept, widths, -spare)
    growing = True
    while spare > 0 and growing:
        growing = False
        for index, column in enumerate(kept):
            if spare > 0 and widths[index] < min(column.most, needed.get(column.title, 0)):
                widths[index] += 1
                spare -= 1
                growing = True
    return tuple(Place(column, size) for column, size in zip(kept, widths, strict=True))


def _least(columns: Sequence[Column[Row]], needed: Mapping[str, int]) -> int:
    return GUTTER + sum(_width(column, needed) + GAP for column in columns) - GAP


def _width(column: Column[Row], needed: Mapping[str, int]) -> int:
    return max(column.width, needed.get(column.title, 0)) if column.whole else column.width


def _shrink(columns: Sequence[Column[Row]], widths: list[int], lacking: int) -> None:
    """Take what is lacking from columns of people's words, never from amounts."""
    for index, column in enumerate(columns):
        if column.most and lacking:
            taken = min(lacking, widths[index] - 4)
            widths[index] -= taken
            lacking -= taken
