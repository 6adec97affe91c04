"""What is read of the firm by itself."""

from __future__ import annotations

from paylink_tui.store.reader import Reader, first


async def key_id(reader: Reader) -> str:
    """Which key the firm's links are made with; empty before there is a firm."""
    row = await first(reader, "SELECT link_key_id FROM firm WHERE id = 1")
    return str(row[0]) if row else ""
