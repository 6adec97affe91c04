"""The rows of the home screen: which are shown, in which order, how many, how many marked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.content import Content

from paylink_tui.domain.errors import BadInput, PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.table import NEWEST_FIRST, Sort, SortColumn
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.screens.home_commands import VIEWS, View
from paylink_tui.tui.screens.home_live import HomeLive
from paylink_tui.tui.widgets import live_table_messages as messages
from paylink_tui.tui.widgets.filter_bar import FilterBar
from paylink_tui.tui.widgets.live_table import LiveTable

if TYPE_CHECKING:
    from paylink_tui.domain.rows import PaymentRow
    from paylink_tui.domain.terms import Filter
    from paylink_tui.services.clock import Clock

NONE_YET = "No transactions yet. Press {} to make a payment link, and send it to a payer."
NONE_MATCH = "Nothing matches the filter. Press {} to see everything."


class HomeRows(HomeLive):
    """A screen with the live table under a filter bar."""

    def __init__(self, clock: Clock, views: Sequence[View] = VIEWS) -> None:
        super().__init__()
        self._clock = clock
        self._views = tuple(views)[:9]
        self._zone: tzinfo = UTC
        self._sort = NEWEST_FIRST
        self._filter: Filter | None = None
        self._view_shown = ""
        self.rows_are_here = asyncio.Event()
        """Set once the first rows, or the reason why not, are on screen."""

    @property
    def table(self) -> LiveTable:
        """The live table."""
        return self.query_one("#table", LiveTable)

    def row_meant(self) -> PaymentRow | None:
        """The transaction under the cursor."""
        return self.table.row

    def rows_marked(self) -> tuple[PaymentRow, ...]:
        """The marked transactions."""
        return self.table.marked

    def clear_marks(self) -> None:
        """Unmark everything."""
        self.table.clear_marks()

    def fill_rest(self) -> None:
        """Do what waited for the first rows."""
        raise NotImplementedError

    def show_rows(self) -> None:
        """Read the rows of the filter and the sort anew."""
        if self.services is not None:
            view = self.services.table.view
            rows = view(self._filter, self._sort) if self._filter else view(sort=self._sort)
            words, command = (NONE_MATCH, "home.view-1") if self._filter else (NONE_YET, "home.new-link")
            self.table.set_empty(words.format(key_of(self.app, command)))
            self.table.show(rows, self._sort)

    @on(messages.SortRequested)
    def _sort_clicked(self, event: messages.SortRequested) -> None:
        self._sort = self._sort.toggled(event.column)
        self.show_rows()

    def action_sort(self) -> None:
        """Sort by the next column."""
        columns = list(SortColumn)
        following = columns[(columns.index(self._sort.column) + 1) % len(columns)]
        self._sort = Sort().toggled(following) if following is not SortColumn.ID else NEWEST_FIRST
        self.show_rows()

    def action_turn(self) -> None:
        """Reverse the order."""
        self._sort = self._sort.toggled(self._sort.column)
        self.show_rows()

    @on(messages.TotalChanged)
    def _total_changed(self, event: messages.TotalChanged) -> None:
        self.show_count()
        self.rows_came()

    def rows_came(self) -> None:
        """The first rows are here, or the reason why not: do what waited for them."""
        if not self.rows_are_here.is_set():
            self.rows_are_here.set()
            self.call_after_refresh(self.fill_rest)

    def show_count(self) -> None:
        """`37 of 1,204` beside the filter."""
        total = self.table.total
        count = f"{total.count:,}" if total.exact else f"{total.count:,}+"
        whole = f" of {self.everything:,}" if self._filter and self.everything is not None else ""
        self.query_one(FilterBar).count = count + whole

    @on(messages.MarksChanged)
    def _marks_changed(self, event: messages.MarksChanged) -> None:
        sums = " + ".join(display(amount, currency) for currency, amount in event.totals.items())
        panel = self.query_one("#transactions", Vertical)
        panel.border_subtitle = Content(f"{event.count:,} marked  {sums}") if event.count else ""

    @on(messages.LoadFailed)
    def _load_failed(self, event: messages.LoadFailed) -> None:
        message = event.error.message if isinstance(event.error, PayLinkError) else str(event.error)
        self.rows_came()
        self.trouble("table", message)

    # The filter

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    def action_view(self, digit: int) -> None:
        """Show a saved view."""
        if not 0 < digit <= len(self._views):
            self.app.notify(f"There is no saved view {digit}. Add one under [views] in the config file.")
            return
        self.find(self._views[digit - 1].query)

    def find(self, query: str) -> None:
        """Show what a query finds."""
        bar = self.query_one(FilterBar)
        bar.put(query)
        self._apply_filter(query)
        self.set_focus(self.table)

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        self._apply_filter(event.text)

    @on(FilterBar.Left)
    def _filter_left(self, event: FilterBar.Left) -> None:
        self.set_focus(self.table)

    def _apply_filter(self, text: str) -> None:
        """Filter by a query; one that cannot be read counts without its last term, and it is said why."""
        bar = self.query_one(FilterBar)
        try:
            found, problem = self._parsed(text), ""
        except BadInput as bad:
            found = self._parsed_without_last(text)
            problem = f"{bad.message}. {bad.fix}" if bad.fix else bad.message
        bar.complain(problem)
        if found != self._filter:
            self._filter = found
            self.show_rows()
            self.show_count()
        name = next((view.name for view in self._views if view.query == text.strip() and text), "")
        if name != self._view_shown:
            self._view_shown = name
            title = Content(f"1 Transactions{': ' if name else ''}{name}")
            self.query_one("#transactions").border_title = title

    def _parsed_without_last(self, text: str) -> Filter | None:
        """The query without the term that may be half typed; as it was if that cannot be read, either."""
        try:
            return self._parsed(finished(text))
        except BadInput:
            return self._filter

    def _parsed(self, text: str) -> Filter | None:
        from paylink_tui.domain.filters import parse

        return parse(text, now=self._clock.now(), zone=self._zone) if text.strip() else None


def finished(text: str) -> str:
    """The terms of a query before its last one."""
    opened = text.rfind('"') if text.count('"') % 2 else len(text)
    return text[: text.rfind(" ", 0, opened) + 1]
