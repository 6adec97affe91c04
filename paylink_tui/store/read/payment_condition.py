"""One condition on a transaction as SQL, and the indexes that could find the rows that meet it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from paylink_tui.store.read.payment_scan import Bound, Query


@dataclass(frozen=True, slots=True)
class Access:
    """An index that finds every row of a condition without reading the table."""

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
    """Quick to ask, however many rows it finds."""
    deep: Access | None = None
    """Finds no more than the condition needs, but costs time for each row found."""
    tallied: bool = False
    """It speaks of nothing but status, linked and account, so `tally` can answer it, too."""
    bounds: tuple[Bound, ...] = ()
    """What it says about key columns a sort may walk along."""
    bounded: bool = False
    """The bounds say all that the condition says."""

    def negated(self) -> Condition:
        """What the other rows meet, also those that have no such value; no index finds those."""
        return Condition(f"({self.sql}) IS NOT TRUE", self.params, tallied=self.tallied)


NEVER: Final = Condition("1 = 0", tallied=True)
"""No row meets it."""


def together(conditions: Iterable[Condition]) -> Query:
    """All conditions joined, and their parameters in order; empty text for none."""
    kept = list(conditions)
    params = tuple(value for condition in kept for value in condition.params)
    return " AND ".join(condition.sql for condition in kept), params


def phrase(words: str, *, sqlite: bool, column: str = "") -> Condition:
    """Folded words next to each other, the last perhaps only begun; in `column` alone if one is named."""
    if not words:
        return NEVER
    found = "instr(' ' || p.search, ?) > 0" if sqlite else "strpos(' ' || p.search, ?) > 0"
    params: tuple[Any, ...] = (f" {words}",)
    if column:
        found += f" AND ({_column_has(column, words, sqlite)})"
        params += tuple(words.split())
    if sqlite:
        return Condition(found, params, _quick(words, exact=not column), _matching(words, exact=not column))
    asked = " <-> ".join(words.split()) + ":*"
    within = "to_tsvector('simple', search) @@ to_tsquery('simple', ?)"
    return Condition(found, params, deep=Access("payment", within, (asked,), exact=not column))


def _matching(words: str, exact: bool) -> Access:
    match = f'"{words}"*'
    return Access("payment_search", "payment_search MATCH ?", (match,), "rowid", by_id=True, exact=exact)


def _quick(words: str, exact: bool) -> Access | None:
    """The same with the last word cut to what the prefix index keeps, which is read as it is asked for.

    A longer beginning makes FTS5 collect all its rows before it gives the first; a single letter, too.
    """
    *whole, last = words.split()
    if len(last) < 2:
        return None
    return _matching(" ".join((*whole, last[:3])), exact and len(last) <= 3)


def _column_has(column: str, words: str, sqlite: bool) -> str:
    """Each word stands in the raw column; letters that folding changes are taken on trust."""
    within = "instr" if sqlite else "strpos"
    each = " AND ".join(f"{within}(lower(p.{column}), ?) > 0" for _ in words.split())
    bytes = f"length(CAST(p.{column} AS BLOB))" if sqlite else f"octet_length(p.{column})"
    return f"({each}) OR {bytes} > length(p.{column})"


def inexact(condition: Condition) -> Condition:
    """The same, with indexes that only find candidates for it."""
    access, deep = (one and replace(one, exact=False) for one in (condition.access, condition.deep))
    return replace(condition, access=access, deep=deep)


def merged(conditions: Iterable[Condition]) -> list[Condition]:
    """The conditions with those on words asking the word index once for all of them."""
    kept = list(conditions)
    worded = [one for one in kept if one.deep is not None]
    if len(worded) < 2:
        return kept
    access, deep = _all_of([one.access for one in worded]), _all_of([one.deep for one in worded])
    head = replace(worded[0], access=access, deep=deep)
    rest = [replace(one, access=None, deep=None) for one in worded[1:]]
    return [head, *rest, *(one for one in kept if one.deep is None)]


def _all_of(accesses: Iterable[Access | None]) -> Access | None:
    """One question to the word index in place of several; each row is still checked."""
    asked = [access for access in accesses if access is not None]
    if not asked:
        return None
    joint = " AND " if asked[0].source == "payment_search" else " & "
    question = joint.join(access.params[0] for access in asked)
    return replace(asked[0], params=(question,), exact=False)
