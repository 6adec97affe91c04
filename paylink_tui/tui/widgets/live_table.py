"""The live table: one window of a million rows, drawn line by line, with a cursor that stays on its row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, tzinfo
from typing import ClassVar, Final

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import NEWEST_FIRST, Sort
from paylink_tui.tui.widgets import live_table_messages as messages
from paylink_tui.tui.widgets.live_table_canvas import HEADER
from paylink_tui.tui.widgets.live_table_marks import Marks
from paylink_tui.tui.widgets.live_table_motion import MovingTable
from paylink_tui.tui.widgets.live_table_paint import Look
from paylink_tui.tui.widgets.live_table_range import rows_between
from paylink_tui.tui.widgets.live_table_source import RowSource

MOVES: Final = frozenset({"move", "page", "first", "last"})
"""Actions of the table that need nobody else."""


class LiveTable(MovingTable):
    """Transactions of a `RowSource`, of which only some screens are ever in memory.

    The screen gives the source with its sort, and the ids that changed; the table posts what a person
    does. The cursor belongs to a transaction, not to a line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="table.pageup"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="table.pagedown"),
        Binding("home,g", "first", "First row", show=False, id="table.first"),
        Binding("end,G", "last", "Last row", show=False, id="table.last"),
        Binding("enter", "select", "Open", show=False, id="table.open"),
        Binding("space", "mark", "Mark", show=False, id="table.mark"),
        Binding("v", "range", "Mark a range", show=False, id="table.range"),
        Binding("escape", "clear", "Clear marks", show=False, id="table.clear"),
    ]

    RowSelected = messages.RowSelected
    SortRequested = messages.SortRequested
    MarksChanged = messages.MarksChanged

    def __init__(
        self,
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
        sort: Sort = NEWEST_FIRST,
        empty: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """A table without rows yet.

        Args:
            zone: The firm's time zone, in which dates are shown.
            now: The clock, to tell this year's dates from older ones.
            sort: What the heading shows; the source does the sorting.
            empty: The text shown when there are no rows.
            id: The widget's id.
            classes: The widget's classes.
        """
        super().__init__(zone, now, sort, empty, id, classes)
        self._marks = Marks()
        self._range_from: tuple[int, PaymentRow] | None = None
        self._moves_for: Mapping[str, str] | None = None
        self._moves_kept: Mapping[str, str] = {}
        self._unseen: frozenset[int] = frozenset()

    @property
    def marked(self) -> tuple[PaymentRow, ...]:
        """The marked rows, also those the filter hides now."""
        return self._marks.rows

    def show(self, source: RowSource, sort: Sort) -> None:
        """Show other rows; marks stay, a range being drawn becomes marks."""
        self._end_range()
        super().show(source, sort)

    def follow(self, row: PaymentRow) -> None:
        """Have the cursor on this transaction in the rows shown next, if their first page has it."""
        self._row = row

    def mark_unseen(self, ids: Collection[int]) -> None:
        """Give those of these transactions that wait to be linked the sign of what is new."""
        if ids or self._unseen:
            self._unseen = frozenset(ids)
            self._refresh_rows()

    def clear_marks(self) -> None:
        """Unmark everything, and end a range."""
        self._end_range()
        self._marks.clear()
        self._marks_changed()

    async def on_key(self, event: events.Key) -> None:
        """Move at once: by way of the app, a key passes all that stands around the table first."""
        if (action := self._moves().get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            await self.app.run_action(action, self)

    def _moves(self) -> Mapping[str, str]:
        """The actions that move, by their keys as the person has them."""
        keymap = self.app._keymap
        if self._moves_for != keymap:
            bindings = self._bindings.copy()
            bindings.apply_keymap(keymap)
            self._moves_for = dict(keymap)
            self._moves_kept = {
                binding.key: binding.action
                for _, binding in bindings
                if binding.action.partition("(")[0] in MOVES
            }
        return self._moves_kept

    def action_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go one down."""
        if self._row is not None:
            self._marks.toggle(self._row)
            self._refresh_row(self._cursor)
            self._tell_marks()
            self.action_move(1)

    def action_range(self) -> None:
        """Begin a range at the cursor; again: keep it as marks."""
        if self._range_from is None and self._row is not None:
            self._range_from = (self._cursor, self._row)
            self._row_left()
        else:
            self._end_range()
            self._marks_changed()

    def action_clear(self) -> None:
        """Drop a range, else unmark everything; without either the key is the screen's."""
        if self._range_from is None and not self._marks:
            raise SkipAction()
        if self._range_from is not None:
            self._marks.draw(())
            self._end_range()
            self._marks_changed()
        else:
            self.clear_marks()

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self._row is not None:
            self.post_message(self.RowSelected(self, self._row))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a row, open it by a double click, or sort by a heading."""
        at = event.get_content_offset(self)
        if at is None:
            return
        if at.y < HEADER:
            if (column := self._heading_at(at.x)) is not None:
                self.post_message(self.SortRequested(self, column))
        elif self._shown(at.y - HEADER) is not None:
            self._go(self._top + at.y - HEADER, self._top)
            if event.chain == 2:
                self.action_select()

    def _row_left(self) -> None:
        """Draw the range anew up to the cursor: at once if all of it is in memory."""
        if self._range_from is None or self._row is None:
            return
        at, anchor = self._range_from
        window = self._loader.window
        start = window.find(anchor.id)
        if start is None:
            self.run_worker(
                self._gather((at, anchor), (self._cursor, self._row)), group="range", exclusive=True
            )
            return
        first, last = sorted((start, self._cursor))
        self._draw([row for place in range(first, last + 1) if (row := window.get(place)) is not None])

    async def _gather(self, anchor: tuple[int, PaymentRow], cursor: tuple[int, PaymentRow]) -> None:
        source = self._loader.source
        if source is None:
            return
        try:
            rows, clipped = await rows_between(source, anchor, cursor)
        except Exception as problem:
            self.post_message(self.LoadFailed(self, problem))
            return
        if self._range_from is not None:
            self._draw(rows, clipped=clipped)

    def _draw(self, rows: Collection[PaymentRow], *, clipped: bool = False) -> None:
        self._marks.draw(rows)
        self._marks_changed(clipped=clipped)

    def _end_range(self) -> None:
        self._range_from = None
        self._marks.keep()
        self.workers.cancel_group(self, "range")

    def _shown(self, line: int) -> tuple[PaymentRow, Look] | None:
        shown = super()._shown(line)
        if not self._unseen or shown is None:
            return shown
        row, look = shown
        new = row.id in self._unseen and row.display_state == "to link"
        return (row, look._replace(changed=True)) if new else shown

    def _rows_read(self, rows: Collection[PaymentRow]) -> None:
        self._marks.update(rows)

    def _is_marked(self, id: int) -> bool:
        return id in self._marks

    def _marks_changed(self, *, clipped: bool = False) -> None:
        self._refresh_rows()
        self._tell_marks(clipped=clipped)

    def _tell_marks(self, *, clipped: bool = False) -> None:
        self.post_message(self.MarksChanged(self, len(self._marks), self._marks.totals(), clipped))
