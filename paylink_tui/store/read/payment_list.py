"""Pages of rare rows: the ids of everything that matches are kept in order, eight bytes each."""

from __future__ import annotations

from array import array
from collections.abc import Collection

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import TablePage, Total
from paylink_tui.store.read.payment_scan import ROW, Query
from paylink_tui.store.reader import Reader


class Listing:
    """One filter and sort whose matches are few: every ordinal and the total are exact."""

    def __init__(self, reader: Reader, query: Query, ids: array[int]) -> None:
        self._reader = reader
        self._query = query
        self._ids = ids

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
        """The `count` rows from ordinal `start`, which follow `row`."""
        return await self.page(start, count)

    async def before(self, row: PaymentRow, end: int, count: int) -> TablePage:
        """The `count` rows up to ordinal `end`, which lead up to `row`."""
        start = max(0, end - count)
        return await self.page(start, end - start)

    async def last(self, count: int) -> TablePage:
        """The last `count` rows."""
        return await self.page(max(0, len(self._ids) - count), count)

    async def at(self, row: PaymentRow, start: int, count: int) -> TablePage:
        """`row` and what follows it; if it has gone, what stands at `start`."""
        if row.id in self._ids:
            start = self._ids.index(row.id)
        return await self.page(min(start, max(0, len(self._ids) - count)), count)

    async def read_again(self) -> bool:
        """Ask the database what matches now; False when it has become too many to keep."""
        found = await matching(self._reader, self._query, 2 * max(len(self._ids), 4096))
        if found is not None:
            self._ids = found
        return found is not None


async def matching(reader: Reader, query: Query, most: int) -> array[int] | None:
    """Ids of every match in order, or None when there are more than `most`."""
    sql, params = query
    rows = await reader.rows(f"{sql} LIMIT {most + 1}", params)
    return None if len(rows) > most else array("q", (row[0] for row in rows))


async def rows_by_id(reader: Reader, ids: Collection[int], where: Query = ("", ())) -> list[PaymentRow]:
    """The rows with these ids that meet `where`, in the order of the ids."""
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    condition = f" AND {where[0]}" if where[0] else ""
    sql = f"SELECT {ROW} FROM payment p WHERE p.id IN ({marks}){condition}"
    found = {row[0]: PaymentRow._make(row) for row in await reader.rows(sql, (*ids, *where[1]))}
    return [found[id] for id in ids if id in found]
