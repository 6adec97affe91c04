"""Business days: when a batch goes out and when a payment completes (`txn-authorized-at-once`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

IsHoliday = Callable[[date], bool]
"""Whether banks are closed on a day for a holiday; weekends are known without asking."""

EASTERN: Final = ZoneInfo("America/New_York")
"""The batch takes what was paid until midnight here."""
COMPLETES_AT: Final = time(17)
"""Eastern time of day at which a payment completes: the close of the banking day."""

BUSINESS_DAYS: Final = {
    ("card", "US"): 1,
    ("card", "CA"): 3,
    ("echeck", "US"): 5,
    ("echeck", "CA"): 7,
}
"""Business days from the batch to completion.

Processors promise a range (cards 1-2 days, 3 in Canada; eChecks 5-7); each country has one value of
it, so that the same payment always completes at the same moment.
"""

_DAY: Final = timedelta(days=1)
_LONGEST_CLOSURE: Final = 31


def is_business_day(day: date, is_holiday: IsHoliday) -> bool:
    """Whether banks work: Monday to Friday, not a holiday."""
    return day.weekday() < 5 and not is_holiday(day)


def next_business_day(day: date, is_holiday: IsHoliday) -> date:
    """The first business day on or after `day`.

    Raises:
        ValueError: banks would be closed for a month on end; the holidays are wrong.
    """
    for ahead in range(_LONGEST_CLOSURE):
        if is_business_day(day + ahead * _DAY, is_holiday):
            return day + ahead * _DAY
    raise ValueError(f"no business day within a month of {day}")


def add_business_days(day: date, count: int, is_holiday: IsHoliday) -> date:
    """The business day `count` business days after `day`, which is itself not counted."""
    for _ in range(count):
        day = next_business_day(day + _DAY, is_holiday)
    return day


def batch_day(paid_at: datetime, is_holiday: IsHoliday, zone: tzinfo = EASTERN) -> date:
    """The business day whose batch takes a payment made at `paid_at`.

    A batch closes at midnight in `zone`; what is paid at a weekend or on a holiday counts from the
    next business day.
    """
    return next_business_day(paid_at.astimezone(zone).date(), is_holiday)


def completes_at(
    paid_at: datetime, method: str, country: str, is_holiday: IsHoliday, zone: tzinfo = EASTERN
) -> datetime:
    """When (UTC) a payment made at `paid_at` completes, by `BUSINESS_DAYS` of its method and country.

    A country without days of its own has those of the US.
    """
    days = BUSINESS_DAYS.get((method, country), BUSINESS_DAYS[method, "US"])
    day = add_business_days(batch_day(paid_at, is_holiday, zone), days, is_holiday)
    return datetime.combine(day, COMPLETES_AT, zone).astimezone(UTC)
