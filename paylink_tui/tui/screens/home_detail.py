"""The detail of the home screen: the row under the cursor whole, once the cursor rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.timer import Timer

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.tui.screens.home_rows import HomeRows
from paylink_tui.tui.widgets import live_table_messages as messages
from paylink_tui.tui.widgets.detail_pane import Aftermath, DetailPane
from paylink_tui.tui.widgets.header_line import HeaderLine

if TYPE_CHECKING:
    from paylink_tui.domain.rows import PaymentRow
    from paylink_tui.domain.views import Transaction
    from paylink_tui.services.bundle import Services

DETAIL_REST = 0.08
"""Seconds the cursor rests before the detail of its row is read."""
TALL = 32
"""Lines from which the detail is shown without being asked for."""


class HomeDetail(HomeRows):
    """A screen with a detail pane under its table."""

    _resting: Timer | None = None
    _detail_wanted: bool | None = None
    """What the person said; None leaves it to the height of the terminal."""

    @on(messages.RowHighlighted)
    def _row_highlighted(self, event: messages.RowHighlighted) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(DETAIL_REST, self.show_detail)

    @on(messages.RowSelected)
    def _row_selected(self, event: messages.RowSelected) -> None:
        self.action_detail()

    def action_detail(self) -> None:
        """Show or hide the detail."""
        pane = self.query_one("#detail")
        self._detail_wanted = not pane.display
        self.place_detail()
        self.show_detail()

    def place_detail(self) -> None:
        """Show the detail if it is wanted, or if there is room and nobody said otherwise."""
        wanted = self.size.height >= TALL if self._detail_wanted is None else self._detail_wanted
        self.query_one("#detail").display = wanted

    def show_detail(self) -> None:
        """Read the row under the cursor whole, if its detail is on screen."""
        if self.services is not None and self.query_one("#detail").display and self.query(DetailPane):
            self._read_detail(self.services, self.table.row)

    @work(exclusive=True, group="detail", exit_on_error=False)
    async def _read_detail(self, services: Services, row: PaymentRow | None) -> None:
        pane = self.query_one(DetailPane)
        if row is None:
            pane.show(None)
            return
        try:
            one = await services.transactions.get(row.id)
            events = await services.transactions.timeline(row.id)
            aftermath = await self._aftermath(services, one)
        except PayLinkError as problem:
            self.trouble("detail", problem.message)
            return
        self.trouble("detail", "")
        pane.now = self._clock.now()
        pane.show(one, events, aftermath)

    async def _aftermath(self, services: Services, one: Transaction) -> Aftermath | None:
        """What came of money that was taken back; None where none was."""
        if one.status.value != "returned":
            return None
        three = self.query_one(HeaderLine).three
        short = sum(each.shortage for each in three if each.account_id == one.account_id)
        return Aftermath(await services.transactions.undone(one.id), short)
