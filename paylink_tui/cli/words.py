"""Lines for people: aligned tables, cards of one thing, amounts and times as the firm reads them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible

if TYPE_CHECKING:
    from paylink_tui.domain.allocation import AllocationLine
    from paylink_tui.domain.views import LedgerLine, Posting

_CELL = 48
"""Characters a cell of a table may take."""


def width(text: str) -> int:
    """Columns a visible text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, none: str) -> Iterator[str]:
    """Aligned lines under their heads; a head that starts with `>` aligns right; `none` when empty."""
    cells = [[visible(cell, _CELL) for cell in row] for row in rows]
    if not cells:
        yield none
        return
    names = [head.lstrip(">") for head in heads]
    widths = [max(map(width, column)) for column in zip(names, *cells, strict=True)]
    for row in [names, *cells]:
        yield "  ".join(
            _padded(cell, size, right=head.startswith(">"))
            for cell, size, head in zip(row, widths, heads, strict=True)
        ).rstrip()


def card(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    """One thing, a field a line; empty fields are left out."""
    kept = [(name, visible(value, 500)) for name, value in fields if value]
    size = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        yield f"{name:<{size}}  {value}"


def when(at: datetime | None, zone: tzinfo) -> str:
    """A minute in the firm's zone, or nothing."""
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def allocation_table(lines: Iterable[AllocationLine]) -> Iterator[str]:
    """Each invoice that takes money: before, paid, after."""
    return table(
        ("Invoice", "Due", ">Before", ">Paid", ">After"),
        (
            (
                line.invoice.number,
                line.invoice.due.isoformat(),
                display(line.before, line.invoice.currency),
                display(line.amount, line.invoice.currency),
                display(line.after, line.invoice.currency),
            )
            for line in lines
        ),
        none="No invoice is paid.",
    )


def ledger_table(lines: Iterable[LedgerLine]) -> Iterator[str]:
    """What each ledger holds in a client's or matter's name."""
    return table(
        ("Account", "Type", "Matter", ">Balance"),
        (
            (
                one.account_name,
                one.account_kind.value.upper(),
                one.matter_number or "(client level)",
                display(one.balance, one.currency),
            )
            for one in lines
        ),
        none="Nothing is held in its name.",
    )


def posting_table(postings: Iterable[Posting], zone: tzinfo) -> Iterator[str]:
    """Transfers into and out of someone's name, as given."""
    return table(
        ("Posted", "Account", "Matter", "What", ">Amount"),
        (
            (
                when(one.at, zone),
                one.account_name,
                one.matter_number,
                one.what,
                display(one.amount, one.currency),
            )
            for one in postings
        ),
        none="No posting yet.",
    )


def _padded(text: str, size: int, *, right: bool) -> str:
    space = " " * (size - width(text))
    return space + text if right else text + space
