"""When trust money is safe to spend, by its method and the banks' days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.calendar import is_business_day
from paylink_tui.domain.trust import Deposit, TrustPosition
from paylink_tui.domain.trust_risk import at_risk, may_return_until, safe_on, spending_warnings

THANKSGIVING = date(2026, 11, 26)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def closed(day: date) -> bool:
    return day == THANKSGIVING


def deposit(amount: int, safe: date | None, *, disputed: bool = False) -> Deposit:
    day = date(2026, 11, 20)
    return Deposit(1, "echeck", amount, day, safe, day + timedelta(days=60), disputed)


def test_a_card_is_safe_when_it_completes_and_an_echeck_two_banking_days_later() -> None:
    tuesday, wednesday = date(2026, 11, 24), date(2026, 11, 25)
    assert safe_on("card", wednesday, closed, disputed=False) == wednesday
    assert safe_on("echeck", tuesday, closed, disputed=False) == date(2026, 11, 27)
    assert safe_on("echeck", wednesday, closed, disputed=False) == date(2026, 11, 30)
    assert safe_on("card", wednesday, closed, disputed=True) is None


@given(DAYS, st.sampled_from(["card", "echeck", "cash"]))
def test_an_unknown_method_waits_as_long_as_an_echeck_and_nothing_is_safe_too_soon(
    day: date, method: str
) -> None:
    safe = safe_on(method, day, closed, disputed=False)
    assert safe is not None
    assert (safe == day) == (method == "card")
    assert method == "card" or (safe - day >= timedelta(days=2) and is_business_day(safe, closed))
    assert may_return_until(method, day) - day == timedelta(days=60 if method == "echeck" else 120)


@given(st.integers(0, 1000), st.lists(st.tuples(st.integers(1, 500), st.booleans(), st.booleans())))
def test_at_risk_is_never_more_than_there_is_and_counts_no_disputed_money(
    ledger: int, told: list[tuple[int, bool, bool]]
) -> None:
    today = date(2026, 11, 22)
    deposits = [
        deposit(amount, None if disputed else today if safe else today + timedelta(days=1), disputed=disputed)
        for amount, safe, disputed in told
    ]
    unsafe = sum(amount for amount, safe, disputed in told if not safe and not disputed)
    assert at_risk(ledger, deposits, today) == min(ledger, unsafe)


def test_spending_what_is_at_risk_is_warned_of_and_names_its_day() -> None:
    today, later = date(2026, 11, 22), date(2026, 11, 24)
    held = TrustPosition(1, "C1", "Acme", "", "USD", 10_000, 4_000, 0, (deposit(4_000, later),))
    assert spending_warnings(held, 6_000, today) == ()
    (warning,) = spending_warnings(held, 6_001, today)
    assert warning.startswith("$0.01 of this")
    assert "T1 (safe on 2026-11-24)" in warning
    assert spending_warnings(held, 10_001, today) == ()
