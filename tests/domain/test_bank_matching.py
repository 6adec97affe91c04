"""Bank lines solved into postings: exactly, once each, and nothing guessed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from paylink_tui.domain.bank_matching import POOL, solve
from paylink_tui.domain.trust import BankItem, StatementLine

DAY = date(2026, 11, 16)


def item(number: int, amount: int, days: int = 0, **more: object) -> BankItem:
    told = {"kind": "settle", "about": f"T{number}", "who": "Dana", **more}
    return BankItem(number, DAY + timedelta(days=days), amount, **told)  # type: ignore[arg-type]


def paid(number: int, amount: int, days: int = 0) -> BankItem:
    """A payment that completed on a day, and so went into that day's deposit."""
    return item(number, amount, days, batch=DAY + timedelta(days=days))


def cheque(number: int, written: str) -> BankItem:
    """A cheque for 5.00 written on the day."""
    return BankItem(number, DAY, -500, "disburse", f"E{number}", "County court", written)


def line(number: int, amount: int, days: int = 0, check: str = "") -> StatementLine:
    return StatementLine(number, 1, DAY + timedelta(days=days), amount, "DEPOSIT", check)


def told(lines: list[StatementLine], items: list[BankItem]) -> list[tuple[int, list[int], bool]]:
    return [
        (one.line.id, sorted(each.transfer_id for each in one.items), one.sure) for one in solve(lines, items)
    ]


def test_a_single_amount_in_reach_is_sure() -> None:
    assert told([line(1, 500, 2)], [item(7, 500), item(8, 400)]) == [(1, [7], True)]
    assert told([line(1, 500, 11)], [item(7, 500)]) == []
    assert told([line(1, 501)], [item(7, 500)]) == []


def test_two_of_the_same_amount_are_asked_unless_the_day_or_the_number_tells() -> None:
    assert told([line(1, 500, 3)], [item(7, 500), item(8, 500, 1)]) == [(1, [8], False)]
    assert told([line(1, 500, 1)], [item(7, 500), item(8, 500, 1)]) == [(1, [8], True)]
    cheques = [cheque(7, "1001"), cheque(8, "1002")]
    assert told([line(1, -500, 90, "0001002")], cheques) == [(1, [8], True)]


def test_two_lines_that_could_be_one_posting_are_both_asked() -> None:
    assert told([line(1, 500), line(2, 500, 1)], [item(7, 500, -2)]) == [(1, [7], False), (2, [7], False)]


def test_a_days_deposit_is_its_payments_however_many() -> None:
    batch = [paid(number, 100 + number) for number in range(1, 61)]
    other = [paid(number, 1000, 1) for number in range(100, 103)]
    total = sum(one.amount for one in batch)
    assert told([line(1, total, 1)], [*batch, *other]) == [(1, list(range(1, 61)), True)]


def test_a_deposit_less_that_days_return_is_both() -> None:
    batch = [paid(1, 5_000), paid(2, 7_000), item(3, -2_000, kind="return")]
    assert told([line(1, 10_000, 1)], batch) == [(1, [1, 2, 3], True)]


def test_one_answer_makes_the_next_one_unique() -> None:
    items = [item(1, 300), item(2, 200), item(3, 500)]
    lines = [line(1, 500), line(2, 300), line(3, 200)]
    assert told(lines, items) == [(1, [3], True), (2, [1], True), (3, [2], True)]


def test_what_one_entry_moved_in_parts_is_one_line() -> None:
    parts = [item(1, -300, about="R3"), item(2, -200, about="R3"), item(3, -500, about="R4", days=-3)]
    assert told([line(1, -500)], parts) == [(1, [1, 2], True)]


def test_several_sums_are_asked_the_smallest_first() -> None:
    items = [item(1, 100), item(2, 400, 1), item(3, 200, 2), item(4, 300, 3)]
    assert told([line(1, 500, 4)], items) == [(1, [1, 2], False)]


AMOUNTS = st.integers(-400, 400).filter(bool)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(AMOUNTS, st.integers(-9, 9)), max_size=9), st.lists(AMOUNTS, min_size=1, max_size=4)
)
def test_what_is_sure_adds_up_is_alone_and_takes_nothing_twice(
    told_items: list[tuple[int, int]], told_lines: list[int]
) -> None:
    items = [item(number, amount, days) for number, (amount, days) in enumerate(told_items, 1)]
    lines = [line(number, amount) for number, amount in enumerate(told_lines, 1)]
    proposals = solve(lines, items)
    assert len({one.line.id for one in proposals}) == len(proposals)
    sure = [one for one in proposals if one.sure]
    used = [each.transfer_id for one in sure for each in one.items]
    assert len(used) == len(set(used))
    for one in proposals:
        assert sum(each.amount for each in one.items) == one.line.amount
    if len(lines) == 1 and sure:
        close = [each for each in items if abs(each.day - DAY) <= timedelta(days=10)]
        same = [each for each in close if each.amount == lines[0].amount]
        ways = [
            some
            for size in range(2, len(close) + 1)
            for some in combinations(close, size)
            if sum(each.amount for each in some) == lines[0].amount
        ]
        on_the_day = [each for each in same if each.day == DAY]
        assert len(on_the_day or same) == 1 or (not same and len(ways) == 1)


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.integers(1, 10**7), min_size=1, max_size=8), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_deposits_of_different_days_are_solved_into_their_payments(
    days: list[list[int]], dice: object
) -> None:
    """Each day's payments arrive as one line the next day; what is called sure is that day's own, or adds
    up to the same."""
    items, lines, number = [], [], 0
    for at, amounts in enumerate(days):
        batch = []
        for amount in amounts:
            number += 1
            batch.append(paid(number, amount, at))
        items += batch
        lines.append(line(at + 1, sum(amounts), at + 1))
    dice.shuffle(items)  # type: ignore[attr-defined]
    for one in solve(lines, items):
        assert sum(each.amount for each in one.items) == one.line.amount
    if len(days) == 1:
        (only,) = solve(lines, items)
        assert only.sure
        assert len(only.items) == number


def test_a_crowd_is_looked_through_in_bounded_time() -> None:
    crowd = [item(number, 1000 + number, number % 7) for number in range(1, 400)]
    lines = [line(number, 2 * 1000 + number * 3, 7) for number in range(1, 6)]
    proposals = solve(lines, crowd)
    assert all(len(one.items) <= POOL for one in proposals)
