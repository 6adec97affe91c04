"""The people with a role."""

from __future__ import annotations

from paylink_tui.domain.roles import Member, Role
from paylink_tui.domain.times import from_ms
from paylink_tui.store.reader import Reader


async def members(reader: Reader) -> tuple[Member, ...]:
    """Everyone with a role, by name."""
    rows = await reader.rows("SELECT name, role, set_at, set_by FROM member ORDER BY name")
    return tuple(Member(name, Role(role), from_ms(at), by) for name, role, at, by in rows)
