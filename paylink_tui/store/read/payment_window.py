"""The live table's reader: pages of transactions under one filter and one sort, and what changed in them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import aclosing

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import NEWEST_FIRST, Sort, TablePage, Total
from paylink_tui.domain.terms import Filter
from paylink_tui.store.read.payment_condition import Condition, together
from paylink_tui.store.read.payment_count import counted
from paylink_tui.store.read.payment_filter import conditions
from paylink_tui.store.read.payment_list import FIXED, Listing, rows_by_id
from paylink_tui.store.read.payment_plan import MEDIUM, Way, plan, replan, tallied
from paylink_tui.store.read.payment_scan import KEY_COLUMNS
from paylink_tui.store.read.payment_walk import Stuck, Walk
from paylink_tui.store.reader import Reader


class PaymentWindow:
    """Reads any stretch of the transactions under one filter and one sort, never with a deep OFFSET.

    Nothing is read before the first question. The rows of a page are always the true neighbours, because
    they are read by key. Their ordinals count from 0 and are exact at both ends of the table, everywhere
    without a filter or when few rows match, and otherwise near enough for a scrollbar.
    """

    def __init__(self, reader: Reader, filter: Filter, sort: Sort) -> None:
        self._reader = reader
        self._filter = filter
        self._sort = sort
        self._conditions: list[Condition] = []
        self._way: Way | None = None
        self._newest = 0

    @property
    def total(self) -> Total:
        """How many rows there are, as far as is known."""
        return self._way.total if self._way else Total(0, False)

    async def page(self, start: int, count: int) -> TablePage:
        """`count` rows from ordinal `start`: the top, or a jump."""
        return await self._ask(lambda way: way.page(start, count))

    async def after(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """Rows that follow `row`, at most `count`; the first of them is number `start`."""
        return await self._ask(lambda way: way.after(row, start, count))

    async def before(self, row: PaymentRow, end: int, count: int) -> TablePage:
        """Rows that lead up to `row`, at most `count`; `row` is number `end`."""
        return await self._ask(lambda way: way.before(row, end, count))

    async def last(self, count: int) -> TablePage:
        """The last rows, at most `count`, at once, whatever the number of rows."""
        return await self._ask(lambda way: way.last(count))

    async def rows(self, ids: Collection[int]) -> list[PaymentRow]:
        """Those of the transactions that pass the filter, in the order of `ids`."""
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
        passing = await self.rows(changed)
        if isinstance(way, Listing):
            if not await way.update(changed, [row.id for row in passing], MEDIUM):
                self._way = None
        else:
            start += await self._take_in(way, changed, passing, top)
        if top is None:
            return await self.page(0, count)
        row = top
        return await self._ask(lambda way: way.at(row, start, count))

    async def totals(self) -> AsyncGenerator[Total, None]:
        """The total, better and better until exact; meanwhile landmarks for jumps are laid.

        Works in steps of a few milliseconds. Closing the iterator stops the work.
        """
        way = await self._ready()
        yield way.total
        if isinstance(way, Listing):
            return
        while await way.landmarks.explore():
            pass
        if not way.total.exact and not way.filtered:
            way.total = Total(await way.landmarks.count(), True)
        elif not way.total.exact:
            known = 0
            async with aclosing(counted(self._reader, self._conditions)) as steps:
                async for known in steps:
                    way.total = Total(max(known, way.total.count), False)
                    yield way.total
            way.total = Total(known, True)
        yield way.total

    async def _ask(self, question: Callable[[Way], Awaitable[TablePage]]) -> TablePage:
        way = await self._ready()
        try:
            return await question(way)
        except Stuck:
            self._way = await replan(self._reader, self._conditions, self._sort)
            return await question(self._way)

    async def _ready(self) -> Way:
        if self._way is None:
            self._conditions = await conditions(self._reader, self._filter)
            newest = await self._reader.rows("SELECT coalesce(max(id), 0) FROM payment")
            self._newest = int(newest[0][0])
            self._way = await plan(self._reader, self._conditions, self._sort)
        return self._way

    async def _take_in(
        self, way: Walk, changed: Collection[int], passing: Collection[PaymentRow], top: PaymentRow | None
    ) -> int:
        """Take new and changed rows into account; how many new ones stand before `top`."""
        new = [row.id for row in passing if row.id > self._newest]
        existing = any(id <= self._newest for id in changed)
        self._newest = max(self._newest, *changed, 0)
        above = await way.count_before(top, new) if top is not None and new else 0
        if new and way.limited:
            self._way = None
            return above
        moved = existing and (bool(self._conditions) or not FIXED.issuperset(KEY_COLUMNS[self._sort.column]))
        way.landmarks.grown(len(new), first=self._sort == NEWEST_FIRST, moved=moved)
        known = way.total
        grown = Total(known.count + len(new), known.exact and not moved)
        way.total = await tallied(self._reader, self._conditions) or grown
        return above
