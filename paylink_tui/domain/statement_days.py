"""Days as banks write them; a file whose days could be read two ways is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from paylink_tui.domain.file_problems import Problems


class DayOrder(StrEnum):
    """Which number of `03/04/2026` is the month."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


_ISO: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBERS: Final = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})")
_WORDS: Final = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})\.?[ -]([0-9]{4})")
_WORDS_FIRST: Final = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AMBIGUOUS: Final = (
    "could be day or month first, here and in every row; say which: --dates mdy (month first) or --dates dmy"
)


def read_days(texts: Sequence[tuple[int, str]], problems: Problems, order: DayOrder | None) -> list[date]:
    """The days of a file's rows, each with the line it stands on.

    Numbers like `03/04/2026` are read the one way in which every row of the file is a day; when both
    ways are possible and differ, the file is refused unless `order` says which. Problems are noted.
    """
    days: list[date] = []
    orders = [order] if order else _orders(texts)
    for line, text in texts:
        readings = {day for one in orders if (day := _read(text, one)) is not None}
        if not readings:
            problems.add(line, "date", text, "is not a day like 2026-11-22" if text else "is missing")
        elif len(readings) > 1:
            problems.add(line, "date", text, _AMBIGUOUS)
            return days
        days.append(min(readings, default=date.min))
    return days


def _orders(texts: Sequence[tuple[int, str]]) -> list[DayOrder]:
    """The orders in which every row is a day; both when none is, for then each row is told by itself."""
    possible = [one for one in DayOrder if all(_read(text, one) is not None for _, text in texts)]
    return possible or list(DayOrder)


def _read(text: str, order: DayOrder) -> date | None:
    for pattern in (_ISO, _COMPACT):
        if match := pattern.fullmatch(text):
            return _day(match[1], match[2], match[3])
    if match := _NUMBERS.fullmatch(text):
        year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
        month, day = (match[1], match[2]) if order is DayOrder.MONTH_FIRST else (match[2], match[1])
        return _day(year, month, day)
    if match := _WORDS.fullmatch(text):
        return _named(match[3], match[2], match[1])
    if match := _WORDS_FIRST.fullmatch(text):
        return _named(match[3], match[1], match[2])
    return None


def _named(year: str, month: str, day: str) -> date | None:
    short = month[:3].casefold()
    return _day(year, str(_MONTHS.index(short) + 1), day) if short in _MONTHS else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
