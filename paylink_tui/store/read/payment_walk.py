"""Pages of common rows: an index is walked from the nearest landmark, skipping what the filter drops."""

from __future__ import annotations

import bisect
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import TablePage, Total
from paylink_tui.store.read.payment_scan import Key, Query, Scan
from paylink_tui.store.reader import Reader

STRIDE: Final = 4096
"""Candidates between two landmarks, and looked at by one query: a few milliseconds of reading."""
WIDEST: Final = 16 * STRIDE


@dataclass(frozen=True, slots=True)
class Landmark:
    """`ordinal` rows stand at or before `key`; None is before everything."""

    ordinal: int
    key: Key | None


class Walk:
    """One filter and sort, read in key order. Landmarks are added as the index is explored."""

    def __init__(self, reader: Reader, scan: Scan, where: Query, total: Total) -> None:
        self._reader = reader
        self._scan = scan
        self._where = where
        self._landmarks = [Landmark(0, None)]
        self._laying = self._landmarks
        """Where the walk leaves landmarks: a list of its own when it walks again."""
        self._complete = False
        """The landmarks in use reach the end."""
        self._doubtful = False
        """Rows have come or moved behind the walk."""
        self.total = total

    async def page(self, start: int, count: int) -> TablePage:
        """`count` rows from ordinal `start`; what was not explored yet is explored up to there."""
        while not self._complete and start > self._landmarks[-1].ordinal and await self.explore():
            pass
        found = bisect.bisect_right(self._landmarks, start, key=lambda mark: mark.ordinal) - 1
        mark = self._landmarks[found]
        rows = await self._collect(mark.key, count, skip=start - mark.ordinal)
        return self._page(start, rows, at_top=start == 0, at_end=len(rows) < count)

    async def after(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """The `count` rows that follow `row`; the first of them is number `start`."""
        rows = await self._collect(self._scan.key_of(row), count)
        return self._page(start, rows, at_end=len(rows) < count)

    async def before(self, row: PaymentRow, end: int, count: int) -> TablePage:
        """The `count` rows that lead up to `row`, which is number `end`."""
        rows = await self._collect(self._scan.key_of(row), count, back=True)
        top = len(rows) < count
        return self._page(0 if top else max(0, end - len(rows)), rows[::-1], at_top=top)

    async def last(self, count: int) -> TablePage:
        """The last `count` rows, at once, whether or not anything was explored."""
        rows = await self._collect(None, count, back=True)
        if len(rows) < count:
            self.total = Total(len(rows), True)
        start = max(0, self.total.count - len(rows))
        return self._page(start, rows[::-1], at_top=len(rows) < count, at_end=True)

    async def at(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """`row` and what follows it; if it has gone, what follows its place."""
        rows = await self._collect(self._scan.key_of(row), count, inclusive=True)
        return self._page(start, rows, at_end=len(rows) < count)

    async def count_before(self, row: PaymentRow, ids: Collection[int]) -> int:
        """How many of these transactions pass the filter and stand before `row`."""
        marks = ", ".join("?" * len(ids))
        condition, values = self._where
        both = f"p.id IN ({marks})" + (f" AND {condition}" if condition else "")
        before = self._scan.before("p", self._scan.key_of(row))
        sql = f"SELECT count(*) FROM payment p WHERE {both} AND {before[0]}"
        return int((await self._reader.rows(sql, (*ids, *values, *before[1])))[0][0])

    async def explore(self) -> bool:
        """Walk one stride further and leave a landmark; False once the end was reached.

        When rows have moved since the last walk it starts anew, and those landmarks serve until then.
        """
        if self._complete and self._laying is self._landmarks:
            if not self._doubtful:
                return False
            self._laying, self._doubtful = [Landmark(0, None)], False
        marks = self._laying
        mark = marks[-1]
        following = await self._key_at(mark.key, STRIDE)
        passed = STRIDE if following and not self._where[0] else await self._passed(mark.key)
        if marks is not self._laying or mark is not marks[-1]:
            return True
        here = mark.ordinal + passed
        if following is None:
            self._landmarks, self._complete = marks, True
            self.total = Total(here, not self._doubtful)
            return False
        marks.append(Landmark(here, following))
        if not self.total.exact:
            self.total = Total(max(here, self.total.count), False)
        return True

    def grown(self, by: int, exact: Total | None, *, first: bool, moved: bool) -> None:
        """Take note of `by` new rows, which stand before all others when `first`.

        Landmarks that may have become wrong stay in use: they are near enough for a jump.
        """
        if first:
            self._landmarks[1:] = [Landmark(mark.ordinal + by, mark.key) for mark in self._landmarks[1:]]
        self._doubtful |= moved or (by > 0 and not first)
        known = self.total
        self.total = exact or Total(known.count + by, known.exact and not moved)

    async def _passed(self, key: Key | None) -> int:
        sql, params = self._scan.count(self._scan.candidates(key, STRIDE), self._where)
        return int((await self._reader.rows(sql, params))[0][0])

    async def _key_at(
        self, key: Key | None, distance: int, *, back: bool = False, inclusive: bool = False
    ) -> Key | None:
        """Key of the candidate so far beyond `key`, or None when there are fewer."""
        ids = self._scan.candidates(key, 1, distance - 1, back=back, inclusive=inclusive)
        found = await self._reader.rows(*ids)
        return found[0] if found else None

    async def _collect(
        self, key: Key | None, count: int, *, skip: int = 0, back: bool = False, inclusive: bool = False
    ) -> list[PaymentRow]:
        if not self._where[0]:
            ids = self._scan.candidates(key, count, skip, back=back, inclusive=inclusive)
            return await self._rows(ids, count, 0, back)
        found: list[PaymentRow] = []
        width = STRIDE
        while True:
            ids = self._scan.candidates(key, width, back=back, inclusive=inclusive)
            found += await self._rows(ids, count - len(found), skip, back)
            if len(found) == count:
                return found
            following = await self._key_at(key, width, back=back, inclusive=inclusive)
            if following is None:
                return found
            key, skip, inclusive = following, 0, False
            width = min(2 * width, WIDEST)

    async def _rows(self, ids: Query, count: int, skip: int, back: bool) -> list[PaymentRow]:
        sql, params = self._scan.rows(ids, self._where, count, skip, back=back)
        return [PaymentRow._make(row) for row in await self._reader.rows(sql, params)]

    def _page(
        self, start: int, rows: list[PaymentRow], *, at_top: bool = False, at_end: bool = False
    ) -> TablePage:
        seen = start + len(rows)
        if seen > self.total.count or (at_end and not self.total.exact):
            self.total = Total(seen, False)
        return TablePage(start, tuple(rows), self.total, at_top, at_end)
