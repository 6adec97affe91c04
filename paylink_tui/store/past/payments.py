"""Transactions as they stood: their state from what was told, their owner-to-be from the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from paylink_tui.domain.facts import Fact, FactConflict, FactKind, fold
from paylink_tui.domain.times import from_ms, maybe_ms
from paylink_tui.store.past.copy import Columns, Source, Told
from paylink_tui.store.reader import Reader

_MOVES = ("told", "conflict")
_CHOICES = ("intend", "drop intent", "link")
_MOVED = frozenset(
    {
        *("status", "paid_at", "completed_at", "refunded", "fee", "failure", "conflict"),
        *("method", "brand", "last4", "due_at", "dispute"),
    }
)


async def rewound(source: Source, rows: list[Columns]) -> list[Columns]:
    """A page of transactions as they stood, but for what follows from linkings and allocations."""
    low, high = rows[0]["id"], rows[-1]["id"]
    told = await source.told("payment", low, high)
    facts = await _facts(source.reader, low, high)
    for row in rows:
        mine = told.get(row["id"], [])
        _move_back(row, [one for one in mine if one[2]], facts.get(row["id"], []), source.at)
        row.update(_choice(row, [one for one in mine if not one[2]]))
    return rows


def _move_back(row: Columns, later: Sequence[Told], facts: Sequence[tuple[int, Fact]], at: int) -> None:
    """Its state: what the audit log says it was, else the fold of what was known (`txn-facts`)."""
    moves = [one for one in later if one[0] in _MOVES]
    if any(seen > at for seen, _ in facts) and not _tells_all(moves):
        row.update(_folded([fact for seen, fact in facts if seen <= at]))
    for *_, before, _ in reversed(moves):
        was = json.loads(before) if before else {}
        row.update({name: value for name, value in was.items() if name in _MOVED})


def _tells_all(moves: Sequence[Told]) -> bool:
    """Whether the log tells every column; rows of an older program tell only the status."""
    return bool(moves) and not any(one[0] == "told" and _is_old(one[4], one[5]) for one in moves)


def _is_old(before: str, after: str) -> bool:
    """A completion that does not say when it completed."""
    was, became = json.loads(before or "{}"), json.loads(after)
    completes = became.get("status") == "completed" != was.get("status")
    return bool(completes and "completed_at" not in became)


def _folded(facts: Sequence[Fact]) -> Columns:
    try:
        view = fold(facts)
    except FactConflict:
        return {}
    return {
        "status": view.status.value,
        **({"paid_at": maybe_ms(view.paid_at)} if view.paid_at else {}),
        "completed_at": maybe_ms(view.completed_at),
        "refunded": view.refunded,
        "fee": view.fee,
        "failure": view.failure,
        "conflict": view.conflict,
        "dispute": view.dispute.value,
    }


def _choice(row: Columns, earlier: Sequence[Told]) -> Columns:
    """Whose it was said to be before it completed, if that stood at the moment."""
    newest = next((one for one in reversed(earlier) if one[0] in _CHOICES), None)
    if newest is None or newest[0] != "intend":
        return dict.fromkeys(("intent_client_id", "intent_matter_id", "intent_apply", "intent_by"))
    after: Mapping[str, Any] = json.loads(newest[5])
    return {
        "intent_client_id": after["client"],
        "intent_matter_id": after["matter"],
        "intent_apply": int(after.get("apply", row["account_kind"] == "operating")),
        "intent_by": newest[3],
    }


async def _facts(reader: Reader, low: int, high: int) -> dict[int, list[tuple[int, Fact]]]:
    """When each fact was seen, and the fact, by transaction."""
    rows = await reader.rows(
        "SELECT payment_id, seen_at, processor, kind, external_ref, amount, currency, occurred_at, detail"
        " FROM fact WHERE payment_id BETWEEN ? AND ? ORDER BY id",
        (low, high),
    )
    found: dict[int, list[tuple[int, Fact]]] = {}
    for number, seen, processor, kind, ref, amount, currency, at, detail in rows:
        one = Fact(processor, FactKind(kind), ref, "", amount, currency, from_ms(at), detail)
        found.setdefault(number, []).append((seen, one))
    return found
