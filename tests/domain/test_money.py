"""Money is whole minor units: read and printed without losing one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.money import (
    EXPONENTS,
    MAX_MINOR,
    Money,
    display,
    parse_amount,
    parse_positive,
    plain,
)

AMOUNTS = st.integers(0, MAX_MINOR)
CURRENCIES = st.sampled_from(sorted(EXPONENTS))


@given(AMOUNTS, CURRENCIES)
def test_what_is_printed_reads_back(minor: int, currency: str) -> None:
    assert parse_amount(plain(minor, currency), currency) == minor
    assert parse_amount(display(minor, currency), currency) == minor
    assert parse_amount(f"  {plain(minor, currency)}  ", currency) == minor


@given(st.integers(-MAX_MINOR, MAX_MINOR), CURRENCIES)
def test_a_difference_is_printed_with_its_sign(minor: int, currency: str) -> None:
    assert plain(-abs(minor), currency).startswith("-") is (minor != 0)
    assert display(minor, currency).replace(",", "").endswith(plain(abs(minor), currency))
    assert display(-abs(minor), currency).startswith("-") is (minor != 0)
    assert int(plain(minor, currency).replace(".", "")) == minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1500", "USD", 150000),
        ("1500.", "USD", 150000),
        ("$1,500.5", "USD", 150050),
        ("$ 20", "USD", 2000),
        ("C$20.00", "CAD", 2000),
        ("$20.00", "CAD", 2000),
        ("0.10000", "USD", 10),
        ("99,999,999,999.99", "USD", MAX_MINOR),
    ],
)
def test_amounts_people_write(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


NOT_AMOUNTS = [
    "",
    "$",
    "-5",
    "+5",
    "1e3",
    "1,50",
    "12,34,567",
    "1.005",
    ".50",
    "1 500",
    "１５",
    "٣",
    "NaN",
    "5 USD",
]


@pytest.mark.parametrize("text", [*NOT_AMOUNTS, "C$5", "$$5", "99999999999.995", "100000000000"])
def test_what_is_not_an_amount_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(BadInput, match=r"^fee ") as caught:
        parse_amount(text, what="fee")
    assert len(caught.value.message) < 120


@pytest.mark.parametrize("head", ["9", "0", "1.0", "1,000"])
def test_an_endless_amount_is_told_in_a_short_sentence(head: str) -> None:
    with pytest.raises(BadInput, match="is not an amount") as caught:
        parse_amount(head + "0" * 5000)
    assert len(caught.value.message) < 120


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_bad_input(text: str) -> None:
    try:
        minor = parse_amount(text)
    except BadInput:
        return
    assert 0 <= minor <= MAX_MINOR


def test_zero_is_no_payment() -> None:
    assert parse_positive("0.01") == 1
    assert parse_positive("C$5.00", "CAD") == 500
    with pytest.raises(BadInput, match=r"^amount must be more than zero$"):
        parse_positive("0.00")
    for text, said in (("0", "fee must be more than zero"), ("C$5", "fee 'C$5' is not an amount")):
        with pytest.raises(BadInput, match=f"^{re.escape(said)}"):
            parse_positive(text, "USD", what="fee")


@given(AMOUNTS, AMOUNTS)
def test_money_adds_in_its_own_currency(one: int, other: int) -> None:
    assert Money(one) + Money(other) == Money(one + other)
    assert Money(one) + Money(other) - Money(other) == Money(one)
    assert str(Money(one, "CAD")) == display(one, "CAD")
    with pytest.raises(ValueError, match="do not mix"):
        Money(one, "USD") + Money(other, "CAD")


@pytest.mark.parametrize("minor", [1.5, 1.0, True, "1", None])
def test_money_is_never_anything_but_a_whole_number(minor: object) -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        Money(minor)  # type: ignore[arg-type]
