"""The live table's reader: pages of transactions under one filter and one sort, and what changed in them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, SortColumn, TablePage, Total
from paylink_tui.domain.terms import Filter
from paylink_tui.store.read.payment_filter import Condition, Conditions, together
from paylink_tui.store.read.payment_list import Listing, rows_by_id
from paylink_tui.store.read.payment_plan import plan, tallied
from paylink_tui.store.read.payment_scan import KEY_COLUMNS
from paylink_tui.store.read.payment_walk import Walk
from paylink_tui.store.reader import Reader

FIXED = frozenset({"id", "amount", "account_id"})
"""Key columns that never change once a transaction exists."""


class PaymentWindow:
    """Reads any stretch of the transactions under one filter and one sort, never with a deep OFFSET.

    Nothing is read before the first question. Ordinals count from 0 and are exact unless rows changed
    elsewhere since they were explored; the rows themselves always are, because they are read by key.
    """

    def __init__(self, reader: Reader, filter: Filter, sort: Sort) -> None:
        self._reader = reader
        self._filter = filter
        self._sort = sort
        self._conditions: list[Condition] = []
        self._way: Walk | Listing | None = None
        self._newest = 0

    @property
    def total(self) -> Total:
        """How many rows there are, as far as is known."""
        return self._way.total if self._way else Total(0, False)

    async def page(self, start: int, count: int) -> TablePage:
        """`count` rows from ordinal `start`: the top, or a jump."""
        return await (await self._ready()).page(start, count)

    async def after(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """The `count` rows that follow `row`; the first of them is number `start`."""
        return await (await self._ready()).after(row, start, count)

    async def before(self, row: PaymentRow, end: int, count: int) -> TablePage:
        """The `count` rows that lead up to `row`, which is number `end`."""
        return await (await self._ready()).before(row, end, count)

    async def last(self, count: int) -> TablePage:
        """The last `count` rows, at once, whatever the number of rows."""
        return await (await self._ready()).last(count)

    async def rows(self, ids: Collection[int]) -> list[PaymentRow]:
        """Those of the transactions that pass the filter, in the order of `ids`."""
        if not self._way:
            await self._ready()
        return await rows_by_id(self._reader, ids, together(self._conditions))

    async def refresh(
        self, changed: Collection[int], top: PaymentRow | None, start: int, count: int
    ) -> TablePage:
        """What the window shows now that these transactions are new or changed.

        Args:
            changed: Ids of new and of changed transactions.
            top: The first row of the window, which stays the first; None for the top of the table.
            start: Ordinal of `top` before the change.
            count: Rows to read.
        """
        way = await self._ready()
        if isinstance(way, Listing):
            if not await way.read_again():
                way = await self._replan()
        else:
            start += await self._newcomers(way, changed, top)
        if top is None:
            return await way.page(0, count)
        return await way.at(top, start, count)

    async def totals(self) -> AsyncGenerator[Total, None]:
        """The total, better and better until exact; meanwhile landmarks for jumps are laid.

        Works in steps of a few milliseconds. Closing the iterator stops the work.
        """
        way = await self._ready()
        yield way.total
        if isinstance(way, Walk):
            known = way.total
            while await way.explore():
                if way.total != known:
                    known = way.total
                    yield known
            yield way.total

    async def _ready(self) -> Walk | Listing:
        return self._way or await self._replan()

    async def _replan(self) -> Walk | Listing:
        self._conditions = await Conditions(self._reader).of(self._filter)
        newest = await self._reader.rows("SELECT coalesce(max(id), 0) FROM payment")
        self._newest = int(newest[0][0])
        self._way = await plan(self._reader, self._conditions, self._sort)
        return self._way

    async def _newcomers(self, way: Walk, changed: Collection[int], top: PaymentRow | None) -> int:
        """Take new and changed rows into account; how many new ones stand before `top`."""
        new = [id for id in changed if id > self._newest]
        self._newest = max([self._newest, *new])
        passing = await self.rows(new)
        exact = await tallied(self._reader, self._conditions)
        moved = len(new) < len(changed) and self._may_move()
        way.grown(len(passing), exact, first=self._newest_first(), moved=moved)
        if top is None or not passing:
            return 0
        return await way.count_before(top, [row.id for row in passing])

    def _may_move(self) -> bool:
        """Whether a change of an existing row can take it to another place, in or out of the filter."""
        return bool(self._conditions) or not FIXED.issuperset(KEY_COLUMNS[self._sort.column])

    def _newest_first(self) -> bool:
        return self._sort == Sort(SortColumn.ID, descending=True)
