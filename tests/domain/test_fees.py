"""Fees are whole minor units, rounded half up, and described in words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.fees import SANDBOX_FEES, FeeSchedule, MethodFee
from paylink_tui.domain.money import MAX_MINOR


@given(st.integers(0, MAX_MINOR), st.integers(0, 2000), st.integers(0, 500))
def test_a_fee_is_the_exact_part_rounded_half_up(amount: int, basis_points: int, fixed: int) -> None:
    schedule = FeeSchedule((("card", MethodFee(basis_points, fixed)),))
    exact = Decimal(amount) * basis_points / 10_000
    assert schedule.fee(amount, "card") == int(exact.quantize(Decimal(1), ROUND_HALF_UP)) + fixed


@pytest.mark.parametrize(
    ("amount", "method", "fee"),
    [
        (150_000, "card", 4455),
        (100, "card", 33),
        (150_000, "echeck", 1500),
        (50, "echeck", 1),
        (49, "echeck", 0),
    ],
)
def test_the_sandbox_schedule(amount: int, method: str, fee: int) -> None:
    assert SANDBOX_FEES.fee(amount, method) == fee


def test_the_schedule_in_words() -> None:
    assert SANDBOX_FEES.describe() == (
        "Card 2.95% + $0.30",
        "eCheck 1%",
        "Subscription $20.00 a month, waived",
        "Example figures of the sandbox: no real fee is charged",
    )
    assert FeeSchedule((("card", MethodFee(250)),), monthly=1000).describe() == (
        "Card 2.5%",
        "Subscription $10.00 a month",
    )
    assert FeeSchedule((("wire", MethodFee(0, 1500)),)).describe() == ("wire 0% + $15.00",)


def test_what_has_no_fee_is_refused() -> None:
    with pytest.raises(ValueError, match="no fee is known for 100 by cash"):
        SANDBOX_FEES.fee(100, "cash")
    with pytest.raises(ValueError, match="no fee is known"):
        SANDBOX_FEES.fee(-1, "card")
    with pytest.raises(ValueError, match="not negative"):
        MethodFee(-1)
