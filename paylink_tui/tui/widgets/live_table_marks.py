"""The transactions a person has marked: kept by id over sort, filter and refresh."""

from __future__ import annotations

from collections.abc import Iterable

from paylink_tui.domain.rows import PaymentRow


class Marks:
    """Marked rows, and a range that is still being drawn."""

    def __init__(self) -> None:
        self._rows: dict[int, PaymentRow] = {}
        self._range: dict[int, PaymentRow] = {}

    def __contains__(self, id: int) -> bool:
        return id in self._rows or id in self._range

    def __len__(self) -> int:
        return len(self._rows | self._range)

    @property
    def rows(self) -> tuple[PaymentRow, ...]:
        """Every marked row, in the order of marking."""
        return tuple((self._rows | self._range).values())

    def totals(self) -> dict[str, int]:
        """Sum of the marked amounts in minor units, by currency."""
        sums: dict[str, int] = {}
        for row in self.rows:
            sums[row.currency] = sums.get(row.currency, 0) + row.amount
        return sums

    def toggle(self, row: PaymentRow) -> None:
        """Mark a row, or take its mark away."""
        if row.id in self._rows:
            del self._rows[row.id]
        else:
            self._rows[row.id] = row

    def draw(self, rows: Iterable[PaymentRow]) -> None:
        """The range now covers these rows."""
        self._range = {row.id: row for row in rows}

    def keep(self) -> None:
        """The range is finished: its rows are marked like others."""
        self._rows |= self._range
        self._range = {}

    def clear(self) -> None:
        """Nothing is marked."""
        self._rows, self._range = {}, {}

    def update(self, rows: Iterable[PaymentRow]) -> None:
        """Newer readings of rows that may be marked."""
        for row in rows:
            for held in (self._rows, self._range):
                if row.id in held:
                    held[row.id] = row
