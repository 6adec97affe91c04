"""Copying what was known at a moment, page by page, through the reader of either database."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paylink_tui.store.past.cuts import LEFT_OUT, Cut
from paylink_tui.store.reader import Reader

PAGE = 2000
Columns = dict[str, Any]
Told = tuple[str, int, bool, str, str, str]
"""Of an audit row: action, entity id, whether it is later than the moment, actor, before, after."""


@dataclass
class Source:
    """The books as they are, and the moment they are wanted for."""

    reader: Reader
    at: int
    """UTC epoch milliseconds."""
    _newest: dict[str, int] = field(default_factory=dict)

    async def pages(self, table: str, cut: Cut, columns: Sequence[str]) -> AsyncIterator[list[Columns]]:
        """The rows of a table that were known, with the columns its cut can tell."""
        if cut.where == LEFT_OUT:
            return
        chosen = ", ".join(cut.later.get(name, f"t.{name}") for name in columns)
        where, values = await self._where(cut)
        after: tuple[Any, ...] = ()
        while True:
            beyond = f" AND t.{cut.key} > ?" if after else ""
            sql = f"SELECT {chosen} FROM {table} t WHERE {where}{beyond} ORDER BY t.{cut.key} LIMIT {PAGE}"
            moments = [self.at] * (chosen.count("?") + cut.where.count("?"))
            rows = await self.reader.rows(sql, (*moments, *values, *after))
            if rows:
                yield [dict(zip(columns, row, strict=True)) for row in rows]
            if len(rows) < PAGE:
                return
            after = (rows[-1][list(columns).index(cut.key)],)

    async def _where(self, cut: Cut) -> tuple[str, list[int]]:
        """The condition, and what its last places stand for beside the moment."""
        if not cut.born:
            return cut.where, []
        first_new = await self._first_imported_later(cut.born)
        return (cut.where, []) if first_new is None else (f"{cut.where} AND t.id < ?", [first_new])

    async def _first_imported_later(self, kind: str) -> int | None:
        """The lowest id that an import after the moment gave, None when there was none."""
        rows = await self.reader.rows(
            "SELECT after FROM audit WHERE entity = ? AND entity_id = 0 AND at > ? ORDER BY seq",
            (kind, self.at),
        )
        firsts = [json.loads(after).get("ids", [None])[0] for (after,) in rows]
        return next((one for one in firsts if one is not None), None)

    async def told(self, entity: str, low: int, high: int) -> Mapping[int, list[Told]]:
        """The audit rows about things from one number to another, oldest first, by number."""
        rows = await self.reader.rows(
            "SELECT action, entity_id, CASE WHEN at > ? THEN 1 ELSE 0 END, actor, before, after FROM audit"
            " WHERE entity = ? AND entity_id BETWEEN ? AND ? ORDER BY seq",
            (self.at, entity, low, high),
        )
        found: dict[int, list[Told]] = {}
        for action, number, later, *rest in rows:
            found.setdefault(number, []).append((action, number, bool(later), *rest))
        return found

    async def rewound(self, cut: Cut, rows: list[Columns]) -> list[Columns]:
        """Rows with the columns that later actions changed as they were before the first of those."""
        if not cut.rewound:
            return rows
        told = await self.told(cut.entity, rows[0]["id"], rows[-1]["id"])
        for row in rows:
            for _, _, later, _, before, _ in reversed(told.get(row["id"], [])):
                if later and before:
                    row.update(_known(json.loads(before), cut.rewound))
        return rows


def _known(before: Any, columns: frozenset[str]) -> Columns:
    """What a mementoed action says of the columns that can be told by it."""
    if not isinstance(before, dict):
        return {}
    return {name: value for name, value in before.items() if name in columns}
