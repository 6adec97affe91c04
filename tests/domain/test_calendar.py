"""Business days are the bank's, and the batch closes at midnight Eastern."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.calendar import (
    BUSINESS_DAYS,
    EASTERN,
    add_business_days,
    batch_day,
    completes_at,
    is_business_day,
    next_business_day,
)

DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
CLOSED = st.sets(st.integers(0, 30), max_size=6)


def none(day: date) -> bool:
    return False


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("paid", "batch"),
    [
        ("2026-11-23T10:00", "2026-11-23"),
        ("2026-11-23T23:59:59", "2026-11-23"),
        ("2026-11-24T00:00:00", "2026-11-24"),
        ("2026-11-20T23:59:59", "2026-11-20"),
        ("2026-11-21T00:00:00", "2026-11-23"),
        ("2026-11-22T12:00", "2026-11-23"),
        ("2026-11-26T09:00", "2026-11-27"),
    ],
)
def test_the_batch_of_a_payment(paid: str, batch: str) -> None:
    thanksgiving = date(2026, 11, 26)
    assert batch_day(eastern(paid), lambda day: day == thanksgiving) == date.fromisoformat(batch)


def test_another_cut_off_is_another_batch() -> None:
    late = eastern("2026-11-23T23:30")
    assert batch_day(late, none) == date(2026, 11, 23)
    assert batch_day(late, none, UTC) == date(2026, 11, 24)
    assert batch_day(late, none, ZoneInfo("America/Vancouver")) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("paid", "method", "country", "completes"),
    [
        ("2026-11-23T10:00", "card", "US", "2026-11-24T17:00"),
        ("2026-11-25T10:00", "card", "US", "2026-11-27T17:00"),
        ("2026-11-27T10:00", "card", "US", "2026-11-30T17:00"),
        ("2026-11-28T10:00", "card", "US", "2026-12-01T17:00"),
        ("2026-11-23T10:00", "card", "CA", "2026-11-27T17:00"),
        ("2026-11-23T10:00", "echeck", "US", "2026-12-01T17:00"),
        ("2026-11-23T10:00", "echeck", "CA", "2026-12-03T17:00"),
        ("2026-11-23T10:00", "card", "GB", "2026-11-24T17:00"),
        ("2026-10-30T10:00", "card", "US", "2026-11-02T17:00"),
    ],
)
def test_when_a_payment_completes(paid: str, method: str, country: str, completes: str) -> None:
    thanksgiving = date(2026, 11, 26)
    at = completes_at(eastern(paid), method, country, lambda day: day == thanksgiving)
    assert at == eastern(completes)
    assert at.tzinfo is UTC


@given(INSTANTS, st.sampled_from(sorted(BUSINESS_DAYS)), CLOSED)
def test_completion_lies_in_the_promised_range(
    paid: datetime, kind: tuple[str, str], closed: set[int]
) -> None:
    def is_holiday(day: date) -> bool:
        return (day - paid.date()).days in closed

    method, country = kind
    at = completes_at(paid, method, country, is_holiday)
    batch = batch_day(paid, is_holiday)
    day = at.astimezone(EASTERN).date()
    between = [batch + timedelta(days=ahead + 1) for ahead in range((day - batch).days)]
    worked = [one for one in between if is_business_day(one, is_holiday)]
    least, most = {"card": (1, 2 if country == "US" else 3), "echeck": (5, 7)}[method]
    assert least <= len(worked) <= most
    assert worked[-1] == day
    assert batch >= paid.astimezone(EASTERN).date()
    assert at > paid


@given(INSTANTS, INSTANTS)
def test_who_pays_earlier_completes_no_later(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert completes_at(first, "card", "US", none) <= completes_at(second, "card", "US", none)


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_business_days_add_up(day: date, some: int, more: int) -> None:
    start = next_business_day(day, none)
    at_once = add_business_days(start, some + more, none)
    assert add_business_days(add_business_days(start, some, none), more, none) == at_once


def test_holidays_without_end_are_an_error() -> None:
    with pytest.raises(ValueError, match="no business day within a month"):
        next_business_day(date(2026, 11, 22), lambda day: True)


def test_an_unknown_method_is_an_error() -> None:
    with pytest.raises(KeyError):
        completes_at(eastern("2026-11-23T10:00"), "barter", "US", none)
