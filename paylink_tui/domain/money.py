"""Money: whole minor units of one currency, parsed and printed without a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from paylink_tui.domain.errors import BadInput

EXPONENTS: Final = {"USD": 2, "CAD": 2}
"""Digits after the decimal point of each currency a connected bank account may hold."""

MAX_MINOR: Final = 99_999_999_999_99
"""Largest amount one payment, invoice or transfer may carry, in minor units."""

_AMOUNT: Final = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]*))?")
_SYMBOLS: Final = {"USD": "$", "CAD": "C$"}
_LONGEST: Final = 40
"""Characters an amount may be written in; more digits than these are no money of anyone's."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents) of `currency`; may be negative only as a difference."""

    minor: int
    currency: str = "USD"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"money is whole minor units, not {type(self.minor).__name__}")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.minor

    def __str__(self) -> str:
        return display(self.minor, self.currency)


class TooLarge(BadInput):
    """More money than any amount may be."""


def parse_amount(text: str, currency: str = "USD", *, what: str = "amount") -> int:
    """Read a person's or a file's decimal amount as minor units.

    Accepts `1500`, `1500.00`, `1,500.00` and a leading currency sign.

    Raises:
        TooLarge: more than `MAX_MINOR`.
        BadInput: not a number, negative, or more digits than the currency has.
    """
    shown = repr(text[:_LONGEST])
    bare = text.strip()
    sign = next((sign for sign in (_SYMBOLS.get(currency, "$"), "$") if bare.startswith(sign)), "")
    match = _AMOUNT.fullmatch(bare.removeprefix(sign).strip()) if len(bare) <= _LONGEST else None
    if match is None:
        raise BadInput(f"{what} {shown} is not an amount; write it like 1500.00")
    digits = EXPONENTS.get(currency, 2)
    part = match["part"] or ""
    if len(part.rstrip("0")) > digits:
        raise BadInput(f"{what} {shown} has more than {digits} digits after the point")
    minor = int(match["whole"].replace(",", "") + part[:digits].ljust(digits, "0"))
    if minor > MAX_MINOR:
        raise TooLarge(f"{what} {shown} is larger than {plain(MAX_MINOR, currency)}")
    return minor


def parse_positive(text: str, currency: str = "USD", *, what: str = "amount") -> int:
    """Read an amount that must be more than zero; see `parse_amount`."""
    minor = parse_amount(text, currency, what=what)
    if minor == 0:
        raise BadInput(f"{what} must be more than zero")
    return minor


def plain(minor: int, currency: str = "USD") -> str:
    """The decimal string of the command line and of JSON: `1500.00`, `-0.05`."""
    digits = EXPONENTS.get(currency, 2)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def display(minor: int, currency: str = "USD") -> str:
    """The amount as the screen shows it: `$1,500.00`, `-$0.05`, `C$20.00`."""
    digits = EXPONENTS.get(currency, 2)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**digits)
    return f"{sign}{_SYMBOLS.get(currency, currency + ' ')}{whole:,}.{part:0{digits}d}"
