"""Which postings each line of the bank is: cheques by number, one amount, a day's deposit, a net of several.

Bounded work, and never a guess: an answer is sure only when nothing else in reach adds up to the line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from paylink_tui.domain.trust import BankItem, Proposal, StatementLine

BEFORE: Final = timedelta(days=10)
"""How long before the bank's day the book may have a posting: a deposit in transit."""
CHEQUE: Final = timedelta(days=370)
"""How long a cheque that was written may wait to be cashed."""
AFTER: Final = timedelta(days=10)
"""How long after the bank's day the book may have it: entered when somebody read the statement."""
POOL: Final = 22
"""Most postings among which a sum is searched; 2 to that power, halved by meeting in the middle."""
MOST: Final = 12
"""Most postings a searched sum may have; a whole day's deposit may have any number."""
TAKEN_BACK: Final = frozenset({"return", "refund", "shortage", "chargeback"})
"""Kinds of postings a processor may net out of a deposit."""
_ROUNDS: Final = 8

Answer = tuple[BankItem, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """The ways a line could be explained, best first; two are enough to know it is not sure."""

    answers: tuple[Answer, ...]
    why: str


class _Pile:
    """Postings in the order of their days, found by day and, for cheques, by amount."""

    def __init__(self, items: Sequence[BankItem]) -> None:
        self._items = items
        self._days = [one.day for one in items]
        self._cheques: dict[int, list[BankItem]] = {}
        for one in items:
            if one.amount < 0 and one.number:
                self._cheques.setdefault(one.amount, []).append(one)

    def close_to(self, day: date) -> Sequence[BankItem]:
        """The postings the bank may have had on a day."""
        low, high = bisect_left(self._days, day - BEFORE), bisect_right(self._days, day + AFTER)
        return self._items[low:high]

    def cheques(self, line: StatementLine) -> list[BankItem]:
        """Cheques of the line's amount written too long before to be close."""
        oldest, newest = line.posted_on - CHEQUE, line.posted_on - BEFORE
        return [one for one in self._cheques.get(line.amount, ()) if oldest <= one.day < newest]


def solve(lines: Sequence[StatementLine], items: Sequence[BankItem]) -> tuple[Proposal, ...]:
    """What each line without a match seems to be, oldest first; a line nothing explains has no proposal.

    What is sure is taken out before the rest is looked at again, so that one answer can make another
    one unique. No posting is in two sure proposals.
    """
    waiting = sorted((one for one in lines if not one.matched), key=lambda one: (one.posted_on, one.id))
    left = sorted(items, key=lambda one: (one.day, one.transfer_id))
    sure: list[Proposal] = []
    for _ in range(_ROUNDS):
        pile = _Pile(left)
        found = {line.id: _explain(line, pile) for line in waiting}
        new = _agreed(waiting, found)
        if not new:
            break
        sure += new
        taken = {item.transfer_id for one in new for item in one.items}
        done = {one.line.id for one in new}
        left = [one for one in left if one.transfer_id not in taken]
        waiting = [one for one in waiting if one.id not in done]
    pile = _Pile(left)
    asked = [
        Proposal(line, told.answers[0], False, told.why)
        for line in waiting
        if (told := _explain(line, pile)).answers
    ]
    return tuple(sorted([*sure, *asked], key=lambda one: (one.line.posted_on, one.line.id)))


def _agreed(waiting: Sequence[StatementLine], found: dict[int, _Found]) -> list[Proposal]:
    """Lines with one answer whose postings no other line could be."""
    claims: dict[int, int] = {}
    for told in found.values():
        for number in {item.transfer_id for answer in told.answers for item in answer}:
            claims[number] = claims.get(number, 0) + 1
    return [
        Proposal(line, told.answers[0], True, told.why)
        for line in waiting
        if len((told := found[line.id]).answers) == 1
        and all(claims[item.transfer_id] == 1 for item in told.answers[0])
    ]


def _explain(line: StatementLine, pile: _Pile) -> _Found:
    """The ways to explain one line, by the first kind of evidence that has any."""
    close = pile.close_to(line.posted_on)
    same = [one for one in (*close, *pile.cheques(line)) if one.amount == line.amount]
    numbered = [(one,) for one in same if one.number and _plain(one.number) == _plain(line.number)]
    if numbered:
        return _Found(tuple(numbered), "same number and amount")
    alike = [one for one in same if not (one.number and line.number)]
    whole = [*((one,) for one in alike), *_groups(line, close)]
    if whole:
        return _Found(_nearest(line, whole), "same amount" if len(whole[0]) == 1 else "one day's deposit")
    return _Found(tuple(_sums(line.amount, _pool(line, close))), "adds up to it")


def _nearest(line: StatementLine, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Of answers on several days, those on the bank's own day alone, if there are any."""
    same_day = [one for one in answers if any(item.day == line.posted_on for item in one)]
    ordered = sorted(
        same_day or answers,
        key=lambda one: (abs(one[0].day - line.posted_on), one[0].transfer_id),
    )
    return tuple(ordered)


def _groups(line: StatementLine, items: Sequence[BankItem]) -> Iterator[Answer]:
    """Whole deposits of a completion day, with or without that day's returns, and whole entries."""
    days: dict[object, list[BankItem]] = {}
    nets: dict[object, list[BankItem]] = {}
    for one in items:
        if one.batch is not None:
            days.setdefault(one.batch, []).append(one)
            nets.setdefault(one.batch, []).append(one)
        elif one.about:
            days.setdefault((one.about, one.day), []).append(one)
            if one.kind in TAKEN_BACK:
                nets.setdefault(one.day, []).append(one)
    for groups in (days, nets):
        for group in groups.values():
            if len(group) > 1 and sum(one.amount for one in group) == line.amount:
                if groups is nets and group in days.values():
                    continue
                yield tuple(group)


def _pool(line: StatementLine, items: Sequence[BankItem]) -> list[BankItem]:
    """The postings nearest to the bank's day, as many as can be searched through."""
    return sorted(items, key=lambda one: (abs(one.day - line.posted_on), one.transfer_id))[:POOL]


def _sums(target: int, pool: Sequence[BankItem]) -> Iterator[Answer]:
    """The first two sets of more than one posting that add up to `target`, the smaller set first."""
    half = len(pool) // 2
    left, right = _subsets(pool[:half]), _subsets(pool[half:])
    by_sum: dict[int, list[Answer]] = {}
    for one in right:
        by_sum.setdefault(sum(item.amount for item in one), []).append(one)
    found = [
        (*one, *other)
        for one in left
        for other in by_sum.get(target - sum(item.amount for item in one), ())
        if 1 < len(one) + len(other) <= MOST
    ]
    yield from sorted(found, key=lambda one: (len(one), [item.transfer_id for item in one]))[:2]


def _subsets(items: Sequence[BankItem]) -> list[Answer]:
    return [one for size in range(len(items) + 1) for one in combinations(items, size)]


def _plain(number: str) -> str:
    return "".join(char for char in number.casefold() if char.isalnum()).lstrip("0")
