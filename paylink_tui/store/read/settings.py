"""What the program itself keeps by name."""

from __future__ import annotations

from paylink_tui.store.reader import Reader, first


async def value(reader: Reader, name: str) -> str:
    """What is kept under a name; empty for nothing."""
    row = await first(reader, "SELECT value FROM setting WHERE name = ?", (name,))
    return str(row[0]) if row else ""
