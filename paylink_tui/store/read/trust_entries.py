"""Trust entries as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from paylink_tui.domain.times import from_ms, maybe_from_ms
from paylink_tui.domain.trust import EntryKind, EntryState, EntryView
from paylink_tui.store.reader import Reader, Row, first

_ENTRY = """
SELECT e.id, e.kind, e.account_id, b.name, e.currency, e.client_id, coalesce(c.code, ''),
       coalesce(c.name, ''),
       coalesce(m.number, ''), coalesce(t.number, ''), e.amount, e.method, e.number, e.payee, e.purpose,
       e.dated_on, e.state, e.requested_by, e.requested_at, coalesce(e.approved_by, ''), e.approved_at,
       u.id, coalesce(u.reason, (SELECT max(a.reason) FROM audit a WHERE a.entity = 'trust_entry'
           AND a.entity_id = e.id AND a.action = 'withdraw trust entry'), '')
  FROM trust_entry e JOIN bank_account b ON b.id = e.account_id
  LEFT JOIN client c ON c.id = e.client_id LEFT JOIN matter m ON m.id = e.matter_id
  LEFT JOIN matter t ON t.id = e.to_matter_id
  LEFT JOIN journal j ON j.trust_entry_id = e.id AND j.reverses_id IS NULL
  LEFT JOIN journal u ON u.reverses_id = j.id
"""


async def entry(reader: Reader, number: int) -> EntryView | None:
    """One entry, or None."""
    row = await first(reader, f"{_ENTRY} WHERE e.id = ?", (number,))
    return None if row is None else _view(row)


async def entries(
    reader: Reader, account_id: int | None, state: str | None, limit: int
) -> tuple[EntryView, ...]:
    """Entries, the newest first, of one account or of all."""
    wanted = [("e.account_id = ?", account_id), ("e.state = ?", state)]
    asked = [(condition, value) for condition, value in wanted if value is not None]
    where = " AND ".join(condition for condition, _ in asked) or "1 = 1"
    params: Sequence[object] = [*(value for _, value in asked), limit]
    rows = await reader.rows(f"{_ENTRY} WHERE {where} ORDER BY e.id DESC LIMIT ?", params)
    return tuple(_view(row) for row in rows)


def _view(row: Row) -> EntryView:
    *told, day, state, asked_by, asked_at, approved_by, approved_at, undone, reason = row
    number, kind, *rest = told
    asked = (date.fromisoformat(day), EntryState(state), asked_by, from_ms(asked_at))
    values: Row = (
        number,
        EntryKind(kind),
        *rest,
        *asked,
        approved_by,
        maybe_from_ms(approved_at),
        undone is not None,
        reason,
    )
    return EntryView(*values)
