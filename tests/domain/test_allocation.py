"""Allocation: oldest first, to the cent, never over a balance, and overrides exactly as shown."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.allocation import AllocationPlan, nothing, oldest_first, plan
from paylink_tui.domain.errors import Refused
from paylink_tui.domain.parties import Invoice

DAYS = st.integers(0, 5).map(lambda ahead: date(2026, 11, 1) + timedelta(days=ahead))


@st.composite
def invoices(draw: st.DrawFn) -> list[Invoice]:
    numbers = draw(st.lists(st.integers(1, 99), unique=True, max_size=8))
    made = []
    for index, number in enumerate(numbers):
        total = draw(st.integers(0, 50_000))
        before = draw(st.integers(0, total))
        applied = draw(st.integers(0, total - before))
        issued, due = draw(DAYS), draw(DAYS)
        made.append(Invoice(index, f"INV-{number:02d}", 1, None, issued, due, "USD", total, before, applied))
    return made


AMOUNTS = st.integers(1, 200_000)


def invoice(number: str, balance: int, due: str = "2026-11-30", issued: str = "2026-11-01") -> Invoice:
    days = date.fromisoformat(issued), date.fromisoformat(due)
    return Invoice(1, number, 1, None, *days, "USD", balance, 0, 0)


@given(AMOUNTS, invoices())
def test_every_cent_goes_somewhere_and_no_invoice_is_over_applied(amount: int, found: list[Invoice]) -> None:
    made = plan(amount, found)
    assert made.applied + made.remainder == amount
    assert made.remainder >= 0
    assert made.applied == min(amount, sum(one.balance for one in found))
    for line in made.lines:
        assert 0 <= line.amount <= line.before
        assert line.before - line.amount == line.after >= 0


@given(AMOUNTS, invoices())
def test_the_oldest_is_paid_before_the_next_gets_anything(amount: int, found: list[Invoice]) -> None:
    made = plan(amount, found)
    order = [(line.invoice.due, line.invoice.issued, line.invoice.number) for line in made.lines]
    assert order == sorted(order)
    assert {line.invoice.number for line in made.lines} == {one.number for one in found if one.balance}
    paid_in_part = [index for index, line in enumerate(made.lines) if line.amount < line.before]
    if paid_in_part:
        assert not any(line.amount for line in made.lines[paid_in_part[0] + 1 :])
    assert made.taken == tuple(line for line in made.lines if line.amount > 0)


@given(AMOUNTS, invoices(), st.randoms(use_true_random=False))
def test_the_order_they_are_found_in_does_not_matter(
    amount: int, found: list[Invoice], shuffle: random.Random
) -> None:
    assert plan(amount, shuffle.sample(found, len(found))) == plan(amount, found)


@given(AMOUNTS, invoices())
def test_what_was_planned_is_accepted_as_shown(amount: int, found: list[Invoice]) -> None:
    made = plan(amount, found)
    shown = {line.invoice.number: line.amount for line in made.lines}
    assert plan(amount, found, shown) == made


@given(AMOUNTS, invoices(), st.data())
def test_overrides_are_applied_exactly_or_refused(
    amount: int, found: list[Invoice], data: st.DataObject
) -> None:
    balances = {one.number: one.balance for one in found if one.balance}
    wanted = {
        number: data.draw(st.integers(-1, balance + 1))
        for number, balance in balances.items()
        if data.draw(st.booleans())
    }
    within = all(0 <= some <= balances[number] for number, some in wanted.items())
    if not within or sum(wanted.values()) > amount:
        with pytest.raises(Refused) as caught:
            plan(amount, found, wanted)
        assert caught.value.rule == "apply-over"
        assert caught.value.fix
        return
    made = plan(amount, found, wanted)
    assert {line.invoice.number: line.amount for line in made.taken} == {
        number: some for number, some in wanted.items() if some
    }
    assert made.remainder == amount - sum(wanted.values())


@given(AMOUNTS)
def test_unticked_applies_nothing(amount: int) -> None:
    assert nothing(amount) == AllocationPlan(amount, ())
    assert nothing(amount).remainder == amount


def test_due_then_issued_then_number() -> None:
    found = [
        invoice("3", 100, "2026-11-30", "2026-11-02"),
        invoice("2", 100, "2026-11-30", "2026-11-01"),
        invoice("1", 100, "2026-11-30", "2026-11-02"),
        invoice("4", 100, "2026-11-29", "2026-11-20"),
    ]
    assert [one.number for one in oldest_first(found)] == ["4", "2", "1", "3"]
    assert [line.amount for line in plan(250, found).lines] == [100, 100, 50, 0]


def test_an_override_of_an_invoice_that_is_not_open_is_refused() -> None:
    with pytest.raises(Refused, match="Invoice 9 is not an open invoice") as caught:
        plan(100, [invoice("1", 100), invoice("9", 0)], {"9": 1})
    assert caught.value.rule == "apply-order"


def test_a_refusal_names_the_figures_in_their_currency() -> None:
    bill = Invoice(1, "1", 1, None, date.min, date.min, "CAD", 10_000, 0, 0)
    with pytest.raises(Refused, match=r"Invoice 1 owes C\$100\.00; C\$100\.01 cannot"):
        plan(20_000, [bill], {"1": 10_001})
    with pytest.raises(Refused, match=r"add up to C\$100\.00, more than the C\$50\.00 there is"):
        plan(5_000, [bill], {"1": 10_000})
