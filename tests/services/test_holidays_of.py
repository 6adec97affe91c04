"""Bank holidays as published by the Federal Reserve and for federally regulated work in Canada."""

from __future__ import annotations

from datetime import date

import pytest

from paylink_tui.services.holidays_of import bank_holidays


@pytest.mark.parametrize(
    ("country", "day", "closed"),
    [
        ("US", "2026-11-26", True),
        ("US", "2026-11-27", False),
        ("US", "2026-06-19", True),
        ("US", "2026-10-12", True),
        ("US", "2026-07-03", False),  # the 4th is a Saturday, which moves nowhere
        ("US", "2027-07-05", True),  # the 4th is a Sunday
        ("US", "2027-12-24", False),
        ("US", "2026-04-03", False),
        ("CA", "2026-04-03", True),
        ("CA", "2026-05-18", True),
        ("CA", "2026-07-01", True),
        ("CA", "2026-09-30", True),
        ("CA", "2026-10-12", True),
        ("CA", "2026-12-28", True),  # Boxing Day is a Saturday
        ("CA", "2026-11-26", False),
        ("CA", "2026-07-04", False),
        ("GB", "2026-11-26", True),
    ],
)
def test_bank_holidays(country: str, day: str, closed: bool) -> None:
    assert bank_holidays(country)(date.fromisoformat(day)) is closed
