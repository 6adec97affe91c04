"""The words, glyphs and colours of states, accounts, days and amounts, the same on every screen."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from textual.content import Content

from paylink_tui.domain.facts import Status
from paylink_tui.domain.links import LinkState
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import Transaction
from paylink_tui.tui.paint import DIM
from paylink_tui.tui.widgets.live_table_paint import STATES


class Cell(NamedTuple):
    """What one column says of one row, and the look it says it in."""

    text: str
    look: str = ""
    """Name of a component class without its prefix; empty for the row's own look."""


BADGE_WIDTH: Final = 11
"""Cells of an account badge: the longest word with a space at either end."""

LINK_STATES: Final = {
    LinkState.ACTIVE: ("●", "Active", "good"),
    LinkState.DISABLED: ("–", "Disabled", "faint"),
    LinkState.EXPIRED: ("○", "Expired", "faint"),
    LinkState.USED_UP: ("✓", "Used up", "faint"),
    LinkState.FROZEN: ("‖", "Frozen", "bad"),
}
INVOICE_STATES: Final = {
    "open": ("○", "Open", ""),
    "overdue": ("!", "Overdue", "bad"),
    "paid": ("✓", "Paid", "good"),
}

COLOURS: Final = {
    "trust": "bold $trust on $trust-ground",
    "operating": "$operating on $operating-ground",
    "good": "$text-success",
    "bad": "bold $text-error",
    "warn": "bold $text-warning",
    "faint": DIM,
    "strong": "bold",
    "accent": "$text-accent",
}
"""The looks as styles, for text that is not in a list."""

_STATE_LOOKS: Final = {
    "pending": "faint",
    "authorized": "accent",
    "to link": "warn",
    "completed": "good",
    "voided": "faint",
    "failed": "bad",
    "returned": "bad",
    "disputed": "bad",
    "refunding": "accent",
    "refunded": "faint",
    "part back": "warn",
}


def text(cell: Cell) -> Content:
    """A cell outside of a list; never read as markup."""
    return Content.styled(cell.text, COLOURS[cell.look]) if cell.look else Content(cell.text)


def badge(kind: AccountKind) -> Cell:
    """The account's kind as a word of fixed width in its own colour."""
    return Cell(f" {kind.value.upper()}".ljust(BADGE_WIDTH), kind.value)


def transaction_state(one: Transaction) -> Cell:
    """Glyph and word of a transaction's state."""
    glyph, word = STATES[one.told_state]
    return Cell(f"{glyph} {word}", _STATE_LOOKS[one.told_state])


def link_state(state: LinkState) -> Cell:
    """Glyph and word of a link's state."""
    glyph, word, look = LINK_STATES[state]
    return Cell(f"{glyph} {word}", look)


def invoice_state(state: str) -> Cell:
    """Glyph and word of an invoice's state; overdue stands out."""
    glyph, word, look = INVOICE_STATES[state]
    return Cell(f"{glyph} {word}", look)


def day(one: date, today: date) -> str:
    """`Nov 22` in this year, else `2025-11-22`."""
    return f"{one:%b %d}" if one.year == today.year else one.isoformat()


def whose(client: str, matter: str) -> str:
    """A client, with its matter when there is one."""
    return f"{visible(client)} · {visible(matter)}" if matter else visible(client)


def is_waiting(one: Transaction) -> bool:
    """Whether linking it only stores the choice, to post by itself on completion."""
    return one.status in (Status.PENDING, Status.AUTHORIZED)
