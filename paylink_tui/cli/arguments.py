"""What a typed word becomes: amounts, lifetimes, days; what cannot be read is a usage error."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from paylink_tui.domain.errors import BadInput

if TYPE_CHECKING:
    from datetime import date, timedelta

NEVER: Final = "never"

T = TypeVar("T")


def amount(text: str) -> int:
    """An amount of more than zero, in minor units."""
    from paylink_tui.domain.money import parse_positive

    return _read(lambda: parse_positive(text))


def lifetime(text: str) -> timedelta | str:
    """A lifetime like `30d`, or `NEVER`."""
    from paylink_tui.domain.links import parse_expiry

    return _read(lambda: parse_expiry(text)) or NEVER


def count(text: str) -> int:
    """A whole number of at least one."""
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:12]) < 10**9:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a whole number of at least 1")
    return int(text)


def day(text: str) -> date:
    """A day like `2026-11-22`."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a day; write it like 2026-11-22") from None


def named_amount(text: str) -> tuple[str, int]:
    """`NAME=AMOUNT`, the amount in minor units and possibly zero."""
    from paylink_tui.domain.money import parse_amount

    name, sign, written = text.rpartition("=")
    if not sign or not name.strip():
        raise argparse.ArgumentTypeError(f"{text[:40]!r} must be written like NAME=1500.00")
    return name.strip(), _read(lambda: parse_amount(written))


def part(text: str) -> tuple[str, str | None, int | None]:
    """`CLIENT[/MATTER][=AMOUNT]`; without the amount the part takes what the others leave."""
    whose, amount_minor = named_amount(text) if "=" in text else (text.strip(), None)
    client, _, matter = whose.partition("/")
    if not client.strip() or amount_minor == 0:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} must be written like CLIENT/MATTER=1500.00")
    return client.strip(), matter.strip() or None, amount_minor


def record_number(text: str) -> int:
    """The number in `R3` or `3`."""
    return _number(text, "R", "a recorded payment; write it like R3")


def message_number(text: str) -> int:
    """The number in `N12` or `12`."""
    return _number(text, "N", "a message; write it like N12")


def _number(text: str, letter: str, what: str) -> int:
    digits = text[1:] if text[:1].upper() == letter else text
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not {what}")
    return int(digits)


def _read(parse: Callable[[], T]) -> T:
    try:
        return parse()
    except BadInput as bad:
        raise argparse.ArgumentTypeError(bad.message) from None
