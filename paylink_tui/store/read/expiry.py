"""Links that expired and have not been told of."""

from __future__ import annotations

from dataclasses import dataclass

from paylink_tui.store.reader import Reader, first

TOLD = "expired links"
"""The setting that keeps how far has been told: the expiry of the last link, epoch milliseconds."""
BATCH = 500

_NEXT = """
SELECT max(expires_at) FROM (
  SELECT expires_at FROM payment_link WHERE expires_at > ? AND expires_at <= ?
   ORDER BY expires_at LIMIT ?) AS upcoming
"""
_LINKS = """
SELECT id FROM payment_link WHERE expires_at > ? AND expires_at <= ? AND disabled_at IS NULL ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Expired:
    """Some links that expired, and the last of their moments."""

    links: tuple[int, ...]
    upto: int


async def expired(reader: Reader, now: int) -> Expired:
    """The next links to tell of, disabled ones left out: at most `BATCH` moments of them."""
    told = await first(reader, "SELECT value FROM setting WHERE name = ?", (TOLD,))
    since = int(told[0]) if told else 0
    (found,) = await reader.rows(_NEXT, (since, now, BATCH))
    if found[0] is None:
        return Expired((), since)
    rows = await reader.rows(_LINKS, (since, found[0]))
    return Expired(tuple(row[0] for row in rows), int(found[0]))
