"""What the live table asks for and is answered: a sort, and pages of rows with their ordinals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paylink_tui.domain.rows import PaymentRow


class SortColumn(StrEnum):
    """What the table can be sorted by; the transaction's id breaks ties, in the same direction."""

    ID = "id"
    """Order of arrival."""
    PAID_AT = "paid_at"
    AMOUNT = "amount"
    PAYER = "payer_name"
    STATUS = "status"
    ACCOUNT = "account"
    CLIENT = "client_name"


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the table; the newest arrival first unless told otherwise."""

    column: SortColumn = SortColumn.ID
    descending: bool = True

    def toggled(self, column: SortColumn) -> Sort:
        """What choosing `column` again, or for the first time, leads to."""
        if column is self.column:
            return Sort(column, not self.descending)
        return Sort(column, column in (SortColumn.ID, SortColumn.PAID_AT, SortColumn.AMOUNT))


NEWEST_FIRST: Final = Sort()


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows a filter lets through; a guess from below while not `exact`."""

    count: int
    exact: bool


@dataclass(frozen=True, slots=True)
class TablePage:
    """Neighbouring rows of the table; `start` is the ordinal of the first, from 0."""

    start: int
    rows: tuple[PaymentRow, ...]
    total: Total
    at_top: bool = False
    """Nothing stands before the first row."""
    at_end: bool = False
    """Nothing stands after the last row."""
