"""How to read one filter in one order: count what each index would find, then list it or walk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from paylink_tui.domain.table import Sort, SortColumn, Total
from paylink_tui.store.read.payment_filter import Access, Condition, together
from paylink_tui.store.read.payment_list import Listing, matching
from paylink_tui.store.read.payment_scan import KEY_COLUMNS, Query, Scan, whole_index
from paylink_tui.store.read.payment_walk import Walk
from paylink_tui.store.reader import Dialect, Reader

RARE: Final = 4_096
"""Matches of one condition up to which all of them are read at once and kept as ids."""


@dataclass(frozen=True, slots=True)
class _Probe:
    condition: Condition
    access: Access
    found: int


async def plan(reader: Reader, conditions: Sequence[Condition], sort: Sort) -> Walk | Listing:
    """The cheapest way to read pages of what meets all `conditions`, in the order of `sort`."""
    probes = [
        _Probe(condition, condition.access, await _probe(reader, condition.access))
        for condition in conditions
        if condition.access is not None
    ]
    rarest = min(probes, key=lambda probe: probe.found, default=None)
    if rarest is not None and rarest.found <= RARE:
        query = _listed(reader.dialect, rarest, conditions, sort)
        ids = await matching(reader, query, RARE)
        if ids is not None:
            return Listing(reader, query, ids)
    total = await tallied(reader, conditions)
    return _walk(reader, probes, conditions, sort, total or Total(0, False))


def _walk(
    reader: Reader, probes: Sequence[_Probe], conditions: Sequence[Condition], sort: Sort, total: Total
) -> Walk:
    ordered = [probe for probe in probes if probe.access.by_id] if sort.column is SortColumn.ID else []
    # Words last: a search for letters in every row costs more than comparing a number.
    ordered.sort(key=lambda probe: probe.access.source != "payment_search")
    if not ordered:
        return Walk(reader, whole_index(reader.dialect, sort), together(conditions), total)
    chosen = ordered[0]
    access = chosen.access
    scan = Scan(
        reader.dialect, ("id",), sort.descending, access.source, access.id, access.within, access.params
    )
    rest = [one for one in conditions if one is not chosen.condition or not access.exact]
    return Walk(reader, scan, together(rest), total)


def _listed(dialect: Dialect, rarest: _Probe, conditions: Sequence[Condition], sort: Sort) -> Query:
    access = rarest.access
    rest, values = together(one for one in conditions if one is not rarest.condition or not access.exact)
    where = f" WHERE {rest}" if rest else ""
    way = " DESC" if sort.descending else ""
    order = ", ".join(f"p.{name}{way}" for name in KEY_COLUMNS[sort.column])
    join = "CROSS JOIN" if dialect == "sqlite" else "JOIN"
    sql = (
        f"SELECT p.id FROM (SELECT {access.id} AS id FROM {access.source} WHERE {access.within}) s"
        f" {join} payment p ON p.id = s.id{where} ORDER BY {order}"
    )
    return sql, access.params + values


async def _probe(reader: Reader, access: Access) -> int:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {access.source} WHERE {access.within} LIMIT {RARE + 1}) s"
    return int((await reader.rows(sql, access.params))[0][0])


async def tallied(reader: Reader, conditions: Sequence[Condition]) -> Total | None:
    """The exact total, free of charge, when the filter asks for nothing but what `tally` keeps."""
    if not all(condition.tallied for condition in conditions):
        return None
    sql, params = together(conditions)
    where = f" WHERE {sql}" if sql else ""
    rows = await reader.rows(f"SELECT coalesce(sum(p.count), 0) FROM tally p{where}", params)
    return Total(int(rows[0][0]), True)
