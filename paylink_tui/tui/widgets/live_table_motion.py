"""The moving half of the live table: rows coming in, the cursor on its transaction, the view where it was."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from datetime import datetime, tzinfo
from typing import Final

from textual.timer import Timer

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, Total
from paylink_tui.tui.widgets import live_table_messages as messages
from paylink_tui.tui.widgets.live_table_canvas import TableCanvas
from paylink_tui.tui.widgets.live_table_fresh import Fresh
from paylink_tui.tui.widgets.live_table_loader import Arrival, Loader, Wanted
from paylink_tui.tui.widgets.live_table_paint import Look
from paylink_tui.tui.widgets.live_table_source import RowSource

REST_SECONDS: Final = 0.05
"""How long the cursor stays on a row before the screen hears of it: not while a key repeats."""
QUIET_SECONDS: Final = 0.4
"""Rest after which the total is refined and landmarks are laid."""
COUNTING_SHARE: Final = 20
"""Counting takes at most this fraction of the time while rows keep changing."""


class MovingTable(TableCanvas):
    """Shows the stretch of a `RowSource` that is in view, whatever comes, changes or goes there."""

    RowHighlighted = messages.RowHighlighted
    TotalChanged = messages.TotalChanged
    LoadFailed = messages.LoadFailed

    def __init__(
        self,
        zone: tzinfo,
        now: Callable[[], datetime],
        sort: Sort,
        empty: str,
        id: str | None,
        classes: str | None,
    ) -> None:
        super().__init__(zone, now, sort, empty, id, classes)
        self._loader = Loader(self._wanted, self._arrived)
        self._coming_sort = sort
        self._cursor = 0
        self._row: PaymentRow | None = None
        self._goal: tuple[int, int] | None = None
        """Cursor and first row of the view to be, once those rows are in memory."""
        self._to_end = False
        self._down = True
        self._top = 0
        """Ordinal of the first row painted: behind the scrollbar while rows are on their way."""
        self._whole = False
        """Every row of the view was in memory when it was painted."""
        self._fresh = Fresh()
        self._fading: Timer | None = None
        self._resting: Timer | None = None
        self._rest_seconds = QUIET_SECONDS
        self._told = Total(0, False)
        self._telling: asyncio.TimerHandle | None = None

    @property
    def row(self) -> PaymentRow | None:
        """The transaction under the cursor."""
        return self._row

    @property
    def total(self) -> Total:
        """How many rows there are, as far as is known."""
        return self._loader.window.total

    def show(self, source: RowSource, sort: Sort) -> None:
        """Show other rows: the old ones stay painted until the first page of the new ones is here."""
        self._coming_sort = sort
        self._goal, self._to_end = None, False
        for group in ("count", "rows"):
            self.workers.cancel_group(self, group)
        self._loader.show(source)
        self._look()

    def changed(self, ids: Collection[int]) -> None:
        """These transactions came or changed; what comes while a reading is under way is read as one."""
        if ids:
            self._loader.changed(ids)
            self._look()

    def _row_left(self) -> None:
        """The cursor is on another row."""

    def _rows_read(self, rows: Collection[PaymentRow]) -> None:
        """Rows were read again."""

    # Moving

    def action_move(self, by: int) -> None:
        """Go so many rows down (up when negative)."""
        ordinal = (self._goal[0] if self._goal else self._cursor) + by
        self._go(ordinal)

    def action_page(self, by: int) -> None:
        """Go so many screens down (up when negative); the cursor keeps its line."""
        step = by * max(1, self._height - 1)
        at, top = self._goal or (self._cursor, self._scroll_top)
        self._go(at + step, top + step)

    def action_first(self) -> None:
        """Go to the first row."""
        self._go(0, 0)

    def action_last(self) -> None:
        """Go to the last row, at once however many there are."""
        window = self._loader.window
        self._goal, self._down = None, True
        if window.at_end:
            self._go(window.end - 1)
        else:
            self._to_end = True
            self._look()

    def _go(self, ordinal: int, top: int | None = None) -> None:
        """Put the cursor on a row, now if it is in memory, else when it has come."""
        window = self._loader.window
        most = self._most()
        ordinal = max(0, min(ordinal, most))
        if top is None:
            top = self._goal[1] if self._goal else self._scroll_top
            top = min(max(top, ordinal - self._height + 1), ordinal)
        top = max(0, min(top, most + 1 - self._height))
        self._down = ordinal >= self._cursor
        self._to_end = False
        if window.get(ordinal) is not None and window.covers(top, top + self._height):
            self._goal = None
            self._place(ordinal, top)
        else:
            self._goal = (ordinal, top)
        self._look()

    def _most(self) -> int:
        """The highest ordinal worth asking for."""
        window = self._loader.window
        known = window.total.count - 1
        return known if window.total.exact or window.at_end else known + 2 * self._height

    def _place(self, ordinal: int, top: int) -> None:
        """The cursor is on that row, and `top` the first row of the view; both are in memory."""
        before, self._cursor = self._cursor, ordinal
        if top != self._scroll_top:
            self.scroll_to(y=top, animate=False, force=True)
        else:
            self._refresh_row(before)
            self._refresh_row(ordinal)
        self._point_at(self._loader.window.get(ordinal))

    def _point_at(self, row: PaymentRow | None) -> None:
        if row is not self._row:
            self._row = row
            self._row_left()
            self._stop_telling()
            self._telling = asyncio.get_running_loop().call_later(REST_SECONDS, self._tell_row)

    def _tell_row(self) -> None:
        self._telling = None
        self.post_message(self.RowHighlighted(self, self._row))

    def _stop_telling(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None

    def on_unmount(self) -> None:
        """Tell nobody any more."""
        self._stop_telling()

    # Rows coming in

    @property
    def _scroll_top(self) -> int:
        return int(self.scroll_offset.y)

    def _wanted(self) -> Wanted:
        if self._goal is not None:
            return Wanted(self._goal[1], self._height, self._down)
        top = self._scroll_top
        return Wanted(top, self._height, self._down, self._to_end, follow=top == 0)

    def _look(self) -> None:
        """See whether rows are missing, and have them brought."""
        if self._height > 0 and self._loader.claim():
            self.run_worker(self._load(), group="rows")

    async def _load(self) -> None:
        try:
            await self._loader.work()
        except Exception as problem:
            self.post_message(self.LoadFailed(self, problem))

    def _arrived(self, arrival: Arrival) -> None:
        """A page has changed the window: move what goes by ordinals, and paint if the view is concerned."""
        window = self._loader.window
        top = self._top if arrival.follow else self._top + arrival.moved
        self._make_room(window.rows, window.total)
        if arrival.first:
            self._restart()
        elif arrival.to_end:
            self._to_end = False
            self._settle(window.end - 1, max(0, window.end - self._height))
        elif self._goal is not None:
            ordinal, goal_top = self._goal
            if window.covers(goal_top, goal_top + self._height):
                self._goal = None
                self._settle(min(ordinal, max(0, window.end - 1)), goal_top)
        elif arrival.refreshed:
            self._keep_cursor(arrival, top)
        elif arrival.moved or self._top != self._scroll_top or not self._whole:
            self._cursor += arrival.moved
            self._show_from(self._scroll_top + arrival.moved)
        if arrival.first or arrival.refreshed:
            self._rest()
        self._tell_total()

    def _restart(self) -> None:
        """Other rows: the cursor stays on its transaction if the first page has it, else it goes first."""
        found = self._loader.window.find(self._row.id) if self._row else None
        if self.sort != self._coming_sort:
            self.sort = self._coming_sort
            self._refresh_heading()
        self._settle(found or 0, 0)

    def _keep_cursor(self, arrival: Arrival, top: int) -> None:
        """The window was read again: the cursor stays on its transaction, the view where it was."""
        window = self._loader.window
        found = window.find(self._row.id) if self._row else None
        seen = self._top <= self._cursor < self._top + self._height
        place = self._cursor + (0 if arrival.follow else arrival.moved)
        cursor = found if found is not None else min(place, max(0, window.total.count - 1))
        if seen:
            top = min(max(top, cursor - self._height + 1), cursor)
        self._rows_read(window.rows)
        self._freshen(arrival.changed)
        self._settle(cursor, top)

    def _settle(self, cursor: int, top: int) -> None:
        """Cursor and view on rows just read; everything is painted."""
        self._cursor = cursor
        row = self._loader.window.get(cursor)
        if row is not None or self._is_empty():
            self._point_at(row)
        self._show_from(top)

    def _show_from(self, top: int) -> None:
        self.scroll_to(y=top, animate=False, force=True)
        self._top = self._scroll_top
        self._whole = self._loader.window.covers(self._top, self._top + self._height)
        self._refresh_rows()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paint the rows scrolled to if they are in memory; else the old ones stay until they are."""
        self._move_thumb(new_value)
        top = round(new_value)
        if top == round(old_value):
            return
        self._down = new_value > old_value
        if self._loader.window.covers(top, top + self._height):
            self._top = top
            self._refresh_rows()
        self._look()

    # Totals, freshness

    def _rest(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(self._rest_seconds, self._count_rows)

    def _count_rows(self) -> None:
        self.run_worker(self._count(), group="count", exclusive=True, exit_on_error=False)

    async def _count(self) -> None:
        source = self._loader.source
        if source is None:
            return
        began = shown = time.monotonic()
        async for total in source.totals():
            if source is not self._loader.source:
                return
            if total.exact or time.monotonic() - shown > 0.2:
                shown = time.monotonic()
                self._counted(total)
        self._rest_seconds = max(QUIET_SECONDS, COUNTING_SHARE * (time.monotonic() - began))

    def _counted(self, total: Total) -> None:
        window = self._loader.window
        moved = window.count(total)
        self._make_room(window.rows, window.total)
        if moved:
            self._cursor += moved
            self._show_from(self._scroll_top + moved)
        self._tell_total()

    def _tell_total(self) -> None:
        if self.total != self._told:
            self._told = self.total
            self.post_message(self.TotalChanged(self, self._told))

    def _freshen(self, ids: Collection[int]) -> None:
        self._fresh.add(ids, time.monotonic())
        if self._fading is None:
            self._wait_to_fade()

    def _fade(self) -> None:
        self._fresh.fade(time.monotonic())
        self._refresh_rows()
        self._wait_to_fade()

    def _wait_to_fade(self) -> None:
        rest = self._fresh.rest(time.monotonic())
        self._fading = None if rest is None else self.set_timer(rest, self._fade)

    # Painting

    def on_resize(self) -> None:
        """Lay out the columns and fetch what a higher view lacks."""
        super().on_resize()
        self._look()

    def _shown(self, line: int) -> tuple[PaymentRow, Look] | None:
        row = self._loader.window.get(self._top + line)
        if row is None:
            return None
        return row, Look(self._top + line == self._cursor, self._is_marked(row.id), row.id in self._fresh)

    def _is_marked(self, id: int) -> bool:
        return False

    def _is_empty(self) -> bool:
        return not self._loader.window.rows

    def _refresh_row(self, ordinal: int) -> None:
        self._refresh_line(ordinal - self._top)
