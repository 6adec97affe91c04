"""The languages clients are spoken to in: which one, and how each writes money, days and hours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from paylink_tui.domain.money import EXPONENTS, display

LANGUAGES: Final = ("en", "fr", "es")
"""Every language there are words for; the first holds where none is asked for."""
NAMES: Final = {"en": "English", "fr": "Français", "es": "Español"}
"""Each language as its own speakers call it."""

_RANGE: Final = re.compile(r"([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?")
_MOST_RANGES: Final = 20
_SIGNS: Final = {"USD": "$", "CAD": "CA$"}
_FRENCH_SIGNS: Final = {"USD": "$\u00a0US", "CAD": "$\u00a0CA"}
_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}


def choose(asked: str, accepted: str, offered: Sequence[str]) -> str:
    """The language to speak, of those offered.

    Args:
        asked: What the visitor chose by hand; wins when it is offered.
        accepted: The browser's `Accept-Language`; its first choice that is offered is taken.
        offered: The firm's languages; the first is the default.
    """
    known = [one for one in offered if one in LANGUAGES] or [LANGUAGES[0]]
    if asked in known:
        return asked
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(",")[:_MOST_RANGES]:
        match = _RANGE.fullmatch(part.strip())
        if match and match[1].lower() in known:
            ranked.append((float(match[2] or 1), match[1].lower()))
    best = max(ranked, key=lambda one: one[0], default=(0.0, known[0]))
    return best[1] if best[0] > 0 else known[0]


def money_in(minor: int, currency: str, language: str) -> str:
    """An amount as that language writes it: `$1,500.00`, `1 500,00 $ US`, with spaces that never break."""
    digits = EXPONENTS.get(currency, 2)
    whole, part = divmod(abs(minor), 10**digits)
    sign = "\N{MINUS SIGN}" if minor < 0 else ""
    if currency not in _SIGNS:
        return display(minor, currency)
    if language == "fr":
        grouped = f"{whole:,}".replace(",", "\u00a0")
        return f"{sign}{grouped},{part:0{digits}d}\u00a0{_FRENCH_SIGNS[currency]}"
    return f"{sign}{_SIGNS[currency]}{whole:,}.{part:0{digits}d}"


def day_in(day: date, language: str) -> str:
    """A day as that language writes it, the month in words."""
    month = _MONTHS[language].split()[day.month - 1]
    if language == "fr":
        return f"{'1er' if day.day == 1 else day.day} {month} {day.year}"
    if language == "es":
        return f"{day.day} de {month} de {day.year}"
    return f"{month} {day.day}, {day.year}"


def moment_in(at: datetime, language: str) -> str:
    """A day, the hour and the zone's own short name; `at` is in the zone it is to be shown in."""
    day, zone = day_in(at.date(), language), at.tzname() or ""
    if language == "fr":
        return f"{day} à {at.hour}\u00a0h\u00a0{at.minute:02d} ({zone})"
    if language == "es":
        return f"{day}, {at.hour}:{at.minute:02d} ({zone})"
    hour, half = (at.hour - 1) % 12 + 1, "AM" if at.hour < 12 else "PM"
    return f"{day} at {hour}:{at.minute:02d}\u00a0{half} ({zone})"
