"""A list of rows drawn line by line: as quick with 50,000 rows as with five."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from paylink_tui.domain.text import visible
from paylink_tui.tui.widgets.live_table_paint import fit
from paylink_tui.tui.widgets.rows_layout import GAP, GUTTER, Column, Place, layout, widest

Row = TypeVar("Row")

FRESH_SECONDS: Final = 6.0
"""How long a row that changed keeps its sign."""
AHEAD: Final = 100
"""Rows from the end of what is loaded at which more are asked for."""
LOOKS: Final = (
    *("header", "row", "cursor", "changed", "empty", "amount", "faint", "strong", "accent"),
    *("good", "bad", "warn", "trust", "operating", "edited"),
)


class RowsList(ScrollView, Generic[Row], can_focus=True):
    """Rows its screen gives it, page after page, under a heading; the cursor belongs to a row.

    The screen loads: it calls `set_rows`, and `add_rows` when the list says `NeedsMore`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.pageup"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.pagedown"),
        Binding("home,g", "first", "First", show=False, id="list.first"),
        Binding("end,G", "last", "Last", show=False, id="list.last"),
        Binding("enter", "select", "Open", show=False, id="list.open"),
    ]
    cursor_without_focus: ClassVar[bool] = True
    """Whether the cursor is drawn while the focus is elsewhere."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"rows-list--{look}" for look in LOOKS}

    class Highlighted(Message):
        """The cursor came to another row; None when there is none."""

        def __init__(self, rows_list: RowsList[Any], row: Any) -> None:
            super().__init__()
            self.rows_list = rows_list
            self.row = row

        @property
        def control(self) -> RowsList[Any]:
            """The list, for `@on(..., "#id")`."""
            return self.rows_list

    class Selected(Highlighted):
        """Enter, or a click on the row under the cursor."""

    class NeedsMore(Message):
        """The view nears the end of the rows loaded, and there are more."""

        def __init__(self, rows_list: RowsList[Any]) -> None:
            super().__init__()
            self.rows_list = rows_list

        @property
        def control(self) -> RowsList[Any]:
            """The list, for `@on(..., "#id")`."""
            return self.rows_list

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        *,
        empty: str = "",
        heading: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """A list without rows.

        Args:
            columns: What is shown of a row, from left to right.
            key: What makes two readings of a row the same row.
            empty: The words shown while there are no rows.
            heading: Whether the columns have headings.
            id: The widget's id.
            classes: The widget's classes.
        """
        super().__init__(id=id, classes=classes)
        self.rows: list[Row] = []
        self.more = False
        """Whether there are rows after those loaded."""
        self.columns = tuple(columns)
        self._key = key
        self._top = int(heading)
        self._empty = empty
        self._cursor = 0
        self._to_end = False
        self._asked = -1
        self._widest: dict[str, int] = {}
        self._places: tuple[Place[Row], ...] = ()
        self._looks: dict[str, Style] = {}
        self._fresh: dict[Hashable, float] = {}

    @property
    def cursor(self) -> int:
        """The number of the row under the cursor; -1 when no row was chosen."""
        return self._cursor

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self._cursor] if 0 <= self._cursor < len(self.rows) else None

    def set_rows(self, rows: Sequence[Row], *, more: bool = False, fresh: bool = False) -> None:
        """Show these rows; the cursor stays on its row when that is still among them.

        Args:
            rows: What to show.
            more: Whether there are others after them.
            fresh: The rows were read again: mark those that differ from what was shown.
        """
        old = {self._key(row): row for row in self.rows}
        held = None if self.row is None else self._key(self.row)
        if fresh:
            soon = time.monotonic() + FRESH_SECONDS
            self._fresh.update({self._key(row): soon for row in rows if old.get(self._key(row)) != row})
            self.set_timer(FRESH_SECONDS + 0.1, self._fade)
        self.rows, self.more, self._asked, self._widest = list(rows), more, -1, {}
        places = {self._key(row): place for place, row in enumerate(self.rows)}
        self._cursor = places.get(held, min(self._cursor if fresh else 0, max(0, len(rows) - 1)))
        self._grown(rows)
        self._scroll_to_cursor()
        self.post_message(self.Highlighted(self, self.row))

    def add_rows(self, rows: Sequence[Row], *, more: bool) -> None:
        """Add the page that follows."""
        self.rows.extend(rows)
        self.more = more
        self._grown(rows)
        if self._to_end:
            self.action_last()

    def set_empty(self, words: str) -> None:
        """The words for no rows: none yet, none match, or failed."""
        self._empty = words
        self.refresh()

    def choose_none(self) -> None:
        """Take the cursor off every row, until a key or a click chooses one."""
        self._cursor = -1
        self.refresh()

    def go_to(self, index: int) -> None:
        """Put the cursor on a row by its number."""
        if not self.rows:
            return
        before, self._cursor = self._cursor, max(0, min(index, len(self.rows) - 1))
        if before != self._cursor:
            self._refresh_row(before)
            self.post_message(self.Highlighted(self, self.row))
        self._refresh_row(self._cursor)
        self._scroll_to_cursor()
        self._ask_for_more()

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._to_end = False
        self.go_to(self._cursor + by)

    def action_page(self, way: int) -> None:
        """Move the cursor by screens."""
        self.action_move(way * max(1, self.size.height - 2))

    def action_first(self) -> None:
        """Move to the first row."""
        self.action_move(-self._cursor)

    def action_last(self) -> None:
        """Move to the last row, loading what lies between."""
        self._to_end = self.more
        self.go_to(len(self.rows) - 1)

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self.row is not None:
            self.post_message(self.Selected(self, self.row))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a row; on the row under the cursor it opens it."""
        index = self.scroll_offset.y + event.y - self._top
        if event.y < self._top or index >= len(self.rows):
            return
        already = index == self._cursor
        self.action_move(index - self._cursor)
        self.clicked(again=already)

    def clicked(self, *, again: bool) -> None:
        """What a click on a row does; `again` when the cursor was on it before."""
        if again:
            self.action_select()

    def on_focus(self) -> None:
        """Draw the cursor as the one that keys move."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the cursor as one that waits."""
        self.refresh()

    def on_resize(self) -> None:
        """Lay the columns out again, and keep the cursor in sight."""
        self._lay_out()
        self._scroll_to_cursor()

    def watch_show_vertical_scrollbar(self) -> None:
        """The scrollbar takes its room from the columns."""
        self.call_after_refresh(self._lay_out)

    def notify_style_update(self) -> None:
        """Forget colours when the theme changes."""
        self._looks.clear()
        super().notify_style_update()

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Ask for more when the wheel nears the end."""
        super().watch_scroll_y(old, new)
        self._ask_for_more()

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the heading, a row, or nothing."""
        width = self._room
        if y < self._top:
            return self._header(width)
        index = self.scroll_offset.y + y - self._top
        if index < len(self.rows):
            return self._paint(index, width)
        words = self._empty if not self.rows and y == 2 * self._top else ""
        return Strip([Segment(fit(" " * GUTTER + words, width), self.look("empty"))])

    def look(self, name: str) -> Style:
        """The style of a component, kept until the theme changes."""
        if name not in self._looks:
            style = self.get_component_rich_style(f"rows-list--{name}")
            # What is laid over a row takes the row's ground; a badge brings its own.
            self._looks[name] = (
                style
                if name in _WHOLE
                else Style(color=style.color, bold=style.bold or None, underline=style.underline or None)
            )
        return self._looks[name]

    @property
    def _room(self) -> int:
        """Cells of a line beside the scrollbar."""
        return self.scrollable_content_region.width

    def _header(self, width: int) -> Strip:
        style = self.look("header")
        parts = [Segment(" " * GUTTER, style)]
        for place in self._places:
            parts.append(Segment(fit(place.column.title, place.width, right=place.column.right), style))
            parts.append(Segment(" " * GAP, style))
        return Strip(parts).adjust_cell_length(width, style)

    def _paint(self, index: int, width: int) -> Strip:
        row = self.rows[index]
        under = index == self._cursor and (self.has_focus or self.cursor_without_focus)
        base = self.look("cursor" if under else "row")
        changed = self._key(row) in self._fresh
        gutter = f"{'>' if under else ' '}{'•' if changed else ' '} "
        parts = [Segment(gutter, base + self.look("changed") if changed and not under else base)]
        for place in self._places:
            cell = place.column.cell(row)
            # Under the cursor only badges keep colours of their own, so that everything stays readable.
            plain = not cell.look or (under and cell.look not in ("trust", "operating"))
            style = base if plain else base + self.look(cell.look)
            told = fit(visible(cell.text), place.width, right=place.column.right)
            parts += [Segment(told, style), Segment(" " * GAP, base)]
        return Strip(parts).adjust_cell_length(width, base)

    def _grown(self, rows: Sequence[Row]) -> None:
        for column, width in widest(self.columns, rows).items():
            self._widest[column] = max(width, self._widest.get(column, 0))
        self.virtual_size = Size(self._room, len(self.rows) + self._top)
        # Textual looks again only when the widget's own size changes.
        self.show_vertical_scrollbar = self.virtual_size.height > self.size.height > 0
        self._lay_out()

    def _lay_out(self) -> None:
        self._places = layout(self.columns, self._room, self._widest)
        self.refresh()

    def _refresh_row(self, index: int) -> None:
        self.refresh(Region(0, index - self.scroll_offset.y + self._top, self.size.width, 1))

    def _scroll_to_cursor(self) -> None:
        top, height = self.scroll_offset.y, max(1, self.size.height - self._top)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, immediate=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, immediate=True)

    def _ask_for_more(self) -> None:
        seen = max(self._cursor, self.scroll_offset.y + self.size.height)
        if self.more and seen + AHEAD >= len(self.rows) and self._asked != len(self.rows):
            self._asked = len(self.rows)
            self.post_message(self.NeedsMore(self))

    def _fade(self) -> None:
        now = time.monotonic()
        self._fresh = {key: until for key, until in self._fresh.items() if until > now}
        self.refresh()


_WHOLE: Final = ("header", "row", "cursor", "empty", "trust", "operating")
"""Looks with a ground of their own; the others are laid over a row's."""
