"""The rows between two rows of a table, also those that are not in memory."""

from __future__ import annotations

from typing import Final

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.tui.widgets.live_table_source import RowSource

MOST: Final = 1000
"""Rows one range can hold: more than a person looks through before acting on them."""
CHUNK: Final = 250


async def rows_between(
    source: RowSource, anchor: tuple[int, PaymentRow], cursor: tuple[int, PaymentRow]
) -> tuple[list[PaymentRow], bool]:
    """The rows from the anchor to the cursor, both given with their ordinals.

    Returns:
        At most `MOST` rows, those next to the anchor, and whether there were more.
    """
    start, first = anchor
    end, last = cursor
    found = [first]
    while found[-1].id != last.id:
        if len(found) >= MOST:
            return found[:MOST], True
        if end > start:
            page = await source.after(found[-1], start + len(found), CHUNK)
            more, ended = list(page.rows), page.at_end
        else:
            page = await source.before(found[-1], start - len(found) + 1, CHUNK)
            more, ended = list(reversed(page.rows)), page.at_top
        place = next((place for place, row in enumerate(more) if row.id == last.id), None)
        found += more if place is None else more[: place + 1]
        if place is None and ended:
            break
    return found, False
