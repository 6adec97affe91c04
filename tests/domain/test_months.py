"""Months as text: their days, and where a posting goes when its month is closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.months import first_day, first_open_day, last_day, month_of, next_month, read_month

DAYS = st.dates(date(1990, 1, 1), date(2199, 1, 1))


@given(DAYS)
def test_a_month_begins_and_ends_with_its_own_days(day: date) -> None:
    month = month_of(day)
    assert first_day(month) <= day <= last_day(month)
    assert month_of(last_day(month)) == month == month_of(first_day(month))
    assert last_day(month) + timedelta(days=1) == first_day(next_month(month))


@given(DAYS, DAYS)
def test_a_posting_keeps_its_day_unless_its_month_is_closed(day: date, closed: date) -> None:
    opened = first_open_day(day.isoformat(), month_of(closed))
    assert opened[:7] > month_of(closed)
    stays = month_of(day) > month_of(closed)
    assert date.fromisoformat(opened) == (day if stays else last_day(month_of(closed)) + timedelta(days=1))


def test_before_the_first_close_every_day_stands() -> None:
    assert first_open_day("2026-11-22", "") == "2026-11-22"


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-1", "11/2026", "2026-00", "2026-11-01"])
def test_what_is_no_month_is_told(text: str) -> None:
    with pytest.raises(BadInput):
        read_month(text)


def test_a_month_is_read() -> None:
    assert read_month(" 2026-11 ") == "2026-11"
