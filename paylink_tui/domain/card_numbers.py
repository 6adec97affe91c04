"""Telling a card's number from other digits, so that one typed in the wrong place is never kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_RUN: Final = re.compile(r"[0-9](?:[\s./_-]{0,2}[0-9])*")
"""Digits in groups that belong together: one number, or several side by side."""
_SHORTEST, _LONGEST, _GROUP = 13, 19, 4
_ISSUED: Final = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"
    r"|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|095|[689][0-9])[0-9]{11}|35[0-9]{14}"
    r"|(?:5[06-8]|6[0-9])[0-9]{11,17}"
)
"""What issuers give out: Visa; Mastercard; American Express, Diners, JCB; the rest."""


def holds_card_number(text: str) -> bool:
    """Whether there is a number in the text that a card could have: one from an issuer's range whose
    check digit is right, alone or in groups, also beside its expiry or its security code."""
    return any(
        _ISSUED.fullmatch(number) and _is_valid(number)
        for run in _RUN.findall(_plain(text))
        for number in _numbers(re.findall("[0-9]+", run))
    )


def _plain(text: str) -> str:
    """The text with every digit as one of ours, every dash as `-`, and nothing that does not show."""
    return "".join(_one(sign) for sign in unicodedata.normalize("NFKC", text))


def _one(sign: str) -> str:
    digit, kind = unicodedata.decimal(sign, None), unicodedata.category(sign)
    if digit is not None:
        return str(digit)
    if kind == "Pd" or sign == "\N{MINUS SIGN}":
        return "-"
    return "" if kind == "Cf" else sign


def _numbers(groups: list[str]) -> Iterator[str]:
    """Numbers of a card's length made of groups that stand together.

    One that is not all there is begins with a group of four digits or more, as cards' groups do: a list
    of telephone numbers is not put together anew.
    """
    for start in range(len(groups)):
        number = ""
        for end in range(start, len(groups)):
            number += groups[end]
            if len(number) > _LONGEST:
                break
            whole = start == 0 and end == len(groups) - 1
            if len(number) >= _SHORTEST and (whole or len(groups[start]) >= _GROUP):
                yield number


def _is_valid(digits: str) -> bool:
    """The check digit of every payment card (Luhn)."""
    doubled = (2 * int(one) for one in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(sum(divmod(one, 10)) for one in doubled)) % 10 == 0
