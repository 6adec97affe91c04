"""Pages of rare rows: the ids of everything that matches are kept in order, eight bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Sequence
from typing import Final

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, SortColumn, TablePage, Total
from paylink_tui.store.read.payment_scan import EVERY, KEY_COLUMNS, ROW, Query
from paylink_tui.store.reader import Reader

FIXED: Final = frozenset({"id", "amount", "account_id"})
"""Key columns that never change once a transaction exists."""


class Listing:
    """One filter and sort whose matches are few: every ordinal and the total are exact."""

    def __init__(self, reader: Reader, query: Query, sort: Sort, ids: Sequence[int] = ()) -> None:
        self._reader = reader
        self._query = query
        self._sort = sort
        self._ids = array("q", ids)

    @property
    def total(self) -> Total:
        """How many match."""
        return Total(len(self._ids), True)

    async def page(self, start: int, count: int) -> TablePage:
        """`count` rows from ordinal `start`."""
        rows = await rows_by_id(self._reader, self._ids[start : start + count])
        end = start + count >= len(self._ids)
        return TablePage(start, tuple(rows), self.total, start == 0, end)

    async def after(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """The `count` rows that follow `row`, which was number `start` - 1."""
        return await self.page(self._place(row, start - 1) + 1, count)

    async def before(self, row: PaymentRow, end: int, count: int) -> TablePage:
        """The `count` rows that lead up to `row`, which was number `end`."""
        end = min(self._place(row, end), len(self._ids))
        start = max(0, end - count)
        return await self.page(start, end - start)

    async def last(self, count: int) -> TablePage:
        """The last `count` rows."""
        return await self.page(max(0, len(self._ids) - count), count)

    async def at(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """`row` and what follows it; if it has gone, what stands at `start`."""
        return await self.page(min(self._place(row, start), max(0, len(self._ids) - count)), count)

    def _place(self, row: PaymentRow, known: int) -> int:
        """The ordinal of the row now, or `known` when it no longer matches."""
        if 0 <= known < len(self._ids) and self._ids[known] == row.id:
            return known
        return self._ids.index(row.id) if row.id in self._ids else known

    async def update(self, changed: Collection[int], passing: Collection[int], most: int) -> bool:
        """Take in that these transactions changed, and which of them pass the filter now.

        Returns:
            False when the matches have become more than `most`.
        """
        held = [id for id in changed if id in self._ids]
        if self._sort.column is SortColumn.ID:
            self._take_in(changed, passing)
            return len(self._ids) <= most
        unmoved = FIXED.issuperset(KEY_COLUMNS[self._sort.column]) and set(held) == set(passing)
        if unmoved or not (held or passing):
            return True
        found = await matching(self._reader, self._query, most)
        if found is not None:
            self._ids = found
        return found is not None

    def _take_in(self, changed: Collection[int], passing: Collection[int]) -> None:
        """The same without asking the database, because the ids are in order of themselves."""
        sign = -1 if self._sort.descending else 1
        for id in changed:
            place = bisect_left(self._ids, sign * id, key=lambda one: sign * one)
            there = place < len(self._ids) and self._ids[place] == id
            if there and id not in passing:
                del self._ids[place]
            elif id in passing and not there:
                self._ids.insert(place, id)


async def matching(reader: Reader, query: Query, most: int) -> array[int] | None:
    """Ids of every match in order, or None when there are more than `most`."""
    sql, params = query
    rows = await reader.rows(f"{sql} LIMIT {most + 1}", params)
    return None if len(rows) > most else array("q", (row[0] for row in rows))


async def rows_by_id(reader: Reader, ids: Collection[int], where: Query = EVERY) -> list[PaymentRow]:
    """The rows with these ids that meet `where`, in the order of the ids."""
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    condition = f" AND {where[0]}" if where[0] else ""
    sql = f"SELECT {ROW} FROM payment p WHERE p.id IN ({marks}){condition}"
    found = {row[0]: PaymentRow._make(row) for row in await reader.rows(sql, (*ids, *where[1]))}
    return [found[id] for id in ids if id in found]
