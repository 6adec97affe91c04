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
from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort
from paylink_tui.domain.text import ELLIPSIS, visible
from paylink_tui.domain.times import from_ms, to_ms
from paylink_tui.tui.widgets.live_table_columns import GAP, GUTTER, SORTS, Column, Place

STATES: Final = {
    "pending": ("·", "Pending"),
    "authorized": ("○", "Authorized"),
    "to link": ("◆", "To link"),
    "completed": ("✓", "Completed"),
    "voided": ("–", "Voided"),
    "failed": ("✗", "Failed"),
    "returned": ("↩", "Returned"),
    "disputed": ("⚑", "Disputed"),
    "refunding": ("→", "Refunding"),
    "refunded": ("◂", "Refunded"),
    "part back": ("◃", "Part back"),
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
        self._width = self._used = self._spare = 0
        self._styles: dict[tuple[str, str], Style] = {}
        self._strips: dict[tuple[int, Look], tuple[PaymentRow, Strip]] = {}
        self._this_year = range(0)

    def resize(self, places: tuple[Place, ...], width: int) -> None:
        """Paint for these columns from now on."""
        self._places, self._width = places, width
        self._used = places[-1].x + places[-1].width
        self._spare = max(0, width - self._used)
        self.forget()

    def forget(self) -> None:
        """The styles, the zone or the columns changed: paint everything anew."""
        self._strips.clear()
        self._styles.clear()
        self._this_year = range(0)

    def row(self, row: PaymentRow, look: Look) -> Strip:
        """The strip of a row."""
        found = self._strips.get((row.id, look))
        if found is not None and found[0] is row:
            return found[1]
        if len(self._strips) >= KEPT:
            self._strips.clear()
        strip = self._strip(self._painted(row, look), self._base(look))
        self._strips[row.id, look] = (row, strip)
        return strip

    def header(self, sort: Sort) -> Strip:
        """The headings, with an arrow at the one that is sorted by."""
        parts = [(" " * GUTTER, "")]
        for place in self._places:
            sorted_by = SORTS.get(place.column) is sort.column
            arrow = (" ↓" if sort.descending else " ↑") if sorted_by else ""
            text = fit(f"{place.column.value}{arrow}", place.width, right=place.column is Column.AMOUNT)
            parts += [(text, "sorted" if sorted_by else ""), (" " * GAP, "")]
        return self._strip(parts[:-1], "header")

    def note(self, text: str) -> Strip:
        """A line without a row, perhaps with a word in its middle."""
        length = cell_len(text)
        shown = fit(" " * max(0, (self._width - length) // 2) + text, self._width)
        return Strip([Segment(shown, self._style("empty", ""))], self._width)

    def _base(self, look: Look) -> str:
        return "cursor" if look.cursor else "marked" if look.marked else "row"

    def _painted(self, row: PaymentRow, look: Look) -> list[tuple[str, str]]:
        """Texts and the names of their styles, from left to right."""
        sign = "■" if look.marked else "•" if look.changed else " "
        part = "mark" if look.marked else "changed" if look.changed else ""
        parts = [(f"{'>' if look.cursor else ' '}{sign} ", "" if look.cursor else part)]
        for place in self._places:
            text, part = self._cell(row, place)
            badge = place.column is Column.ACCOUNT
            # Under the cursor only badges keep colours of their own, so that everything stays readable.
            parts.append((text, part if badge or not look.cursor else ""))
            parts.append((" " * GAP, "" if badge or look.cursor else part))
        return parts[:-1]

    def _strip(self, parts: list[tuple[str, str]], base: str) -> Strip:
        """One strip of exactly the width; neighbours of one style become one segment, which is faster."""
        segments: list[Segment] = []
        run, held = "", self._style(base, parts[0][1])
        for text, part in parts:
            style = self._style(base, part)
            if style is not held:
                segments.append(Segment(run, held))
                run, held = "", style
            run += text
        segments.append(Segment(run, held))
        if self._spare:
            segments.append(Segment(" " * self._spare, self._style(base, "")))
        strip = Strip(segments, self._used + self._spare)
        return strip if self._used <= self._width else strip.crop(0, self._width)

    def _style(self, base: str, part: str) -> Style:
        style = self._styles.get((base, part))
        if style is None:
            style = self._style_of(base) + self._style_of(part) if part else self._style_of(base)
            self._styles[base, part] = style
        return style

    def _cell(self, row: PaymentRow, place: Place) -> tuple[str, str]:
        """Text and style name of one cell."""
        match place.column:
            case Column.PAID:
                return fit(self.paid(row.paid_at), place.width), "secondary"
            case Column.PAYER:
                return fit(visible(row.payer_name), place.width), ""
            case Column.AMOUNT:
                return fit(display(row.amount, row.currency), place.width, right=True), "amount"
            case Column.ACCOUNT:
                return fit(f" {row.account_kind.upper()}", place.width), row.account_kind
            case Column.CLIENT:
                return self._client(row, place.width)
            case Column.REFERENCE:
                return fit(visible(row.reference), place.width), "secondary"
            case Column.STATUS:
                return self._state(row, place.width)

    def _client(self, row: PaymentRow, width: int) -> tuple[str, str]:
        if not row.linked and row.intent_client_id is not None:
            return fit("link on completion", width), "secondary"
        name, matter = visible(row.client_name), visible(row.matter_number)
        both = f"{name}  {matter}"
        return fit(both if matter and cell_len(both) <= width else name, width), ""

    def _state(self, row: PaymentRow, width: int) -> tuple[str, str]:
        state = row.told_state
        if row.conflict:
            return fit(f"! {STATES[state][1]}", width), "conflict"
        return fit(" ".join(STATES[state]), width), state.replace(" ", "-")

    def paid(self, at: int) -> str:
        """`Nov 22 12:04` in this year, else `2025-11-22`, in the firm's zone."""
        if to_ms(self._now()) not in self._this_year:
            self._this_year = self._year()
        moment = from_ms(at).astimezone(self.zone)
        return f"{moment:%b %d %H:%M}" if at in self._this_year else f"{moment:%Y-%m-%d}"

    def _year(self) -> range:
        """This year in the firm's zone, in epoch milliseconds."""
        year = self._now().astimezone(self.zone).year
        return range(*(to_ms(datetime(one, 1, 1, tzinfo=self.zone)) for one in (year, year + 1)))


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` cells, cut with an ellipsis or filled with spaces."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + ELLIPSIS[:width]
    space = " " * (width - length)
    return space + text if right else text + space
