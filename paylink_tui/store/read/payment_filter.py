"""A filter as SQL: the condition each row must meet, and the indexes that could find such rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from paylink_tui.domain.terms import (
    STATUSES,
    AccountIs,
    AmountIs,
    ClientIs,
    CompletedBetween,
    EmailHas,
    Filter,
    IdIs,
    Linked,
    LinkIs,
    MatterIs,
    MethodIs,
    PaidBetween,
    ReferenceHas,
    StatusIs,
    Term,
    ToLink,
    Words,
)
from paylink_tui.domain.text import fold_words
from paylink_tui.store.read.words import bindable, has_words
from paylink_tui.store.reader import Reader

NAMED = 200
"""Accounts or clients a name may stand for before it is asked as a subquery."""

Pair = tuple[str, int]
"""A status, and whether it is linked: what `tally` counts and `ix_payment_status` orders."""
PAIRS: tuple[Pair, ...] = (*((status, 0) for status in STATUSES), ("completed", 1), ("returned", 1))
"""Every pair a row can have (`link-only-completed`)."""


@dataclass(frozen=True, slots=True)
class Access:
    """An index that finds every row of one condition without reading the table."""

    source: str
    within: str
    params: tuple[Any, ...]
    id: str = "id"
    by_id: bool = False
    """Its rows come in order of id."""
    exact: bool = True
    """What it finds meets the condition; otherwise each row is still to be checked."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row `p` must meet."""

    sql: str
    params: tuple[Any, ...] = ()
    access: Access | None = None
    tallied: bool = False
    """It speaks of nothing but status, linked and account, so `tally` can answer it, too."""


class Conditions:
    """Turns the terms of a filter into conditions, looking up the names they use."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._sqlite = reader.dialect == "sqlite"

    async def of(self, filter: Filter) -> list[Condition]:
        """The conditions that together are the filter; those on status are folded into one."""
        pairs = [pair for pair in PAIRS if all(_pair_meets(pair, term) for term in filter.terms)]
        found = [] if len(pairs) == len(PAIRS) else [self._pairs(pairs)]
        for term in filter.terms:
            if not isinstance(term, StatusIs | ToLink | Linked):
                condition = await self._condition(term)
                found.append(_negated(condition) if term.negated else condition)
        return found

    async def _condition(self, term: Term) -> Condition:
        match term:
            case Words(text):
                return self._phrase(fold_words(text))
            case ReferenceHas(text):
                return self._phrase(fold_words(text), "reference")
            case EmailHas(text):
                return self._phrase(fold_words(text), "payer_email")
            case MatterIs(number):
                exact = self._phrase(fold_words(number))
                access = replace(exact.access, exact=False) if exact.access else None
                return Condition("lower(p.matter_number) = lower(?)", (bindable(number),), access)
            case AccountIs(kind, name):
                return await self._account(kind, name)
            case ClientIs(name):
                return await self._client(name)
            case _:
                return self._plain(term)

    def _plain(self, term: Term) -> Condition:
        match term:
            case AmountIs(low, high):
                return self._range("amount", "ix_payment_amount", low, high, "<=")
            case PaidBetween(start, end):
                return self._range("paid_at", "ix_payment_paid_at", start, end, "<")
            case CompletedBetween(start, end):
                return self._range("completed_at", "ix_payment_completed_at", start, end, "<")
            case IdIs(id):
                return Condition("p.id = ?", (id,), Access("payment", "id = ?", (id,), by_id=True))
            case LinkIs(id):
                return self._equal("link_id", "ix_payment_link_id", [id])
            case MethodIs(method):
                return Condition("p.method = ?", (method,))
            case _:
                raise AssertionError(f"no condition for {term!r}")

    def _source(self, index: str) -> str:
        return f"payment INDEXED BY {index}" if self._sqlite else "payment"

    def _pairs(self, pairs: list[Pair]) -> Condition:
        sql = " OR ".join("(p.status = ? AND p.linked = ?)" for _ in pairs) or "1 = 0"
        params = tuple(value for pair in pairs for value in pair)
        if not pairs:
            return Condition(sql, tallied=True)
        within = sql.replace("p.", "")
        access = Access(self._source("ix_payment_status"), f"({within})", params, by_id=len(pairs) == 1)
        return Condition(f"({sql})", params, access, tallied=True)

    def _range(self, column: str, index: str, low: int | None, high: int | None, until: str) -> Condition:
        bounds = [(f"{column} >= ?", low), (f"{column} {until} ?", high)]
        given = [(sql, value) for sql, value in bounds if value is not None]
        within = " AND ".join(sql for sql, _ in given)
        params = tuple(value for _, value in given)
        sql = " AND ".join(f"p.{sql}" for sql, _ in given)
        return Condition(f"({sql})", params, Access(self._source(index), within, params))

    def _equal(self, column: str, index: str, values: list[int], *, tallied: bool = False) -> Condition:
        if not values:
            return Condition("1 = 0", tallied=tallied)
        within = f"{column} = ?" if len(values) == 1 else f"{column} IN ({', '.join('?' * len(values))})"
        access = Access(self._source(index), within, tuple(values), by_id=len(values) == 1)
        return Condition(f"p.{within}", tuple(values), access, tallied)

    def _phrase(self, words: str, column: str = "") -> Condition:
        """The words next to each other, the last one perhaps only begun; only in `column` if one is named."""
        if not words:
            return Condition("1 = 0")
        if self._sqlite:
            sql = "instr(' ' || p.search, ?) > 0"
            access = Access("payment_search", "payment_search MATCH ?", (f'"{words}"*',), "rowid", by_id=True)
        else:
            sql = "strpos(' ' || p.search, ?) > 0"
            asked = " <-> ".join(words.split()) + ":*"
            found = "to_tsvector('simple', search) @@ to_tsquery('simple', ?)"
            access = Access("payment", found, (asked,))
        params: tuple[Any, ...] = (f" {words}",)
        if column:
            sql += f" AND ({self._column_has(column, len(words.split()))})"
            params += tuple(words.split())
            access = replace(access, exact=False)
        return Condition(sql, params, access)

    def _column_has(self, column: str, words: int) -> str:
        """Each word stands in the raw column; letters that folding changes are taken on trust."""
        within = "instr" if self._sqlite else "strpos"
        each = " AND ".join(f"{within}(lower(p.{column}), ?) > 0" for _ in range(words))
        bytes = f"length(CAST(p.{column} AS BLOB))" if self._sqlite else f"octet_length(p.{column})"
        return f"({each}) OR {bytes} > length(p.{column})"

    async def _account(self, kind: str | None, name: str) -> Condition:
        if kind is not None:
            rows = await self._reader.rows("SELECT id FROM bank_account WHERE kind = ?", (str(kind),))
            return self._equal("account_id", "ix_payment_account_id", _ids(rows), tallied=True)
        rows = await self._reader.rows("SELECT id, name FROM bank_account ORDER BY id")
        typed = fold_words(name)
        exact = [id for id, known in rows if fold_words(known) == typed]
        begun = [id for id, known in rows if f" {typed}" in f" {fold_words(known)}"]
        return self._equal("account_id", "ix_payment_account_id", exact or begun, tallied=True)

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
        return self._equal("client_id", "ix_payment_client_id", ids)


def _ids(rows: Iterable[tuple[Any, ...]]) -> list[int]:
    return [row[0] for row in rows]


def _pair_meets(pair: Pair, term: Term) -> bool:
    match term:
        case StatusIs(statuses):
            return (pair[0] in statuses) is not term.negated
        case ToLink():
            return (pair == ("completed", 0)) is not term.negated
        case Linked(yes):
            return (bool(pair[1]) is yes) is not term.negated
        case _:
            return True


def _negated(condition: Condition) -> Condition:
    return Condition(f"NOT ({condition.sql})", condition.params, tallied=condition.tallied)


def together(conditions: Iterable[Condition]) -> tuple[str, tuple[Any, ...]]:
    """All conditions joined, and their parameters in order; empty text for none."""
    kept = list(conditions)
    params: tuple[Any, ...] = ()
    for condition in kept:
        params += condition.params
    return " AND ".join(condition.sql for condition in kept), params
