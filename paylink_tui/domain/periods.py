"""Days, months and years as a person writes them, as half-open spans of calendar days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from paylink_tui.domain.errors import BadInput

Span = tuple[date | None, date | None]
"""From the first day (included) to the last (excluded); None is without end."""

ONE_DAY: Final = timedelta(days=1)
_DATE: Final = re.compile(r"((?:19|20|21)[0-9]{2})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_FIX: Final = "Write 2026-11-22, 2026-11, 2026, today, yesterday, week, month, year, >2026-11-01 or A..B."

_NAMED: Final[dict[str, Callable[[date], tuple[date, date]]]] = {
    "today": lambda today: (today, today + ONE_DAY),
    "yesterday": lambda today: (today - ONE_DAY, today),
    "week": lambda today: (_monday(today), _monday(today) + 7 * ONE_DAY),
    "month": lambda today: (today.replace(day=1), _next_month(today)),
    "year": lambda today: (date(today.year, 1, 1), date(today.year + 1, 1, 1)),
}


def span(text: str, today: date) -> Span:
    """Read a period: a day, a month, a year, a word, `A..B` (both included), or `>`, `>=`, `<`, `<=`.

    `week`, `month` and `year` are the calendar's own around `today`; a week starts on Monday.

    Raises:
        BadInput: not a period, not a day of the calendar, or ending before it starts.
    """
    if ".." in text:
        left, right = text.split("..", 1)
        start = _period(left, today)[0] if left else None
        end = _period(right, today)[1] if right else None
        if start is None and end is None:
            raise BadInput(f"{text!r} has neither a start nor an end", _FIX)
        if start and end and start >= end:
            raise BadInput(f"{text!r} ends before it starts", "Write the earlier day first.")
        return start, end
    if text.startswith((">", "<")):
        return _open_ended(text, today)
    return _period(text, today)


def _open_ended(text: str, today: date) -> Span:
    inclusive = text[1:2] == "="
    start, end = _period(text[2:] if inclusive else text[1:], today)
    if text[0] == ">":
        return (start if inclusive else end), None
    return None, (end if inclusive else start)


def _period(text: str, today: date) -> tuple[date, date]:
    if text in _NAMED:
        return _NAMED[text](today)
    match = _DATE.fullmatch(text)
    if match is None:
        raise BadInput(f"{text!r} is not a day, a month or a year", _FIX)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        start = date(year, month or 1, day or 1)
    except ValueError:
        raise BadInput(f"{text!r} is not in the calendar", _FIX) from None
    if day is not None:
        return start, start + ONE_DAY
    return start, (_next_month(start) if month is not None else date(year + 1, 1, 1))


def _monday(day: date) -> date:
    return day - day.weekday() * ONE_DAY


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1)
