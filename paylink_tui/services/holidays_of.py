"""Bank holidays of the countries whose firms may take payments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache


@cache
def bank_holidays(country: str) -> Callable[[date], bool]:
    """Whether banks of `country` are closed for a holiday on a day.

    US: the Federal Reserve's days, which moves a Sunday holiday to Monday and a Saturday one nowhere.
    CA: the days of federally regulated workplaces, banks among them. Any other country answers as
    the US, where its processor works.
    """
    import holidays

    if country == "CA":
        days = holidays.country_holidays("CA", categories=("government",))
    else:
        days = holidays.financial_holidays("XFED")
    return lambda day: day in days
