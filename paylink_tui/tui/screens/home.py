"""Home: the live transactions, their filter, the detail of one, and the link generator beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from paylink_tui.domain.errors import BadInput, PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.table import NEWEST_FIRST, Sort, SortColumn
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.screens.home_commands import DESK_COMMANDS, HOME, VIEWS, View
from paylink_tui.tui.screens.home_live import HomeLive
from paylink_tui.tui.screens.link_actions import LinkActions
from paylink_tui.tui.screens.payment_actions import PaymentActions
from paylink_tui.tui.widgets import live_table_messages as messages
from paylink_tui.tui.widgets.detail_pane import DetailPane
from paylink_tui.tui.widgets.filter_bar import FilterBar
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.header_line import HeaderLine
from paylink_tui.tui.widgets.live_table import LiveTable

if TYPE_CHECKING:
    from paylink_tui.domain.parties import Firm
    from paylink_tui.domain.terms import Filter
    from paylink_tui.domain.views import LinkView, PaymentRow
    from paylink_tui.services.bundle import Services
    from paylink_tui.services.clock import Clock
    from paylink_tui.tui.widgets.link_panel import LinkPanel

DETAIL_REST = 0.08
"""Seconds the cursor rests before the detail of its row is read."""
WIDE = 110
"""Columns from which the link generator stands beside the table."""
TALL = 32
"""Lines from which the detail is shown without being asked for."""

LEAST = (60, 16)
"""The smallest terminal the desk can be used in."""

NONE_YET = "No transactions yet. Press n to make a payment link, and send it to a payer."
NONE_MATCH = "Nothing matches the filter. Press 1 to see everything."


class HomeScreen(HomeLive, PaymentActions, LinkActions):
    """The screen of the desk. It paints at once, and fills when the services are attached."""

    ACTIONS: ClassVar[tuple[Command, ...]] = HOME
    BINDINGS = bindings(HOME)
    AUTO_FOCUS = ""
    """Focus would style the table a second time before the first paint; it comes right after."""

    def __init__(self, clock: Clock, views: Sequence[View] = VIEWS) -> None:
        super().__init__()
        self._clock = clock
        self._views = tuple(views)[:9]
        self._zone: tzinfo = UTC
        self._sort = NEWEST_FIRST
        self._filter: Filter | None = None
        self._resting: Timer | None = None
        self._detail_wanted: bool | None = None
        self.rows_are_here = asyncio.Event()
        """Set once the first rows, or the reason why not, are on screen."""

    def compose(self) -> ComposeResult:
        """Header, the table under its filter, the detail under it, the panel beside, the keys."""
        yield HeaderLine(id="header")
        with Container(id="body"):
            with Vertical(id="desk"):
                with Vertical(id="transactions", classes="panel") as panel:
                    panel.border_title = "1 Transactions"
                    yield FilterBar([view.name for view in self._views], id="filter")
                    yield LiveTable(zone=self._zone, now=self._clock.now, id="table")
                with Container(id="detail", classes="panel") as pane:
                    pane.border_title = "3 Detail"
            with Container(id="maker", classes="panel") as maker:
                maker.border_title = "2 New link"
        yield FooterLine((*HOME, *DESK_COMMANDS), id="footer")

    # Services come

    def say_opening(self, words: str) -> None:
        """Say in the empty table what is going on."""
        self.table.set_empty(words)

    async def attach(self, services: Services, firm: Firm) -> None:
        """Show the firm's transactions, and follow them from now on."""
        from zoneinfo import ZoneInfo

        self.services = services
        if self.focused is None:
            self.set_focus(self.table)
        self._zone = ZoneInfo(firm.timezone)
        self.table.set_zone(self._zone)
        header = self.query_one(HeaderLine)
        header.firm = firm.name
        header.labels = tuple(
            label for label, on in (("DEMO", firm.demo), ("READ-ONLY", services.database.readonly)) if on
        )
        self.show_rows()

    def _fill_rest(self) -> None:
        """What can wait until the rows are on screen."""
        assert self.services is not None
        self.query_one("#detail").mount(DetailPane(self._zone, self._clock.now(), id="detail-text"))
        self.show_detail()
        self.query_one(FilterBar).prepare()
        self.start_live(self._clock, self._zone)
        self._fill_maker()

    # The table

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

    async def link_meant(self, services: Services) -> int | None:
        """The link just made while its panel has the focus, else that of the row under the cursor."""
        panel, row = self.panel, self.table.row
        if panel is not None and panel.minted is not None and panel.has_focus_within:
            return panel.minted.id
        if row is not None:
            return (await services.transactions.get(row.id)).link_id
        return await super().link_meant(services)

    def show_rows(self) -> None:
        """Read the rows of the filter and the sort anew."""
        if self.services is not None:
            view = self.services.table.view
            rows = view(self._filter, self._sort) if self._filter else view(sort=self._sort)
            self.table.set_empty(NONE_MATCH if self._filter else NONE_YET)
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
        self._rows_came()

    def _rows_came(self) -> None:
        """The first rows are here, or the reason why not: do what waited for them."""
        if not self.rows_are_here.is_set():
            self.rows_are_here.set()
            self.call_after_refresh(self._fill_rest)

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
        self._rows_came()
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
        """Filter by a query; one that cannot be read leaves the rows as they are, and says why."""
        bar = self.query_one(FilterBar)
        try:
            found = self._parsed(text)
        except BadInput as problem:
            bar.problem = f"{problem.message}. {problem.fix}" if problem.fix else problem.message
            return
        bar.problem = ""
        if found != self._filter:
            self._filter = found
            self.show_rows()
            self.show_count()
        name = next((view.name for view in self._views if view.query == text.strip() and text), "")
        self.query_one("#transactions").border_title = f"1 Transactions: {name}" if name else "1 Transactions"

    def _parsed(self, text: str) -> Filter | None:
        from paylink_tui.domain.filters import parse

        return parse(text, now=self._clock.now(), zone=self._zone) if text.strip() else None

    # The detail

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
        self._place_detail()
        self.show_detail()

    def _place_detail(self) -> None:
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
        except PayLinkError as problem:
            self.trouble("detail", problem.message)
            return
        pane.now = self._clock.now()
        pane.show(one, events)

    # Panels

    def on_resize(self) -> None:
        """Show the detail where there is room, and fill the panel once it is visible."""
        self._place_detail()
        if (self.size.width < LEAST[0] or self.size.height < LEAST[1]) and not self.query("#too-small"):
            least = f"PayLink needs at least {LEAST[0]} columns and {LEAST[1]} lines."
            self.mount(Static(least, id="too-small", markup=False))
        if self.rows_are_here.is_set():
            self._fill_maker()

    @property
    def panel(self) -> LinkPanel | None:
        """The link generator beside the table, once it is there."""
        return next(iter(self.query_one("#maker").children), None)  # type: ignore[return-value]

    def _fill_maker(self) -> None:
        """Bring the link generator where there is room for it."""
        if self.size.width >= WIDE and self.panel is None:
            from paylink_tui.tui.widgets.link_panel import LinkPanel

            panel = LinkPanel(id="panel")
            self.query_one("#maker").mount(panel)
            self.run_worker(self.fill_panel(panel), group="panel", exit_on_error=False)

    def action_new_link(self) -> None:
        """Go to the link generator: beside the table, or a screen of its own where there is no room."""
        services = self.writable
        if services is None:
            return
        if self.size.width >= WIDE and self.panel is not None:
            self.panel.start()
        else:
            from paylink_tui.tui.screens.new_link import NewLinkScreen

            self.app.push_screen(NewLinkScreen(services, self._keep_link))

    def _keep_link(self, link: LinkView) -> None:
        self.newest = link

    def action_panel(self, number: int) -> None:
        """Go to a panel by the number in its border."""
        if number == 1:
            self.set_focus(self.table)
        elif number == 2:
            self.action_new_link()
        else:
            self._detail_wanted = True
            self._place_detail()
            self.show_detail()
            self.set_focus(self.query_one(DetailPane))

    def action_back(self) -> None:
        """Leave the panel for the table; from the table, drop the filter."""
        if self.focused is self.table and self._filter:
            self.find("")
        self.set_focus(self.table)

    # Other screens

    def action_links(self) -> None:
        """Open the payment links."""
        from paylink_tui.tui.screens.links import LinksScreen

        if services := self.ready:
            self.app.push_screen(LinksScreen(services))

    def action_invoices(self) -> None:
        """Open the invoices."""
        from paylink_tui.tui.screens.invoices import InvoicesScreen

        if services := self.ready:
            self.app.push_screen(InvoicesScreen(services))

    def action_clients(self) -> None:
        """Open the clients and their matters."""
        from paylink_tui.tui.screens.clients import ClientsScreen

        if services := self.ready:
            self.app.push_screen(ClientsScreen(services))
