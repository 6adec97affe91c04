"""Pages of common rows: an index is walked by key, skipping what the filter drops."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import TablePage, Total
from paylink_tui.store.read.payment_landmarks import Landmarks
from paylink_tui.store.read.payment_scan import Key, Query, Scan
from paylink_tui.store.reader import Reader

LOOKED_AT: Final = 4096
"""Candidates one query reads for a page, some milliseconds of work; the next one reads twice as many."""
LOOKED_AT_MOST: Final = 16 * LOOKED_AT
ENOUGH: Final = 3
"""A page may come with a third of the rows asked for, rather than late."""


class Stuck(Exception):
    """The rows wanted are far apart in this order: another way to find them may be shorter."""


class Walk:
    """One filter and sort, read in key order.

    Ordinals are exact without a filter. With one, those of a jump are reckoned from the part of the
    index that was passed over; they come right at either end of the table.
    """

    def __init__(self, reader: Reader, scan: Scan, where: Query, total: Total, *, patient: bool) -> None:
        self._reader = reader
        self._scan = scan
        self._where = where
        self._patient = patient
        self.total = total
        self.landmarks = Landmarks(reader, scan)

    @property
    def filtered(self) -> bool:
        """Whether some candidates are skipped."""
        return bool(self._where[0])

    @property
    def limited(self) -> bool:
        """Whether only the ids known at its planning are walked, so that new rows need another plan."""
        return any(bound.column == "id" for bound in self._scan.bounds)

    async def page(self, start: int, count: int) -> TablePage:
        """`count` rows from ordinal `start`: the top, or a jump."""
        if start == 0:
            rows, ended = await self._collect(None, count)
            return self._page(0, rows, at_top=True, at_end=ended)
        key, skip = await self.landmarks.near(await self._candidate(start))
        rows, ended = await self._collect(key, count, skip=skip)
        return self._page(start, rows, at_end=ended)

    async def after(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """Rows that follow `row`, at most `count`; the first of them is number `start`."""
        rows, ended = await self._collect(self._scan.key_of(row), count)
        return self._page(start, rows, at_end=ended)

    async def before(self, row: PaymentRow, end: int, count: int) -> TablePage:
        """Rows that lead up to `row`, at most `count`; `row` is number `end`."""
        rows, ended = await self._collect(self._scan.key_of(row), count, back=True)
        start = 0 if ended else max(0, end - len(rows))
        return self._page(start, rows[::-1], at_top=ended)

    async def last(self, count: int) -> TablePage:
        """The last rows, at most `count`, at once, whatever was read before."""
        rows, ended = await self._collect(None, count, back=True)
        if ended:
            self.total = Total(len(rows), True)
        start = max(0, self.total.count - len(rows))
        return self._page(start, rows[::-1], at_top=ended, at_end=True)

    async def at(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """`row` and what follows it; if it has gone, what follows its place."""
        rows, ended = await self._collect(self._scan.key_of(row), count, inclusive=True)
        return self._page(start, rows, at_end=ended)

    async def count_before(self, row: PaymentRow, ids: Collection[int]) -> int:
        """How many of these transactions pass the filter and stand before `row`."""
        marks = ", ".join("?" * len(ids))
        condition, values = self._where
        both = f"p.id IN ({marks})" + (f" AND {condition}" if condition else "")
        before, key = self._scan.before("p", self._scan.key_of(row))
        sql = f"SELECT count(*) FROM payment p WHERE {both} AND {before}"
        return int((await self._reader.rows(sql, (*ids, *values, *key)))[0][0])

    async def _candidate(self, ordinal: int) -> int:
        """The candidate that is about the row of that number."""
        if not self.filtered:
            return ordinal
        candidates = await self.landmarks.count()
        return ordinal * candidates // max(1, self.total.count, ordinal)

    async def _collect(
        self, key: Key | None, count: int, *, skip: int = 0, back: bool = False, inclusive: bool = False
    ) -> tuple[list[PaymentRow], bool]:
        """Rows beyond `key`, and whether none stand beyond them."""
        if not self.filtered:
            ids = self._scan.candidates(key, count, skip, back=back, inclusive=inclusive)
            rows = await self._rows(ids, count, back)
            return rows, len(rows) < count
        found: list[PaymentRow] = []
        width = LOOKED_AT
        while True:
            ids = self._scan.candidates(key, width, skip, back=back, inclusive=inclusive)
            found += await self._rows(ids, count - len(found), back)
            if len(found) == count:
                return found, False
            key = await self.landmarks.key_at(key, skip + width, back=back, inclusive=inclusive)
            if key is None or len(found) * ENOUGH >= count:
                return found, key is None
            if not self._patient:
                raise Stuck
            skip, inclusive, width = 0, False, min(2 * width, LOOKED_AT_MOST)

    async def _rows(self, ids: Query, count: int, back: bool) -> list[PaymentRow]:
        sql, params = self._scan.rows(ids, self._where, count, back=back)
        return [PaymentRow._make(row) for row in await self._reader.rows(sql, params)]

    def _page(
        self, start: int, rows: Sequence[PaymentRow], *, at_top: bool = False, at_end: bool = False
    ) -> TablePage:
        seen = start + len(rows)
        if seen > self.total.count or (at_top and at_end):
            self.total = Total(seen, at_top and at_end)
        return TablePage(start, tuple(rows), self.total, at_top, at_end)
