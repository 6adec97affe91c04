"""Whole transactions: the row with its names, its parts, its allocations and its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paylink_tui.domain.facts import Dispute, Status
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.times import from_ms, maybe_from_ms
from paylink_tui.domain.views import AppliedTo, LinkedPart, TimelineEvent, Transaction
from paylink_tui.store.reader import Reader, Row

_SELECT = """
SELECT p.id, p.link_id, p.account_id, a.name, p.account_kind, p.currency, p.amount, p.status, p.method,
       p.brand, p.last4, p.payer_name, p.payer_email, p.reference, p.processor, p.payment_ref, p.paid_at,
       p.due_at, p.completed_at, p.failure, p.conflict, p.refunded, p.fee, p.linked, l.linked_by,
       l.linked_at, p.applied, p.intent_client_id, ic.name, p.intent_matter_id, im.number, p.intent_apply,
       p.version, p.refunding, p.dispute, p.linking_id
  FROM payment p
  JOIN bank_account a ON a.id = p.account_id
  LEFT JOIN linking l ON l.id = p.linking_id
  LEFT JOIN client ic ON ic.id = p.intent_client_id
  LEFT JOIN matter im ON im.id = p.intent_matter_id
"""


async def by_ids(reader: Reader, ids: Sequence[int]) -> tuple[Transaction, ...]:
    """The transactions with these ids, in the order of the ids; unknown ids are left out."""
    found: dict[int, Transaction] = {}
    for start in range(0, len(ids), 500):
        chunk = list(ids[start : start + 500])
        marks = ", ".join("?" * len(chunk))
        rows = await reader.rows(f"{_SELECT} WHERE p.id IN ({marks})", chunk)
        parts = await _parts(reader, [row[35] for row in rows if row[35] is not None])
        applied = await _allocations(reader, [row[0] for row in rows if row[26]])
        for row in rows:
            found[row[0]] = _whole(row, parts.get(row[35], ()), applied.get(row[0], ()))
    return tuple(found[number] for number in ids if number in found)


_COLUMNS = (
    "id", "link_id", "account_id", "account_name", "account_kind", "currency", "amount", "status", "method",
    "brand", "last4", "payer_name", "payer_email", "reference", "processor", "payment_ref", "paid_at",
    "due_at", "completed_at", "failure", "conflict", "refunded", "fee", "linked", "linked_by", "linked_at",
    "applied", "intent_client_id", "intent_client_name", "intent_matter_id", "intent_matter_number",
    "intent_apply", "version", "refunding", "dispute",
)  # fmt: skip
"""What `_SELECT` reads, in its order, by the name each has in a `Transaction`; `linking_id` follows."""


def _whole(row: Row, parts: Sequence[LinkedPart], applied: Sequence[AppliedTo]) -> Transaction:
    values = dict(zip(_COLUMNS, row, strict=False))
    for name in ("linked_by", "intent_client_name", "intent_matter_number"):
        values[name] = values[name] or ""
    apply = values["intent_apply"]
    values |= {
        "account_kind": AccountKind(values["account_kind"]),
        "status": Status(values["status"]),
        "dispute": Dispute(values["dispute"]),
        "paid_at": from_ms(values["paid_at"]),
        "due_at": maybe_from_ms(values["due_at"]),
        "completed_at": maybe_from_ms(values["completed_at"]),
        "linked": bool(values["linked"]),
        "linked_at": maybe_from_ms(values["linked_at"]),
        "intent_apply": None if apply is None else bool(apply),
    }
    return Transaction(**values, parts=tuple(parts), allocations=tuple(applied))


async def _parts(reader: Reader, linkings: Sequence[int]) -> dict[int, list[LinkedPart]]:
    if not linkings:
        return {}
    marks = ", ".join("?" * len(linkings))
    rows = await reader.rows(
        f"""SELECT lp.linking_id, c.id, c.code, c.name, lp.matter_id, m.number, lp.amount, lp.apply
              FROM linking_part lp JOIN client c ON c.id = lp.client_id
              LEFT JOIN matter m ON m.id = lp.matter_id
             WHERE lp.linking_id IN ({marks}) ORDER BY lp.id""",
        linkings,
    )
    found: dict[int, list[LinkedPart]] = {}
    for row in rows:
        part = LinkedPart(row[1], row[2], row[3], row[4], row[5] or "", row[6], bool(row[7]))
        found.setdefault(row[0], []).append(part)
    return found


async def _allocations(reader: Reader, ids: Sequence[int]) -> dict[int, list[AppliedTo]]:
    """Allocations nothing has reversed, in the order they were made."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = await reader.rows(
        f"""SELECT al.payment_id, i.id, i.number, al.amount, al.record_payment_id
              FROM allocation al JOIN invoice i ON i.id = al.invoice_id
             WHERE al.payment_id IN ({marks}) AND al.sign = 1
               AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.reverses_id = al.id)
             ORDER BY al.id""",
        ids,
    )
    found: dict[int, list[AppliedTo]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(AppliedTo(*row[1:]))
    return found


async def timeline(reader: Reader, payment_id: int) -> tuple[TimelineEvent, ...]:
    """Everything that happened to one transaction, oldest first."""
    told = await reader.rows(
        """SELECT occurred_at, kind, processor,
                  CASE WHEN kind = 'refunded' AND detail LIKE 'op_%' THEN '' ELSE detail END, id
             FROM fact WHERE payment_id = ?""",
        (payment_id,),
    )
    done = await reader.rows(
        """SELECT at, action, actor, reason, seq FROM audit
            WHERE entity = 'payment' AND entity_id = ? AND action NOT IN ('told', 'submit')""",
        (payment_id,),
    )
    events = [(row[0], 0, row[4], row) for row in told] + [(row[0], 1, row[4], row) for row in done]
    return tuple(_event(row) for *_, row in sorted(events, key=lambda one: one[:3]))


def _event(row: Any) -> TimelineEvent:
    return TimelineEvent(from_ms(row[0]), row[1], row[2], row[3])
