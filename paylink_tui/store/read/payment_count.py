"""Exact numbers of matching rows, counted in steps that can stop between any two."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Final

from paylink_tui.store.read.payment_condition import Condition, together
from paylink_tui.store.reader import Reader, first

STEP: Final = 8192
"""Ids one query looks at."""


async def counted(reader: Reader, conditions: Sequence[Condition]) -> AsyncGenerator[int, None]:
    """How many rows meet all conditions: more and more of them, at last all.

    One condition whose index finds exactly its rows is counted there, in one go.
    """
    access = conditions[0].access if len(conditions) == 1 else None
    if access is not None and access.exact:
        sql = f"SELECT count(*) FROM {access.source} WHERE {access.within}"
        row = await first(reader, sql, access.params)
        yield int(row[0]) if row else 0
        return
    hint = " NOT INDEXED" if reader.dialect == "sqlite" else ""
    condition, params = together(conditions)
    sql = f"SELECT count(*) FROM payment p{hint} WHERE p.id > ? AND p.id <= ? AND {condition}"
    newest = await first(reader, "SELECT coalesce(max(id), 0) FROM payment")
    total, last = 0, int(newest[0]) if newest else 0
    for start in range(0, last, STEP):
        row = await first(reader, sql, (start, start + STEP, *params))
        total += int(row[0]) if row else 0
        yield total
