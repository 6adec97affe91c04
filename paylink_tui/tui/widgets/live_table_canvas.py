"""The drawing half of the live table: columns, styles, the heading, and lines painted from a cache."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import ClassVar, Final, Self

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from paylink_tui.domain.money import display
from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, SortColumn, Total
from paylink_tui.tui.compositor import OwnLines
from paylink_tui.tui.widgets import live_table_styles as styles
from paylink_tui.tui.widgets.live_table_columns import SORTS, Place, layout
from paylink_tui.tui.widgets.live_table_paint import Look, RowPainter

HEADER: Final = 1
"""Lines above the first row."""


class TableCanvas(ScrollView, OwnLines, can_focus=True, inherit_bindings=False):
    """Draws a heading and rows; which row stands on which line is for the other half to say."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = styles.CLASSES
    DEFAULT_CSS = styles.CSS

    def __init__(
        self,
        zone: tzinfo,
        now: Callable[[], datetime],
        sort: Sort,
        empty: str,
        id: str | None,
        classes: str | None,
    ) -> None:
        self._lines: dict[int, Strip] = {}
        """Lines as they were painted last."""
        super().__init__(id=id, classes=classes)
        self.sort = sort
        """What the heading shows."""
        self._empty = empty
        self._painter = RowPainter(self._style_of, zone, now)
        self._styles_kept: dict[str, Style] = {}
        self._places: tuple[Place, ...] = ()
        self._amount_width = 0
        self._width = 0
        self._height = 0
        """Lines for rows."""

    @abstractmethod
    def _shown(self, line: int) -> tuple[PaymentRow, Look] | None:
        """The row on that line below the heading, and how it is to look."""

    @abstractmethod
    def _is_empty(self) -> bool:
        """Whether there are no rows at all."""

    def set_empty(self, text: str) -> None:
        """The text for no rows: none yet, none match, or failed."""
        if text != self._empty:
            self._empty = text
            if self._is_empty():
                self.refresh()

    def set_zone(self, zone: tzinfo) -> None:
        """Show dates in this zone: the firm's, as soon as it is known."""
        self._painter.zone = zone
        self._painter.forget()
        self.refresh()

    def on_resize(self) -> None:
        """Lay out the columns for the new size."""
        self._height = max(0, self.scrollable_content_region.height - HEADER)
        self._lay_out()

    def notify_style_update(self) -> None:
        """Forget painted rows when the theme or the focus changes their styles."""
        super().notify_style_update()
        self._lines.clear()
        self._styles_kept.clear()
        self._painter.forget()

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width
        self._places = layout(self._width, self._amount_width)
        self._painter.resize(self._places, self._width)
        self.refresh()

    def _make_room(self, rows: Iterable[PaymentRow], total: Total) -> None:
        """Give the amounts the width they need, and the scrollbar the number of rows."""
        widest = max((len(display(row.amount, row.currency)) for row in rows), default=0)
        if widest > self._amount_width:
            self._amount_width = widest
            self._lay_out()
        height = total.count + HEADER
        if height != self.virtual_size.height:
            # Assigning would lay out the whole screen for what only the scrollbar shows.
            self.set_reactive(TableCanvas.virtual_size, Size(self.size.width, height))
            self.vertical_scrollbar.window_virtual_size = height

    def _move_thumb(self, top: float) -> None:
        """Move the scrollbar's thumb if it would show: it is drawn in eighths of a line."""
        steps = 8 * max(1, self._height) / max(1, self.virtual_size.height)
        bar = self.vertical_scrollbar
        if int(bar.position * steps) != int(top * steps):
            bar.position = top

    def _heading_at(self, x: int) -> SortColumn | None:
        for place in self._places:
            if place.x <= x < place.x + place.width:
                return SORTS.get(place.column)
        return None

    def _refresh_line(self, line: int) -> None:
        """Paint one line of rows again, if it is in view."""
        if 0 <= line < self._height:
            self.refresh(Region(0, line + HEADER, self._width, 1))

    def _refresh_heading(self) -> None:
        self.refresh(Region(0, 0, self._width, HEADER))

    def _refresh_rows(self) -> None:
        """Paint all lines of rows again, but neither the heading nor the scrollbar."""
        self.refresh(Region(0, HEADER, self._width, self._height))

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or nothing."""
        if not self._places:
            return Strip.blank(self.size.width)
        if y < HEADER:
            return self._painter.header(self.sort)
        shown = self._shown(y - HEADER)
        if shown is None:
            in_middle = y == self._height // 2 and self._is_empty()
            return self._painter.note(self._empty if in_middle else "")
        return self._painter.row(*shown)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines asked for: those not refreshed since are the same as before."""
        if self.styles.gutter.totals != (0, 0):
            return super().render_lines(crop)
        lines = self._lines
        for y in crop.line_range:
            if y not in lines:
                lines[y] = self.render_line(y)
        strips = [lines[y] for y in crop.line_range]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Paint these regions, or everything, anew."""
        for region in regions:
            for y in region.line_range:
                self._lines.pop(y, None)
        if not regions:
            self._lines.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _style_of(self, name: str) -> Style:
        """A component's style as the terminal will get it: filters are applied here, once, not per line."""
        style = self._styles_kept.get(name)
        if style is None:
            style = self.get_component_rich_style(f"live-table--{name}", partial=name not in styles.WHOLE)
            if self.styles.gutter.totals == (0, 0):
                style = self._filtered(style)
            self._styles_kept[name] = style
        return style

    def _filtered(self, style: Style) -> Style:
        segments = [Segment(" ", style)]
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, self.background_colors[1])
        return segments[0].style or style
