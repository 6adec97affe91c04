"""Clients are spoken to in a language they asked for, which writes money, days and hours its own way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.languages import LANGUAGES, choose, day_in, moment_in, money_in


@pytest.mark.parametrize(
    ("asked", "accepted", "spoken"),
    [
        *(("", "", "en"), ("", "fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("", "de, es;q=0.5, en;q=0.4", "es")),
        *(("es", "fr", "es"), ("de", "fr", "fr"), ("", "en;q=0, fr;q=0.1", "fr"), ("", "fr;q=0", "en")),
        *(("", "*", "en"), ("", "français", "en"), ("", "FR", "fr"), ("", "en;q=x,fr", "fr")),
    ],
)
def test_the_language_is_chosen_by_hand_else_by_the_browser(asked: str, accepted: str, spoken: str) -> None:
    assert choose(asked, accepted, LANGUAGES) == spoken


def test_only_what_the_firm_offers_is_spoken() -> None:
    assert choose("es", "es,fr;q=0.2", ("fr",)) == "fr"
    assert choose("en", "en", ("fr", "es")) == "fr"
    assert choose("", "", ("xx",)) == "en"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_header_chooses_a_language(asked: str, accepted: str) -> None:
    assert choose(asked, accepted, ("fr", "es")) in ("fr", "es")


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        *((150_000, "USD", "en", "$1,500.00"), (150_000, "USD", "es", "$1,500.00")),
        *((123_456_789, "USD", "fr", "1 234 567,89 $ US"), (5, "CAD", "fr", "0,05 $ CA")),
        *((2_000, "CAD", "en", "CA$20.00"), (-150, "USD", "en", "−$1.50")),
    ],
)
def test_money(minor: int, currency: str, language: str, text: str) -> None:
    told = money_in(minor, currency, language)
    assert told.replace("\u00a0", " ") == text
    assert " " not in told


def test_days_and_hours() -> None:
    at = datetime(2026, 11, 22, 20, 4, tzinfo=UTC).astimezone(ZoneInfo("America/New_York"))
    told = {one: moment_in(at, one).replace("\u00a0", " ") for one in LANGUAGES}
    assert told == {
        "en": "November 22, 2026 at 3:04 PM (EST)",
        "fr": "22 novembre 2026 à 15 h 04 (EST)",
        "es": "22 de noviembre de 2026, 15:04 (EST)",
    }
    midnight = moment_in(datetime(2026, 1, 1, 0, 5, tzinfo=UTC), "en").replace("\u00a0", " ")
    assert midnight == "January 1, 2026 at 12:05 AM (UTC)"
    assert day_in(date(2026, 8, 1), "fr") == "1er août 2026"
