"""SQL that walks one index of `payment` in key order, from any key, either way, in bounded steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, SortColumn
from paylink_tui.store.reader import Dialect

Key = tuple[Any, ...]
"""Values of the key columns of one row; the last is always its id."""
Query = tuple[str, tuple[Any, ...]]

ROW = ", ".join(f"p.{name}" for name in PaymentRow._fields)

KEY_COLUMNS: dict[SortColumn, tuple[str, ...]] = {
    SortColumn.ID: ("id",),
    SortColumn.PAID_AT: ("paid_at", "id"),
    SortColumn.AMOUNT: ("amount", "id"),
    SortColumn.PAYER: ("payer_name", "id"),
    SortColumn.STATUS: ("status", "linked", "id"),
    SortColumn.ACCOUNT: ("account_id", "id"),
    SortColumn.CLIENT: ("client_name", "id"),
}
INDEXES: dict[SortColumn, str] = {
    SortColumn.PAID_AT: "ix_payment_paid_at",
    SortColumn.AMOUNT: "ix_payment_amount",
    SortColumn.PAYER: "ix_payment_payer_name",
    SortColumn.STATUS: "ix_payment_status",
    SortColumn.ACCOUNT: "ix_payment_account_id",
    SortColumn.CLIENT: "ix_payment_client_name",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """Candidate rows in key order: a whole index, or the part of one that equals some values."""

    dialect: Dialect
    columns: tuple[str, ...]
    descending: bool
    source: str
    """Table, with the index hint that keeps SQLite from sorting instead of walking."""
    id: str = "id"
    within: str = ""
    """What every candidate satisfies by the choice of source."""
    params: tuple[Any, ...] = ()

    def key_of(self, row: PaymentRow) -> Key:
        """Where a row stands in this order."""
        return tuple(getattr(row, name) for name in self.columns)

    def candidates(
        self, after: Key | None, limit: int, offset: int = 0, *, back: bool = False, inclusive: bool = False
    ) -> Query:
        """The ids of the next `limit` candidates beyond `after`, with their key columns.

        `back` walks against the sort. `inclusive` starts with the row at `after` itself.
        """
        if after is None:
            return self._stretch("", (), limit, offset, back)
        beyond = "<" if self.descending is not back else ">"
        at = beyond + "=" * inclusive
        *lead, id = after
        if not lead:
            return self._stretch(f"{self.id} {at} ?", (id,), limit, offset, back)
        names = ", ".join(self.columns[:-1])
        marks = ", ".join("?" * len(lead))
        if self.dialect == "postgresql":
            return self._stretch(f"({names}, id) {at} ({marks}, ?)", after, limit, offset, back)
        # SQLite reads a rowid in a row comparison as a filter, not as the end of the index key, and would
        # walk over every row that ties; two stretches, one after the other, are both exact seeks.
        equal = " AND ".join(f"{name} = ?" for name in self.columns[:-1])
        ties, first = self._stretch(f"{equal} AND id {at} ?", after, limit + offset, 0, back)
        rest, second = self._stretch(f"({names}) {beyond} ({marks})", tuple(lead), limit + offset, 0, back)
        union = f"SELECT * FROM ({ties}) UNION ALL SELECT * FROM ({rest}) LIMIT {limit} OFFSET {offset}"
        return union, first + second

    def rows(
        self, candidates: Query, where: Query, limit: int, offset: int = 0, *, back: bool = False
    ) -> Query:
        """Whole rows of `candidates` that satisfy `where`, in their order."""
        ids, params = candidates
        condition, values = where
        filtered = f" WHERE {condition}" if condition else ""
        return (
            f"SELECT {ROW} FROM ({ids}) s {self._join()}{filtered}"
            f"{self._outer_order(back)} LIMIT {limit} OFFSET {offset}",
            params + values,
        )

    def count(self, candidates: Query, where: Query) -> Query:
        """How many of `candidates` satisfy `where`."""
        ids, params = candidates
        condition, values = where
        if not condition:
            return f"SELECT count(*) FROM ({ids}) s", params
        return f"SELECT count(*) FROM ({ids}) s {self._join()} WHERE {condition}", params + values

    def before(self, alias: str, key: Key) -> Query:
        """That a row stands before `key` in this order."""
        names = ", ".join(f"{alias}.{name}" for name in self.columns)
        beyond = ">" if self.descending else "<"
        return f"({names}) {beyond} ({', '.join('?' * len(key))})", key

    def _stretch(self, beyond: str, values: Key, limit: int, offset: int, back: bool) -> Query:
        conditions = " AND ".join(part for part in (self.within, beyond) if part)
        where = f" WHERE {conditions}" if conditions else ""
        names = ", ".join((*self.columns[:-1], f"{self.id} AS id"))
        way = " DESC" if self.descending is not back else ""
        order = ", ".join(f"{name}{way}" for name in (*self.columns[:-1], self.id))
        return (
            f"SELECT {names} FROM {self.source}{where} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
            self.params + values,
        )

    def _join(self) -> str:
        # On SQLite a CROSS JOIN fixes the loop order, and with it the order of the rows.
        return ("CROSS JOIN" if self.dialect == "sqlite" else "JOIN") + " payment p ON p.id = s.id"

    def _outer_order(self, back: bool) -> str:
        if self.dialect == "sqlite":
            return ""
        way = " DESC" if self.descending is not back else ""
        return " ORDER BY " + ", ".join(f"s.{name}{way}" for name in self.columns)


def by_id(dialect: Dialect, descending: bool, source: str, id: str, within: str, params: Key) -> Scan:
    """The rows an index finds for one value, which come in order of id."""
    return Scan(dialect, ("id",), descending, source, id, within, params)


def whole_index(dialect: Dialect, sort: Sort) -> Scan:
    """Every transaction in the order of `sort`."""
    hint = f"INDEXED BY {INDEXES[sort.column]}" if sort.column in INDEXES else "NOT INDEXED"
    source = f"payment {hint}" if dialect == "sqlite" else "payment"
    return Scan(dialect, KEY_COLUMNS[sort.column], sort.descending, source)
