"""A row of the live table as a strip of styled cells, painted once and kept while the row stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from paylink_tui.domain.money import display
from paylink_tui.domain.table import Sort
from paylink_tui.domain.text import ELLIPSIS, visible
from paylink_tui.domain.times import from_ms
from paylink_tui.domain.views import PaymentRow
from paylink_tui.tui.widgets.live_table_columns import GAP, GUTTER, SORTS, Column, Place

STATES: Final = {
    "pending": ("·", "Pending"),
    "authorized": ("○", "Authorized"),
    "to link": ("◆", "To link"),
    "completed": ("✓", "Completed"),
    "voided": ("–", "Voided"),
    "failed": ("✗", "Failed"),
    "returned": ("↩", "Returned"),
}
"""Glyph and word of each state: told apart without colour."""

KEPT: Final = 1024
"""Painted strips kept at most."""


class Look(NamedTuple):
    """What, besides its data, decides how a row looks."""

    cursor: bool = False
    marked: bool = False
    changed: bool = False


class RowPainter:
    """Paints rows for one width, one zone and one set of styles."""

    def __init__(self, style_of: Callable[[str], Style], zone: tzinfo, now: Callable[[], datetime]) -> None:
        self._style_of = style_of
        self.zone = zone
        """In which dates are shown; `forget` after changing it."""
        self._now = now
        self._places: tuple[Place, ...] = ()
        self._width = 0
        self._strips: dict[tuple[int, Look], tuple[PaymentRow, Strip]] = {}

    def resize(self, places: tuple[Place, ...], width: int) -> None:
        """Paint for these columns from now on."""
        self._places, self._width = places, width
        self.forget()

    def forget(self) -> None:
        """The styles or the columns changed: paint everything anew."""
        self._strips.clear()

    def row(self, row: PaymentRow, look: Look) -> Strip:
        """The strip of a row."""
        found = self._strips.get((row.id, look))
        if found is not None and found[0] is row:
            return found[1]
        if len(self._strips) >= KEPT:
            self._strips.clear()
        strip = self._paint(row, look)
        self._strips[row.id, look] = (row, strip)
        return strip

    def header(self, sort: Sort) -> Strip:
        """The headings, with an arrow at the one that is sorted by."""
        style = self._style_of("header")
        parts = [Segment(" " * GUTTER, style)]
        for place in self._places:
            sorted_by = SORTS.get(place.column) is sort.column
            arrow = (" ↓" if sort.descending else " ↑") if sorted_by else ""
            text = fit(f"{place.column.value}{arrow}", place.width, right=place.column is Column.AMOUNT)
            parts.append(Segment(text, self._style_of("sorted") if sorted_by else style))
            parts.append(Segment(" " * GAP, style))
        return Strip(parts).adjust_cell_length(self._width, style)

    def note(self, text: str) -> Strip:
        """A line without a row, perhaps with a word in its middle."""
        style = self._style_of("empty")
        shown = fit(text, min(cell_len(text), self._width)).center(self._width)
        return Strip([Segment(shown, style)]).adjust_cell_length(self._width, style)

    def _paint(self, row: PaymentRow, look: Look) -> Strip:
        base = self._style_of("cursor" if look.cursor else "marked" if look.marked else "row")
        gutter = f"{'>' if look.cursor else ' '}{'■' if look.marked else '•' if look.changed else ' '} "
        sign = base if look.cursor else base + self._style_of("changed" if look.changed else "mark")
        parts = [Segment(gutter, sign)]
        for place in self._places:
            name, text = self._cell(row, place)
            # Under the cursor only badges keep colours of their own, so that everything stays readable.
            plain = not name or (look.cursor and place.column is not Column.ACCOUNT)
            parts.append(Segment(text, base if plain else base + self._style_of(name)))
            parts.append(Segment(" " * GAP, base))
        return Strip(parts).adjust_cell_length(self._width, base)

    def _cell(self, row: PaymentRow, place: Place) -> tuple[str, str]:
        """Style name and text of one cell."""
        match place.column:
            case Column.PAID:
                return "secondary", fit(self.paid(row.paid_at), place.width)
            case Column.PAYER:
                return "", fit(visible(row.payer_name), place.width)
            case Column.AMOUNT:
                return "amount", fit(display(row.amount, row.currency), place.width, right=True)
            case Column.ACCOUNT:
                return row.account_kind, fit(f" {row.account_kind.upper()}", place.width)
            case Column.CLIENT:
                return self._client(row, place.width)
            case Column.REFERENCE:
                return "secondary", fit(visible(row.reference), place.width)
            case Column.STATUS:
                return self._state(row, place.width)

    def _client(self, row: PaymentRow, width: int) -> tuple[str, str]:
        if not row.linked and row.intent_client_id is not None:
            return "secondary", fit("link on completion", width)
        name, matter = visible(row.client_name), visible(row.matter_number)
        both = f"{name}  {matter}"
        return "", fit(both if matter and cell_len(both) <= width else name, width)

    def _state(self, row: PaymentRow, width: int) -> tuple[str, str]:
        state = row.display_state
        glyph, word = STATES[state]
        if row.conflict:
            return "conflict", fit(f"! {word}", width)
        return state.replace(" ", "-"), fit(f"{glyph} {word}", width)

    def paid(self, at: int) -> str:
        """`Nov 22 12:04` in this year, else `2025-11-22`, in the firm's zone."""
        moment = from_ms(at).astimezone(self.zone)
        this_year = moment.year == self._now().astimezone(self.zone).year
        return f"{moment:%b %d %H:%M}" if this_year else f"{moment:%Y-%m-%d}"


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` cells, cut with an ellipsis or filled with spaces."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + ELLIPSIS[:width]
    space = " " * (width - length)
    return space + text if right else text + space
