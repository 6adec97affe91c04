"""What is new for the bookkeeper: payments that completed, failed or came back, and links that froze."""

from __future__ import annotations

from paylink_tui.store.reader import Reader, Row, first

_SINCE = """
SELECT id, payment_id, kind, detail FROM fact
 WHERE id > ? AND kind IN ('captured', 'failed', 'returned')
 ORDER BY id DESC LIMIT ?
"""
_FROZEN = """
SELECT f.link_id, f.reason FROM link_freeze f JOIN payment_link l ON l.id = f.link_id
 WHERE f.released_at IS NULL AND l.disabled_at IS NULL
 ORDER BY f.id
"""


async def newest_fact(reader: Reader) -> int:
    """The number of the newest fact, 0 when there is none; facts are numbered in commit order."""
    row = await first(reader, "SELECT coalesce(max(id), 0) FROM fact")
    return int(row[0]) if row else 0


async def since(reader: Reader, fact_id: int, limit: int) -> list[Row]:
    """Number, payment, kind and detail of the facts after that one that move a payment, newest first."""
    return await reader.rows(_SINCE, (fact_id, limit))


async def frozen(reader: Reader) -> list[Row]:
    """Number and reason of every link that is frozen now, the one frozen first leading."""
    return await reader.rows(_FROZEN)
