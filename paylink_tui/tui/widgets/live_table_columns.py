"""Which columns of the live table fit a width, and how wide each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paylink_tui.domain.table import SortColumn


class Column(StrEnum):
    """A column of the live table, in the order of the screen."""

    PAID = "Paid"
    PAYER = "Payer"
    AMOUNT = "Amount"
    ACCOUNT = "Account"
    CLIENT = "Client"
    REFERENCE = "Reference"
    STATUS = "Status"


SORTS: Final = {
    Column.PAID: SortColumn.PAID_AT,
    Column.PAYER: SortColumn.PAYER,
    Column.AMOUNT: SortColumn.AMOUNT,
    Column.ACCOUNT: SortColumn.ACCOUNT,
    Column.CLIENT: SortColumn.CLIENT,
    Column.STATUS: SortColumn.STATUS,
}
"""What a click on a column's heading sorts by; a reference can't be sorted."""

GUTTER: Final = 3
"""Cells before the first column: cursor, mark, space."""
GAP: Final = 2
AMOUNT_WIDTH: Final = 11
"""Least width of the amounts, enough for $999,999.99."""

_FIXED: Final = {Column.PAID: 12, Column.ACCOUNT: 11, Column.STATUS: 12}
_LEAST: Final = {Column.PAYER: 16, Column.CLIENT: 12, Column.REFERENCE: 10}
_MOST: Final = {Column.PAYER: 40, Column.CLIENT: 44, Column.REFERENCE: 36}
_DROPPED: Final = (Column.ACCOUNT, Column.REFERENCE, Column.CLIENT)
"""What goes first when there is no room; amount, payer and status never do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands, in cells."""

    column: Column
    x: int
    width: int


def layout(width: int, amount_width: int) -> tuple[Place, ...]:
    """The columns that fit into `width` cells, the flexible ones stretched over what is left."""
    columns = list(Column)
    for dropped in (None, *_DROPPED):
        if dropped is not None:
            columns.remove(dropped)
        spare = width - _needed(columns, amount_width)
        if spare >= 0:
            break
    widths = {column: _least(column, amount_width) for column in columns}
    if spare < 0:
        widths[Column.PAYER] = max(1, widths[Column.PAYER] + spare)
    else:
        _stretch(widths, spare)
    places, x = [], GUTTER
    for column in columns:
        places.append(Place(column, x, widths[column]))
        x += widths[column] + GAP
    return tuple(places)


def _least(column: Column, amount_width: int) -> int:
    if column is Column.AMOUNT:
        return max(AMOUNT_WIDTH, amount_width)
    return _FIXED.get(column) or _LEAST[column]


def _needed(columns: list[Column], amount_width: int) -> int:
    return GUTTER + sum(_least(column, amount_width) + GAP for column in columns) - GAP


def _stretch(widths: dict[Column, int], spare: int) -> None:
    """Give spare cells evenly to the columns of people's words, each up to its most."""
    while spare:
        growing = [column for column in _MOST if widths.get(column, _MOST[column]) < _MOST[column]]
        if not growing:
            return
        for column in growing[:spare]:
            widths[column] += 1
            spare -= 1
