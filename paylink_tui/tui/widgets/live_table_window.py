"""The stretch of rows a live table holds in memory: never more than some screens around the view."""

from __future__ import annotations

from collections.abc import Sequence

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import TablePage, Total


class RowWindow:
    """Neighbouring rows with their ordinals, grown at either end and cut at the far one."""

    def __init__(self) -> None:
        self.start = 0
        self.rows: list[PaymentRow] = []
        self.total = Total(0, False)
        self.at_top = False
        self.at_end = False

    @property
    def end(self) -> int:
        """Ordinal after the last row held."""
        return self.start + len(self.rows)

    def get(self, ordinal: int) -> PaymentRow | None:
        """The row of that number, if it is held."""
        place = ordinal - self.start
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def find(self, id: int) -> int | None:
        """Ordinal of the transaction, if it is held."""
        return next((self.start + place for place, row in enumerate(self.rows) if row.id == id), None)

    def covers(self, first: int, end: int) -> bool:
        """Whether every existing row of the stretch is held."""
        if not self.rows and not self.at_end:
            return False
        return (first >= self.start or self.at_top) and (end <= self.end or self.at_end)

    def touches(self, first: int, end: int) -> bool:
        """Whether the stretch overlaps the rows held, or begins right beside them."""
        return bool(self.rows) and first <= self.end and end >= self.start

    def replace(self, page: TablePage) -> None:
        """Hold this page and nothing else."""
        self.start, self.rows, self.total = page.start, list(page.rows), page.total
        self.at_top, self.at_end = page.at_top, page.at_end
        self._settle()

    def extend(self, page: TablePage, view: tuple[int, int], most: int) -> int:
        """Add a neighbouring page and let go of rows far from `view`.

        Returns:
            By how much the ordinals of the rows already held have moved: not 0 only when the table's
            true beginning or end was reached and showed that the ordinals had drifted.
        """
        if {row.id for row in page.rows} & {row.id for row in self.rows}:
            self.replace(page)
            return 0
        before = self.start
        down = page.start >= self.end
        if down:
            self.rows.extend(page.rows)
            self.at_end = page.at_end
        else:
            before -= len(page.rows)
            self.start = before
            self.rows[:0] = page.rows
            self.at_top = page.at_top
        self.total = page.total
        self._settle()
        moved = self.start - before
        self._trim((view[0] + moved, view[1] + moved), most)
        return moved

    def count(self, total: Total) -> int:
        """Take a better total; returns by how much the rows' ordinals moved."""
        before = self.start
        self.total = total
        self._settle()
        return self.start - before

    def _settle(self) -> None:
        """The ends of the table are certain: ordinals that disagree with them give way."""
        if self.at_top:
            self.start = 0
        elif self.at_end and self.total.exact:
            self.start = max(0, self.total.count - len(self.rows))
        if self.at_end and (self.at_top or not self.total.exact):
            self.total = Total(self.end, self.total.exact or self.at_top)
        elif self.end > self.total.count:
            self.total = Total(self.end, False)

    def _trim(self, view: tuple[int, int], most: int) -> None:
        spare = len(self.rows) - most
        if spare <= 0:
            return
        above = min(spare, max(0, view[0] - self.start - most // 4))
        below = min(spare - above, max(0, self.end - view[1] - most // 4))
        if above:
            del self.rows[:above]
            self.start += above
            self.at_top = False
        if below:
            del self.rows[-below:]
            self.at_end = False


def changed_ids(old: Sequence[PaymentRow], new: Sequence[PaymentRow]) -> set[int]:
    """Transactions that differ between two readings, or that only the newer one has."""
    known = {row.id: row for row in old}
    return {row.id for row in new if known.get(row.id) != row}
