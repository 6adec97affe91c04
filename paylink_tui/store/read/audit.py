"""Reading the audit log back and checking its chain."""

from __future__ import annotations

from paylink_tui.store.reader import Reader
from paylink_tui.store.unit_of_work import MEMENTO, chain_hash

PAGE = 2000


async def first_broken(reader: Reader) -> str:
    """The first row that does not follow from the one before it, in words; empty when all do."""
    columns = ", ".join(("seq", *MEMENTO, "hash"))
    after, previous = 0, ""
    while True:
        rows = await reader.rows(
            f"SELECT {columns} FROM audit WHERE seq > ? ORDER BY seq LIMIT {PAGE}", (after,)
        )
        for seq, *values, told in rows:
            row = dict(zip(MEMENTO, values, strict=True))
            if row["previous_hash"] != previous:
                return f"row {seq} does not follow the one before it"
            if chain_hash(row) != told:
                return f"row {seq} was changed"
            after, previous = seq, told
        if len(rows) < PAGE:
            return ""
