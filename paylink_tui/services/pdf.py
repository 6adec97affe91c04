"""Drawing the monthly pack on paper: the only room that knows fpdf2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from fpdf import FPDF

from paylink_tui.domain.colours import accent_or_default
from paylink_tui.domain.pack_table import Column, Section, Table, paper
from paylink_tui.services.pdf_fonts import Letters

if TYPE_CHECKING:
    from paylink_tui.domain.pack_rows import PackData

MARGIN: Final = 16.0
LINE: Final = 4.2
"""Height of a line of a table, in millimetres."""
DAY: Final = 20.5
"""Millimetres a day needs to stand on one line."""
WHOLE: Final = 70.0
"""A table of at most this height is not cut by the end of a page."""
INK: Final = (34, 38, 46)
DIM: Final = (112, 118, 128)
RULE: Final = (214, 218, 224)
RIGHT: Final = frozenset({"money", "count"})
MOST_LINES: Final = 6
"""Lines one cell may take; the CSV file has all of it."""
LETTER_COUNTRIES: Final = frozenset({"US", "CA"})


def draw_pack(pack: PackData, sections: Sequence[Section], colour: str) -> bytes:
    """The pack as one PDF: a cover with the three numbers and the signatures, then every section."""
    from paylink_tui.services.pdf_cover import cover

    paper_size = "letter" if pack.country in LETTER_COUNTRIES else "a4"
    sheet = Sheet(pack, paper_size, colour)
    cover(sheet, pack, sections)
    for section in sections:
        sheet.section(section)
    sheet.say_missing()
    return bytes(sheet.output())


class Sheet(FPDF):
    """Pages with the firm's name above and their number below, and tables that go on over them."""

    def __init__(self, pack: PackData, paper_size: str, colour: str) -> None:
        super().__init__(unit="mm", format=paper_size)
        accent = accent_or_default(colour)
        self.accent = tuple(int(accent[at : at + 2], 16) for at in (1, 3, 5))
        self.letters = Letters(self)
        self._firm = self.letters.drawable(pack.firm)
        self._what = self.letters.drawable(f"Trust account {pack.account}, {pack.month}")
        self._made = self.letters.drawable(f"Made {pack.made_at:%Y-%m-%d %H:%M %Z} by {pack.made_by}")
        self.set_title(f"{self._firm}: {self._what}")
        self.set_creation_date(pack.made_at)
        self.set_margins(MARGIN, 22, MARGIN)
        self.set_auto_page_break(False, 18)
        self.alias_nb_pages()
        self.starts: dict[str, int] = {}
        """The page each section starts on, by its name."""

    # Pages

    def header(self) -> None:
        """The firm, and whose month this is."""
        self.set_y(9)
        self.type(8, "B", self.accent)
        self.cell(self.epw / 2, 5, self._firm)
        self.type(8, "", DIM)
        self.cell(self.epw / 2, 5, self._what, align="R")
        self.set_draw_color(*self.accent)
        self.set_line_width(0.4)
        self.line(MARGIN, 15.2, self.w - MARGIN, 15.2)
        self.set_y(22)

    def footer(self) -> None:
        """When it was made, and the page's number."""
        self.set_y(-13)
        self.type(7.5, "", DIM)
        self.cell(self.epw / 2, 5, self._made)
        self.cell(self.epw / 2, 5, f"Page {self.page_no()} of {{nb}}", align="R")

    def type(self, size: float, style: str = "", colour: tuple[int, ...] = INK) -> None:
        """Choose how the next words look."""
        self.set_font(self.letters.family, style, size)
        self.set_text_color(*colour)

    def room(self, height: float) -> bool:
        """Whether `height` millimetres are left on the page; otherwise the next one is begun."""
        if self.get_y() + height <= self.h - 18:
            return True
        self.add_page()
        return False

    # Sections and tables

    def section(self, one: Section) -> None:
        """A section on a page of its own."""
        self.add_page()
        self.starts[one.name] = self.page_no()
        self.heading(one.title)
        if one.note:
            self.words(one.note)
        for table in one.tables:
            self.table_of(table)
        if not one.tables:
            self.words("Nothing this month.")

    def heading(self, text: str) -> None:
        """A section's title."""
        self.type(15, "B", self.accent)
        self.cell(self.epw, 8, self.letters.drawable(text), new_x="LMARGIN", new_y="NEXT")
        self.ln(1.5)

    def words(self, text: str, *, dim: bool = False) -> None:
        """A paragraph."""
        self.type(9, "", DIM if dim else INK)
        self.multi_cell(self.epw, 4.6, self.letters.drawable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(2)

    def table_of(self, table: Table) -> None:
        """A table with its title; its heading is repeated on every page it goes on to."""
        widths = self._widths(table.columns)
        height = 15 + (len(table.rows) + len(table.totals)) * (LINE + 1.4)
        self.room(height if height <= WHOLE else 13 + 3 * (LINE + 1.4))
        self.ln(1.5)
        self.type(10, "B")
        self.cell(self.epw, 5.5, self.letters.drawable(table.title), new_x="LMARGIN", new_y="NEXT")
        if not table.rows:
            self.words(table.empty, dim=True)
            return
        self._head(table.columns, widths)
        for row in table.rows:
            self._row([paper(*pair) for pair in zip(row, table.columns, strict=True)], table.columns, widths)
        for total in table.totals:
            cells = [paper(*pair) for pair in zip(total, table.columns, strict=True)]
            self._row(cells, table.columns, widths, total=True)
        self.ln(4)

    def _widths(self, columns: Sequence[Column]) -> list[float]:
        share = self.epw / sum(column.width for column in columns)
        fixed = {place for place, one in enumerate(columns) if one.kind == "day" and one.width * share < DAY}
        rest = self.epw - DAY * len(fixed)
        wide = sum(column.width for place, column in enumerate(columns) if place not in fixed)
        return [DAY if place in fixed else column.width * rest / wide for place, column in enumerate(columns)]

    def _head(self, columns: Sequence[Column], widths: Sequence[float]) -> None:
        if not any(column.heading for column in columns):
            return
        self.type(7.5, "B", DIM)
        for column, width in zip(columns, widths, strict=True):
            align = "R" if column.kind in RIGHT else "L"
            self.cell(width, 5, self.letters.drawable(column.heading), align=align)
        self.ln(5)
        self._rule(RULE, 0.3)

    def _row(
        self, cells: Sequence[str], columns: Sequence[Column], widths: Sequence[float], *, total: bool = False
    ) -> None:
        self.type(8, "B" if total else "")
        lines = [
            self._wrapped(cell, width, column)
            for cell, width, column in zip(cells, widths, columns, strict=True)
        ]
        height = max(len(one) for one in lines) * LINE + 1.4
        if not self.room(height):
            self._head(columns, widths)
            self.type(8, "B" if total else "")
        if total:
            self._rule(INK, 0.25)
        top = self.get_y() + 0.7
        left = self.l_margin
        for one, column, width in zip(lines, columns, widths, strict=True):
            for number, line in enumerate(one):
                self.set_xy(left, top + number * LINE)
                self.cell(width, LINE, line, align="R" if column.kind in RIGHT else "L")
            left += width
        self.set_xy(self.l_margin, top + height - 0.7)
        self._rule(RULE, 0.1)

    def _wrapped(self, text: str, width: float, column: Column) -> list[str]:
        shown = self.letters.drawable(text)
        if column.kind in RIGHT or self.get_string_width(shown) <= width - 2.2:
            return [shown]
        lines = cast("list[str]", self.multi_cell(width - 0.4, LINE, shown, dry_run=True, output="LINES"))
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES - 1], "..."]
        return lines

    def _rule(self, colour: tuple[int, ...], width: float) -> None:
        self.set_draw_color(*colour)
        self.set_line_width(width)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def say_missing(self) -> None:
        """Say so when a letter had to be written as another."""
        if self.letters.replaced:
            self.room(14)
            self.ln(3)
            self.words(
                "Some letters cannot be drawn with the fonts of this machine and are written as their closest"
                " Latin letters, or as a question mark. The CSV files have them exactly.",
                dim=True,
            )
