"""The doctor's plain shapes in SQL agree with the fold, whatever was told and whatever a row says."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.facts import Fact, FactKind, fold
from paylink_tui.domain.times import from_ms, maybe_ms
from paylink_tui.store.read import checks_facts
from paylink_tui.store.reader import Dialect
from tests.databases import in_thread

COLUMNS = ("status", "paid_at", "completed_at", "refunded", "fee", "dispute")
USUAL = (FactKind.SUBMITTED, FactKind.AUTHORIZED, FactKind.CAPTURED, FactKind.FEE, FactKind.FAILED)
KINDS = st.one_of(st.sampled_from(USUAL), st.sampled_from(FactKind))
TOLD = st.tuples(KINDS, st.sampled_from([5, 10]), st.integers(1_000, 1_003))
SPOILT: dict[str, Any] = {
    "status": "voided",
    "paid_at": 7,
    "completed_at": 9,
    "refunded": 1,
    "fee": 3,
    "dispute": "won",
}
PLAIN = [(FactKind.SUBMITTED, 10, 1_000), (FactKind.AUTHORIZED, 10, 1_001), (FactKind.CAPTURED, 10, 1_003)]
LIVES = st.one_of(st.lists(TOLD, max_size=6), st.sampled_from([PLAIN[:1], PLAIN[:2], PLAIN]))


class Reading:
    """A reader over a file in memory."""

    dialect: Dialect = "sqlite"

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    async def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._base.execute(sql, params).fetchall()

    async def close(self) -> None:
        self._base.close()


def facts_of(number: int, life: list[tuple[FactKind, int, int]]) -> list[Fact]:
    return [
        Fact("sandbox", kind, f"{number} {at}", "", amount, "USD", from_ms(when))
        for at, (kind, amount, when) in enumerate(life)
    ]


def folded(facts: list[Fact]) -> dict[str, Any]:
    view = fold(facts)
    values = (view.status.value, maybe_ms(view.paid_at) or 1, maybe_ms(view.completed_at), view.refunded)
    return dict(zip(COLUMNS, (*values, view.fee, view.dispute.value), strict=True))


def fill(base: sqlite3.Connection, number: int, row: dict[str, Any], facts: list[Fact]) -> None:
    base.execute(
        f"INSERT INTO payment (id, conflict, {', '.join(COLUMNS)}) VALUES (?, '', ?, ?, ?, ?, ?, ?)",
        (number, *row.values()),
    )
    base.executemany(
        "INSERT INTO fact VALUES (?, 'sandbox', ?, ?, ?, 'USD', ?, '')",
        [(number, one.kind, one.external_ref, one.amount, maybe_ms(one.occurred_at)) for one in facts],
    )


@given(st.lists(st.tuples(LIVES, st.sampled_from(["", *COLUMNS])), min_size=1, max_size=12))
def test_what_is_found_is_what_the_fold_alone_would_find(
    lives: list[tuple[list[tuple[FactKind, int, int]], str]],
) -> None:
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as base:
        base.execute(
            "CREATE TABLE payment (id INTEGER PRIMARY KEY, conflict, status, paid_at, completed_at, refunded,"
            " fee, dispute)"
        )
        base.execute(
            "CREATE TABLE fact (payment_id, processor, kind, external_ref, amount, currency, occurred_at,"
            " detail)"
        )
        wrong = []
        for number, (life, spoilt) in enumerate(lives, 1):
            facts = facts_of(number, life)
            row = folded(facts)
            if spoilt:
                row[spoilt] = SPOILT[spoilt]
            fill(base, number, row, facts)
            if checks_facts.differs(tuple(row.values()), facts):
                wrong.append(f"T{number}")
        assert in_thread(checks_facts.folds_differ(Reading(base))) == ", ".join(wrong[:5])
