"""How to read one filter in one order: count what each index would find, then list it or walk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from paylink_tui.domain.table import Sort, SortColumn, Total
from paylink_tui.store.read.payment_condition import NEVER, Access, Condition, merged, together
from paylink_tui.store.read.payment_list import Listing, matching
from paylink_tui.store.read.payment_scan import KEY_COLUMNS, Bound, Query, Scan, whole_index
from paylink_tui.store.read.payment_walk import Walk
from paylink_tui.store.reader import Dialect, Reader, first

RARE: Final = 4_096
"""Matches of one condition up to which all of them are read at once and kept as ids."""
MEDIUM: Final = 50_000
"""The same when a walk has found too few rows, and each page would be slow without the list."""
TIMES: Final = ("paid_at", "completed_at")
"""Columns that grow with the id, nearly: a stretch of them is a stretch of ids."""

Way = Walk | Listing


class _Probe(NamedTuple):
    condition: Condition
    access: Access
    found: int


async def plan(reader: Reader, conditions: Sequence[Condition], sort: Sort) -> Way:
    """The cheapest way, as far as that can be told in a millisecond or two.

    What turns out to be expensive raises `Stuck` on the way; then ask `replan`.
    """
    if NEVER in conditions:
        return Listing(reader, ("SELECT p.id FROM payment p WHERE 1 = 0", ()), sort)
    conditions = merged(conditions)
    probes = [await _probe(reader, one, one.access, RARE) for one in conditions if one.access]
    listing = await _listing(reader, probes, conditions, sort, RARE)
    if listing is not None:
        return listing
    return await _walk(reader, probes, conditions, sort, patient=False)


async def replan(reader: Reader, conditions: Sequence[Condition], sort: Sort) -> Way:
    """Another way, for which it is worth to look longer."""
    conditions = merged(conditions)
    if sort.column is SortColumn.ID and any(_is_of_time(one) for one in conditions):
        conditions = [await _by_time(reader, one) if _is_of_time(one) else one for one in conditions]
        return await _walk(reader, (), conditions, sort, patient=True)
    asked = [(one, access) for one in conditions if (access := one.deep or one.access)]
    probes = [await _probe(reader, one, access, MEDIUM) for one, access in asked]
    listing = await _listing(reader, probes, conditions, sort, MEDIUM)
    return listing or await _walk(reader, probes, conditions, sort, patient=True)


async def tallied(reader: Reader, conditions: Sequence[Condition]) -> Total | None:
    """The exact total, free of charge, when the filter asks for nothing but what `tally` keeps."""
    if not all(condition.tallied for condition in conditions):
        return None
    sql, params = together(conditions)
    where = f" WHERE {sql}" if sql else ""
    row = await first(reader, f"SELECT coalesce(sum(p.count), 0) FROM tally p{where}", params)
    return Total(int(row[0]) if row else 0, True)


async def _probe(reader: Reader, condition: Condition, access: Access, most: int) -> _Probe:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {access.source} WHERE {access.within} LIMIT {most + 1}) s"
    row = await first(reader, sql, access.params)
    return _Probe(condition, access, int(row[0]) if row else 0)


async def _listing(
    reader: Reader, probes: Iterable[_Probe], conditions: Sequence[Condition], sort: Sort, most: int
) -> Listing | None:
    rarest = min(probes, key=lambda probe: probe.found, default=None)
    if rarest is None or rarest.found > most:
        return None
    query = _listed(reader.dialect, rarest, conditions, sort)
    ids = await matching(reader, query, most)
    return None if ids is None else Listing(reader, query, sort, ids)


def _listed(dialect: Dialect, rarest: _Probe, conditions: Sequence[Condition], sort: Sort) -> Query:
    access, way = rarest.access, " DESC" if sort.descending else ""
    rest, values = together(_unmet(conditions, rarest))
    found = f"SELECT {access.id} AS id FROM {access.source} WHERE {access.within} ORDER BY {access.id}"
    if sort.column is SortColumn.ID and not rest:
        return f"{found}{way}", access.params
    where = f" WHERE {rest}" if rest else ""
    order = ", ".join(f"p.{name}{way}" for name in KEY_COLUMNS[sort.column])
    join = "CROSS JOIN" if dialect == "sqlite" else "JOIN"
    # Rows in order of id lie next to each other in the file; without a limit SQLite would drop that order.
    near = f"{found} LIMIT {2 * MEDIUM}"
    sql = f"SELECT p.id FROM ({near}) s {join} payment p ON p.id = s.id{where} ORDER BY {order}"
    return sql, access.params + values


def _unmet(conditions: Iterable[Condition], used: _Probe) -> list[Condition]:
    """What is still to be checked on rows that an index has found."""
    return [one for one in conditions if one is not used.condition or not used.access.exact]


async def _walk(
    reader: Reader, probes: Sequence[_Probe], conditions: Sequence[Condition], sort: Sort, *, patient: bool
) -> Walk:
    total = await tallied(reader, conditions) or Total(0, False)
    ordered = [probe for probe in probes if probe.access.by_id] if sort.column is SortColumn.ID else []
    if ordered:
        used = min(ordered, key=lambda probe: (probe.found, not probe.condition.deep))
        access, unmet = used.access, _unmet(conditions, used)
        columns, way = KEY_COLUMNS[SortColumn.ID], sort.descending
        scan = Scan(reader.dialect, columns, way, access.source, access.id, access.within, access.params)
    else:
        scan, unmet = whole_index(reader.dialect, sort), list(conditions)
    scan = scan.narrowed(bound for condition in unmet for bound in condition.bounds)
    where = together(one for one in unmet if not _met(one, scan, sort))
    return Walk(reader, scan, where, total, patient=patient)


def _met(condition: Condition, scan: Scan, sort: Sort) -> bool:
    """Whether the stretch of the index that is walked holds nothing but rows that meet it."""
    fixed = set(KEY_COLUMNS[sort.column]) - set(scan.columns)
    return condition.bounded and all(
        bound in scan.bounds or (bound.sign == "=" and bound.column in fixed) for bound in condition.bounds
    )


def _is_of_time(condition: Condition) -> bool:
    return bool(condition.access and condition.bounds and condition.bounds[0].column in TIMES)


async def _by_time(reader: Reader, condition: Condition) -> Condition:
    """A stretch of time as a stretch of ids too, so that a walk by id need not pass over all the others."""
    access = condition.access
    assert access is not None
    sql = f"SELECT min(id), max(id) FROM {access.source} WHERE {access.within}"
    row = await first(reader, sql, access.params)
    if row is None or row[0] is None:
        return NEVER
    return replace(
        condition, bounds=(*condition.bounds, Bound("id", ">=", row[0]), Bound("id", "<=", row[1]))
    )
