"""Whether every transaction is the fold of its facts, page by page, whatever the number of transactions."""

from __future__ import annotations

from typing import Final

from paylink_tui.domain.facts import Fact, FactConflict, FactKind, fold
from paylink_tui.domain.times import from_ms, maybe_ms
from paylink_tui.store.reader import Reader, Row, first

PAGE: Final = 20_000
"""Transactions looked at by one query."""
_TOLD: Final = 5
_AT_ONCE: Final = 200
_FACT_KINDS: Final = frozenset(kind.value for kind in FactKind)

_ONE: Final = "CASE WHEN kind = '{0}' THEN {1} END"
_TIME: Final = {kind: f"max({_ONE.format(kind, 'occurred_at')})" for kind in ("submitted", "authorized")}
_KINDS: Final = ("submitted", "authorized", "captured", "failed")
_COUNTS: Final = ", ".join(f"count({_ONE.format(kind, 1)}) AS {kind}" for kind in _KINDS)
_SHAPE: Final = f"""
    SELECT payment_id, {_COUNTS},
           sum(CASE WHEN kind IN ('submitted', 'authorized', 'captured', 'failed', 'fee') THEN 0 ELSE 1 END)
               AS unusual,
           coalesce({_TIME["authorized"]}, {_TIME["submitted"]}) AS paid_at,
           max({_ONE.format("captured", "occurred_at")}) AS completed_at,
           coalesce(sum({_ONE.format("fee", "amount")}), 0) AS fee,
           max({_ONE.format("captured", "amount")}) AS captured_amount,
           max({_ONE.format("authorized", "amount")}) AS authorized_amount
      FROM fact WHERE payment_id BETWEEN ? AND ? GROUP BY payment_id"""
# The plain shapes, in which each kind was told once at most and none contradicts another: of these the
# database says what the fold would.
_PLAIN: Final = """
    s.unusual = 0 AND s.submitted = 1 AND s.authorized <= 1 AND s.captured <= s.authorized
    AND s.failed <= 1 - s.captured AND (s.captured = 0 OR s.captured_amount = s.authorized_amount)"""
_SAME: Final = """
    p.status = CASE WHEN s.captured = 1 THEN 'completed' WHEN s.failed = 1 THEN 'failed'
                    WHEN s.authorized = 1 THEN 'authorized' ELSE 'pending' END
    AND p.paid_at = s.paid_at AND p.fee = s.fee AND p.refunded = 0 AND p.dispute = ''
    AND coalesce(p.completed_at, -1) = coalesce(s.completed_at, -1)"""
_DOUBTFUL: Final = f"""
    SELECT p.id FROM payment p LEFT JOIN ({_SHAPE}) AS s ON s.payment_id = p.id
     WHERE p.id BETWEEN ? AND ? AND p.conflict = ''
       AND NOT (s.payment_id IS NOT NULL AND {_PLAIN} AND {_SAME}) ORDER BY p.id"""
_WITH_FACTS: Final = """
    SELECT p.id, p.status, p.paid_at, p.completed_at, p.refunded, p.fee, p.dispute,
           f.processor, f.kind, f.external_ref, f.amount, f.currency, f.occurred_at, f.detail
      FROM payment p LEFT JOIN fact f ON f.payment_id = p.id
     WHERE p.id IN ({0}) AND p.conflict = '' ORDER BY p.id"""


async def folds_differ(reader: Reader) -> str:
    """Transactions whose row is not the fold of their facts, in words; empty when all are (`txn-facts`).

    One that a person must look at is left out: its row shows the contradiction, not the fold.
    """
    wrong: list[int] = []
    after = 0
    while len(wrong) < _TOLD and (last := await _end_of_page(reader, after)) is not None:
        page = (after + 1, last)
        doubtful = [number for (number,) in await reader.rows(_DOUBTFUL, (*page, *page))]
        for start in range(0, len(doubtful), _AT_ONCE):
            wrong += await _not_folded(reader, doubtful[start : start + _AT_ONCE])
        after = last
    return ", ".join(f"T{number}" for number in wrong[:_TOLD])


async def _end_of_page(reader: Reader, after: int) -> int | None:
    row = await first(
        reader,
        f"SELECT max(id) FROM (SELECT id FROM payment WHERE id > ? ORDER BY id LIMIT {PAGE}) AS page",
        (after,),
    )
    return None if row is None else row[0]


async def _not_folded(reader: Reader, numbers: list[int]) -> list[int]:
    """Those of some transactions whose row is not their fold; row and facts are read in one statement."""
    rows = await reader.rows(_WITH_FACTS.format(", ".join("?" * len(numbers))), numbers)
    known: dict[int, tuple[Row, list[Fact]]] = {}
    strange = {row[0] for row in rows if row[8] is not None and row[8] not in _FACT_KINDS}
    for row in rows:
        facts = known.setdefault(row[0], (row[1:7], []))[1]
        if row[8] in _FACT_KINDS:
            processor, kind, ref, amount, currency, at, detail = row[7:]
            facts.append(Fact(processor, FactKind(kind), ref, "", amount, currency, from_ms(at), detail))
    return [number for number, (row, facts) in known.items() if number in strange or differs(row, facts)]


def differs(row: Row, facts: list[Fact]) -> bool:
    """Whether a row (status, paid, completed, refunded, fee, dispute) is other than the fold of its facts."""
    try:
        view = fold(facts)
    except FactConflict:
        return True
    paid_at = row[1] if view.paid_at is None else maybe_ms(view.paid_at)
    told = (view.status.value, paid_at, maybe_ms(view.completed_at), view.refunded, view.fee)
    return bool(view.conflict) or row != (*told, view.dispute.value)
