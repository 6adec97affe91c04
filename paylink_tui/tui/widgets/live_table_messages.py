"""What a live table tells its screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import SortColumn, Total

if TYPE_CHECKING:
    from paylink_tui.tui.widgets.live_table_motion import MovingTable


class TableMessage(Message, namespace="live_table"):
    """Any message of a live table; `table` is the sender."""

    def __init__(self, table: MovingTable) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> MovingTable:
        """The table, for selectors of `on`."""
        return self.table


class RowHighlighted(TableMessage, namespace="live_table"):
    """The cursor rests on another transaction, or its row was read anew; None when there is no row."""

    def __init__(self, table: MovingTable, row: PaymentRow | None) -> None:
        super().__init__(table)
        self.row = row


class RowSelected(TableMessage, namespace="live_table"):
    """Enter or a double click on a row."""

    def __init__(self, table: MovingTable, row: PaymentRow) -> None:
        super().__init__(table)
        self.row = row


class SortRequested(TableMessage, namespace="live_table"):
    """A heading was clicked."""

    def __init__(self, table: MovingTable, column: SortColumn) -> None:
        super().__init__(table)
        self.column = column


class MarksChanged(TableMessage, namespace="live_table"):
    """Rows were marked or unmarked."""

    def __init__(self, table: MovingTable, count: int, totals: dict[str, int], clipped: bool) -> None:
        super().__init__(table)
        self.count = count
        self.totals = totals
        """Sums of the marked amounts in minor units, by currency."""
        self.clipped = clipped
        """The range was longer than can be marked at once; the rows nearest its beginning are."""


class TotalChanged(TableMessage, namespace="live_table"):
    """The number of rows is another, or known better."""

    def __init__(self, table: MovingTable, total: Total) -> None:
        super().__init__(table)
        self.total = total


class LoadFailed(TableMessage, namespace="live_table"):
    """Rows could not be read; the old ones stay. Moving on, or another source, tries again."""

    def __init__(self, table: MovingTable, error: Exception) -> None:
        super().__init__(table)
        self.error = error
