"""A filter as conditions in SQL; the names it uses are looked up on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from paylink_tui.domain.terms import (
    STATUSES,
    AccountIs,
    AmountIs,
    ClientIs,
    CompletedBetween,
    DisputeIs,
    EmailHas,
    Filter,
    IdIs,
    Linked,
    LinkIs,
    MatterIs,
    MethodIs,
    PaidBetween,
    ReferenceHas,
    Refunded,
    StatusIs,
    Term,
    ToLink,
    Words,
)
from paylink_tui.domain.text import fold_words
from paylink_tui.store.read.payment_condition import NEVER, Access, Condition, inexact, phrase
from paylink_tui.store.read.payment_scan import Bound
from paylink_tui.store.read.words import bindable, has_words
from paylink_tui.store.reader import Reader

NAMED: Final = 200
"""Clients a name may stand for before it is asked as a subquery."""

Pair = tuple[str, int]
"""A status, and whether it is linked: what `tally` counts and `ix_payment_status` orders."""
PAIRS: Final[tuple[Pair, ...]] = (
    *((status, 0) for status in STATUSES),
    *(("completed", 1), ("returned", 1)),
)
"""Every pair a row can have (`link-only-completed`)."""


async def conditions(reader: Reader, filter: Filter) -> list[Condition]:
    """The conditions that together are the filter; those on status are folded into one."""
    terms = _Terms(reader)
    pairs = [pair for pair in PAIRS if all(_meets(pair, term) for term in filter.terms)]
    found = [] if len(pairs) == len(PAIRS) else [terms.pairs(pairs)]
    for term in filter.terms:
        if not isinstance(term, StatusIs | ToLink | Linked):
            condition = await terms.condition(term)
            found.append(condition.negated() if term.negated else condition)
    return found


class _Terms:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._sqlite = reader.dialect == "sqlite"

    async def condition(self, term: Term) -> Condition:
        match term:
            case AccountIs(kind, name):
                return await self._account(kind, name)
            case ClientIs(name):
                return await self._client(name)
            case Words(text):
                return phrase(fold_words(text), sqlite=self._sqlite)
            case ReferenceHas(text):
                return phrase(fold_words(text), sqlite=self._sqlite, column="reference")
            case EmailHas(text):
                return phrase(fold_words(text), sqlite=self._sqlite, column="payer_email")
            case MatterIs(number):
                return self._matter(number)
            case _:
                return self._plain(term)

    def _plain(self, term: Term) -> Condition:
        match term:
            case AmountIs(low, high):
                return self._range("amount", low, high, "<=")
            case PaidBetween(start, end):
                return self._range("paid_at", start, end, "<")
            case CompletedBetween(start, end):
                return self._range("completed_at", start, end, "<")
            case IdIs(id):
                return Condition("p.id = ?", (id,), Access("payment", "id = ?", (id,), by_id=True))
            case LinkIs(id):
                return self._equal("link_id", [id])
            case Refunded(yes):
                found = self._few("refunded", "refunded > 0")
                return found if yes else found.negated()
            case DisputeIs(how):
                return self._disputed(how)
            case MethodIs(method):
                return Condition("p.method = ?", (method,))
            case _:
                raise AssertionError(f"no condition for {term!r}")

    def _disputed(self, how: str) -> Condition:
        some = self._few("disputed", "dispute <> ''")
        if how in ("yes", "no"):
            return some if how == "yes" else some.negated()
        # The partial index serves only a question that repeats what it is of.
        return self._few("disputed", "dispute <> '' AND dispute = ?", how)

    def _few(self, index: str, within: str, *params: str) -> Condition:
        """What an index of those few rows alone finds, in order of id."""
        sql = re.sub(r"\b(refunded|dispute)\b", r"p.\1", within)
        return Condition(sql, params, Access(self._source(index), within, params, by_id=True))

    def pairs(self, pairs: list[Pair]) -> Condition:
        """In one of these states."""
        if not pairs:
            return NEVER
        within = " OR ".join("(status = ? AND linked = ?)" for _ in pairs)
        params = tuple(value for pair in pairs for value in pair)
        access = Access(self._source("status"), f"({within})", params, by_id=len(pairs) == 1)
        bounds = (
            *_spanned("status", [status for status, _ in pairs]),
            *_spanned("linked", [linked for _, linked in pairs]),
        )
        sql = f"({' OR '.join('(p.status = ? AND p.linked = ?)' for _ in pairs)})"
        return Condition(sql, params, access, tallied=True, bounds=bounds, bounded=len(pairs) == 1)

    def _source(self, column: str) -> str:
        return f"payment INDEXED BY ix_payment_{column}" if self._sqlite else "payment"

    def _range(self, column: str, low: int | None, high: int | None, until: str) -> Condition:
        ends = ((">=", low), (until, high))
        bounds = tuple(Bound(column, sign, value) for sign, value in ends if value is not None)
        params = tuple(bound.value for bound in bounds)
        within = " AND ".join(f"{column} {bound.sign} ?" for bound in bounds)
        sql = " AND ".join(f"p.{column} {bound.sign} ?" for bound in bounds)
        access = Access(self._source(column), within, params)
        return Condition(f"({sql})", params, access, bounds=bounds, bounded=True)

    def _equal(self, column: str, values: list[int], *, tallied: bool = False) -> Condition:
        if not values:
            return NEVER
        within = f"{column} IN ({', '.join('?' * len(values))})"
        access = Access(self._source(column), within, tuple(values), by_id=len(values) == 1)
        bounds, one = _spanned(column, values), len(values) == 1
        return Condition(f"p.{within}", tuple(values), access, tallied=tallied, bounds=bounds, bounded=one)

    def _matter(self, number: str) -> Condition:
        words = inexact(phrase(fold_words(number), sqlite=self._sqlite))
        same = (bindable(number),)
        return Condition("lower(p.matter_number) = lower(?)", same, words.access, words.deep)

    async def _account(self, kind: str | None, name: str) -> Condition:
        rows = await self._reader.rows("SELECT id, kind, name FROM bank_account ORDER BY id")
        typed = fold_words(name)
        if kind is not None:
            found = [id for id, known, _ in rows if known == kind]
        else:
            named = [(id, fold_words(known)) for id, _, known in rows]
            found = [id for id, known in named if known == typed]
            found = found or [id for id, known in named if f" {typed}" in f" {known}"]
        return self._equal("account_id", found, tallied=True)

    async def _client(self, name: str) -> Condition:
        typed = bindable(name)
        same = "code = ? OR lower(name) = lower(?)"
        ids = _ids(await self._reader.rows(f"SELECT id FROM client WHERE {same}", (typed, typed)))
        if not ids:
            words, params = has_words("search", typed)
            found = f"SELECT id FROM client WHERE {words}"
            ids = _ids(await self._reader.rows(f"{found} LIMIT {NAMED + 1}", params))
            if len(ids) > NAMED:
                return Condition(f"p.client_id IN ({found})", tuple(params))
        return self._equal("client_id", ids)


def _ids(rows: Iterable[tuple[Any, ...]]) -> list[int]:
    return [row[0] for row in rows]


def _spanned(column: str, values: list[Any]) -> tuple[Bound, ...]:
    """What a list of values says about where they stand in an index."""
    low, high = min(values), max(values)
    if low == high:
        return (Bound(column, "=", low),)
    return Bound(column, ">=", low), Bound(column, "<=", high)


def _meets(pair: Pair, term: Term) -> bool:
    match term:
        case StatusIs(statuses):
            return (pair[0] in statuses) is not term.negated
        case ToLink():
            return (pair == ("completed", 0)) is not term.negated
        case Linked(yes):
            return (bool(pair[1]) is yes) is not term.negated
        case _:
            return True
