"""Telling a card's number from other digits, so that one typed in the wrong place is never kept."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_RUN: Final = re.compile(r"(?<![0-9])[3-6](?:[ .\-]?[0-9]){12,18}(?![0-9])")


def holds_card_number(text: str) -> bool:
    """Whether there is a number in the text that a card could have: 13 to 19 digits from an issuer's
    range, alone or in groups, whose check digit is right."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_is_valid(re.sub(r"[^0-9]", "", run)) for run in _RUN.findall(plain))


def _is_valid(digits: str) -> bool:
    """The check digit of every payment card (Luhn)."""
    doubled = (2 * int(one) for one in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(sum(divmod(one, 10)) for one in doubled)) % 10 == 0
