"""What the live table needs from whoever gives it rows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from typing import Protocol

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import TablePage, Total


class RowSource(Protocol):
    """Rows of one filter in one order; a new filter or order is a new source."""

    async def page(self, start: int, count: int) -> TablePage:
        """`count` rows from ordinal `start`: the top, or a jump."""

    async def after(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """The `count` rows that follow `row`; the first of them is number `start`."""

    async def before(self, row: PaymentRow, end: int, count: int) -> TablePage:
        """The `count` rows that lead up to `row`, which is number `end`."""

    async def last(self, count: int) -> TablePage:
        """The last `count` rows."""

    async def refresh(
        self, changed: Collection[int], top: PaymentRow | None, start: int, count: int
    ) -> TablePage:
        """`count` rows from `top` (None: from the first) now that these transactions came or changed."""

    def totals(self) -> AsyncGenerator[Total, None]:
        """The number of rows, refined in the background until exact."""
