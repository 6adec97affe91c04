"""SQL that walks one index of `payment` in key order, from any key, either way, in bounded steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, SortColumn
from paylink_tui.store.reader import Dialect

Key = tuple[Any, ...]
"""Values of the key columns of one row; the last is always its id."""
Query = tuple[str, tuple[Any, ...]]
EVERY: Query = ("", ())

ROW = ", ".join(f"p.{name}" for name in PaymentRow._fields)

KEY_COLUMNS: dict[SortColumn, tuple[str, ...]] = {
    SortColumn.ID: ("id",),
    SortColumn.PAID_AT: ("paid_at", "id"),
    SortColumn.AMOUNT: ("amount", "id"),
    SortColumn.PAYER: ("payer_name", "id"),
    SortColumn.STATUS: ("status", "linked", "id"),
    SortColumn.ACCOUNT: ("account_id", "id"),
    SortColumn.CLIENT: ("linked", "client_name", "id"),
}
INDEXES: dict[SortColumn, str] = {
    SortColumn.PAID_AT: "ix_payment_paid_at",
    SortColumn.AMOUNT: "ix_payment_amount",
    SortColumn.PAYER: "ix_payment_payer_name",
    SortColumn.STATUS: "ix_payment_status",
    SortColumn.ACCOUNT: "ix_payment_account_id",
    SortColumn.CLIENT: "ix_payment_client_name",
}


class Bound(NamedTuple):
    """What a filter says about one column: `=`, or a range's `>=`, `<` or `<=`."""

    column: str
    sign: str
    value: Any


@dataclass(frozen=True, slots=True)
class Scan:
    """Candidate rows in key order: a whole index, or the stretch of one that bounds leave."""

    dialect: Dialect
    columns: tuple[str, ...]
    descending: bool
    source: str
    """Table, with the index hint that keeps SQLite from sorting instead of walking."""
    id: str = "id"
    within: str = ""
    """What every candidate satisfies by the choice of source."""
    params: tuple[Any, ...] = ()
    bounds: tuple[Bound, ...] = ()
    """Ends of the stretch, by the first key column."""

    def narrowed(self, bounds: Iterable[Bound]) -> Scan:
        """The same walk without the stretches at either end that the bounds rule out."""
        scan, left = self, list(bounds)
        while (same := _first(left, scan.columns[0], "=")) is not None:
            within = " AND ".join(part for part in (scan.within, f"{same.column} = ?") if part)
            params = (*scan.params, same.value)
            scan = replace(scan, columns=scan.columns[1:], within=within, params=params)
        return replace(scan, bounds=tuple(one for one in left if one.column == scan.columns[0]))

    def key_of(self, row: PaymentRow) -> Key:
        """Where a row stands in this order."""
        return tuple(getattr(row, name) for name in self.columns)

    def candidates(
        self, after: Key | None, limit: int, offset: int = 0, *, back: bool = False, inclusive: bool = False
    ) -> Query:
        """The key columns of the next `limit` candidates beyond `after`, the last named `id`.

        `back` walks against the sort. `inclusive` starts with the row at `after` itself.
        """
        if after is None:
            return self._select("", (), self.bounds, limit, offset, back)
        beyond = "<" if self.descending is not back else ">"
        at = beyond + "=" * inclusive
        if self.dialect == "postgresql" and len(after) > 1:
            names, marks = ", ".join(self.columns), ", ".join("?" * len(after))
            ends = self._ends(self.bounds, beyond)
            return self._select(f"({names}) {at} ({marks})", after, ends, limit, offset, back)
        return self._stretches(after, beyond, at, limit, offset, back)

    def _stretches(self, after: Key, beyond: str, at: str, limit: int, offset: int, back: bool) -> Query:
        """The rows that tie with `after` and follow by id, then those that follow by an earlier column.

        SQLite takes a row comparison as an exact end of an index key only up to its rowid, and walks over
        every row that ties; stretches by one column each are exact seeks. It runs them in this order.
        """
        *lead, last = range(len(after))
        parts = [self._prefix(after, last, at, limit + offset, back)]
        parts += [self._prefix(after, column, beyond, limit + offset, back) for column in reversed(lead)]
        if len(parts) == 1:
            return self._prefix(after, last, at, limit, back, offset)
        union = " UNION ALL ".join(f"SELECT * FROM ({sql})" for sql, _ in parts)
        params = tuple(value for _, values in parts for value in values)
        return f"{union} LIMIT {limit} OFFSET {offset}", params

    def _prefix(self, after: Key, column: int, sign: str, limit: int, back: bool, offset: int = 0) -> Query:
        """Rows equal to `after` before that key column, and beyond it there."""
        equal = " AND ".join(f"{name} = ?" for name in self.columns[:column])
        name = self.id if column == len(self.columns) - 1 else self.columns[column]
        condition = " AND ".join(part for part in (equal, f"{name} {sign} ?") if part)
        ends = self._ends(self.bounds, sign) if column == 0 else ()
        return self._select(condition, after[: column + 1], ends, limit, offset, back)

    @staticmethod
    def _ends(bounds: tuple[Bound, ...], sign: str) -> tuple[Bound, ...]:
        """Those bounds a walk in that direction may run into."""
        return tuple(bound for bound in bounds if bound.sign[0] != sign[0])

    def _select(
        self, beyond: str, values: Key, ends: tuple[Bound, ...], limit: int, offset: int, back: bool
    ) -> Query:
        bounded = [f"{self.id if bound.column == 'id' else bound.column} {bound.sign} ?" for bound in ends]
        conditions = " AND ".join(part for part in (self.within, beyond, *bounded) if part)
        where = f" WHERE {conditions}" if conditions else ""
        names = ", ".join((*self.columns[:-1], f"{self.id} AS id"))
        way = " DESC" if self.descending is not back else ""
        order = ", ".join(f"{name}{way}" for name in (*self.columns[:-1], self.id))
        return (
            f"SELECT {names} FROM {self.source}{where} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
            (*self.params, *values, *(bound.value for bound in ends)),
        )

    def rows(
        self, candidates: Query, where: Query, limit: int, offset: int = 0, *, back: bool = False
    ) -> Query:
        """Whole rows of `candidates` that satisfy `where`, in their order."""
        ids, params = candidates
        condition, values = where
        filtered = f" WHERE {condition}" if condition else ""
        # On SQLite a CROSS JOIN fixes the loop order, and with it the order of the rows.
        join = "CROSS JOIN" if self.dialect == "sqlite" else "JOIN"
        return (
            f"SELECT {ROW} FROM ({ids}) s {join} payment p ON p.id = s.id{filtered}"
            f"{self._outer_order(back)} LIMIT {limit}",
            params + values,
        )

    def before(self, alias: str, key: Key) -> Query:
        """That a row stands before `key` in this order."""
        names = ", ".join(f"{alias}.{name}" for name in self.columns)
        beyond = ">" if self.descending else "<"
        return f"({names}) {beyond} ({', '.join('?' * len(key))})", key

    def _outer_order(self, back: bool) -> str:
        if self.dialect == "sqlite":
            return ""
        way = " DESC" if self.descending is not back else ""
        return " ORDER BY " + ", ".join(f"s.{name}{way}" for name in self.columns)


def _first(bounds: list[Bound], column: str, sign: str) -> Bound | None:
    return next((bound for bound in bounds if bound.column == column and bound.sign == sign), None)


def whole_index(dialect: Dialect, sort: Sort) -> Scan:
    """Every transaction in the order of `sort`."""
    hint = f"INDEXED BY {INDEXES[sort.column]}" if sort.column in INDEXES else "NOT INDEXED"
    source = f"payment {hint}" if dialect == "sqlite" else "payment"
    return Scan(dialect, KEY_COLUMNS[sort.column], sort.descending, source)
