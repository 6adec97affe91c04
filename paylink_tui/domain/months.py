"""Months as the books close them: `2026-11`, in order as text."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from paylink_tui.domain.errors import BadInput

_MONTH: Final = re.compile(r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])")


def month_of(day: date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    """The last day of a month."""
    return first_day(next_month(month)) - timedelta(days=1)


def next_month(month: str) -> str:
    """The month after."""
    return month_of(first_day(month) + timedelta(days=31))


def first_open_day(day: str, closed: str) -> str:
    """The day, or the first of the month after `closed` when it is not later than that month.

    Args:
        day: ISO text.
        closed: The newest closed month, or empty.
    """
    return day if day[:7] > closed else first_day(next_month(closed)).isoformat()


def read_month(text: str) -> str:
    """A month as a person writes it.

    Raises:
        BadInput: not like 2026-11.
    """
    if _MONTH.fullmatch(text.strip()) is None:
        raise BadInput(f"{text[:20]!r} is not a month", "Write it like 2026-11.")
    return text.strip()
