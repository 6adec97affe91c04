"""A bank's statement as its file tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

MAX_BYTES: Final = 32 * 1024 * 1024
"""A larger file is no statement of one bank account."""
MAX_LINES: Final = 200_000


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line of the bank: amount in minor units, positive into the account."""

    row: int
    """Line of the file it starts on, counted from 1."""
    fitid: str
    """What tells it apart for ever on its account (`txn-once`)."""
    posted_on: date
    amount: int
    description: str
    number: str


@dataclass(frozen=True, slots=True)
class ToldStatement:
    """A whole file."""

    format: str
    """`ofx` or `csv`."""
    lines: tuple[ToldLine, ...]
    closing_balance: int | None = None
    closing_on: date | None = None
