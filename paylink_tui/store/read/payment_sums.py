"""How many rows match and what they come to, added up in steps that can stop between any two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from paylink_tui.domain.terms import Filter
from paylink_tui.store.read.payment_condition import together
from paylink_tui.store.read.payment_filter import conditions
from paylink_tui.store.reader import Reader

STEP: Final = 8192
"""Ids one query looks at."""

Sums = dict[str, tuple[int, int]]
"""Count, and amount in minor units, by currency."""


async def matching_sums(reader: Reader, filter: Filter) -> Sums:
    """The sums of every transaction that passes a filter."""
    condition, params = together(await conditions(reader, filter))
    where = f" AND {condition}" if condition else ""
    newest = int((await reader.rows("SELECT coalesce(max(id), 0) FROM payment"))[0][0])
    found: Sums = {}
    for start in range(0, newest, STEP):
        _add(found, await _sums(reader, f"p.id > ? AND p.id <= ?{where}", (start, start + STEP, *params)))
    return found


async def sums_of(reader: Reader, ids: Sequence[int]) -> Sums:
    """The sums of the transactions with these ids."""
    found: Sums = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        _add(found, await _sums(reader, f"p.id IN ({', '.join('?' * len(some))})", some))
    return found


async def _sums(reader: Reader, where: str, params: Sequence[object]) -> Sums:
    sql = f"SELECT p.currency, count(*), sum(p.amount) FROM payment p WHERE {where} GROUP BY p.currency"
    return {currency: (count, amount) for currency, count, amount in await reader.rows(sql, params)}


def _add(found: Sums, more: Sums) -> None:
    for currency, (count, amount) in more.items():
        before = found.get(currency, (0, 0))
        found[currency] = (before[0] + count, before[1] + amount)
