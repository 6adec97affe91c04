"""Home: the live transactions, their filter, the detail of one, and the link generator beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.screens.desk_screen import lasting
from paylink_tui.tui.screens.export_action import ExportAction
from paylink_tui.tui.screens.home_commands import DESK_COMMANDS, HOME, TO_LINK
from paylink_tui.tui.screens.home_detail import HomeDetail
from paylink_tui.tui.screens.link_actions import LinkActions
from paylink_tui.tui.screens.refund_actions import RefundActions
from paylink_tui.tui.screens.undo_actions import Deed
from paylink_tui.tui.widgets.detail_pane import DetailPane
from paylink_tui.tui.widgets.filter_bar import FilterBar
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.header_line import HeaderLine
from paylink_tui.tui.widgets.kept_lines import KeptContainer, KeptVertical
from paylink_tui.tui.widgets.live_table import LiveTable

if TYPE_CHECKING:
    from paylink_tui.domain.parties import Firm
    from paylink_tui.domain.views import LinkView
    from paylink_tui.services.bundle import Services
    from paylink_tui.tui.widgets.link_panel import LinkPanel

WIDE = 110
"""Columns from which the link generator stands beside the table."""
LEAST = (60, 16)
"""The smallest terminal the desk can be used in."""


class HomeScreen(HomeDetail, ExportAction, RefundActions, LinkActions):
    """The screen of the desk. It paints at once, and fills when the services are attached."""

    ACTIONS: ClassVar[tuple[Command, ...]] = HOME
    BINDINGS = bindings(HOME)
    _demo = False
    AUTO_FOCUS = ""
    """Focus would style the table a second time before the first paint; it comes right after."""

    def compose(self) -> ComposeResult:
        """Header, the table under its filter, the detail under it, the panel beside, the keys."""
        yield HeaderLine(id="header")
        with KeptContainer(id="body"):
            with KeptVertical(id="desk"):
                with KeptVertical(id="transactions", classes="panel") as panel:
                    panel.border_title = "1 Transactions"
                    yield FilterBar([view.name for view in self._views], id="filter")
                    yield LiveTable(zone=self._zone, now=self._clock.now, id="table")
                with KeptContainer(id="detail", classes="panel") as pane:
                    pane.border_title = "3 Detail"
            with KeptContainer(id="maker", classes="panel") as maker:
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
        self._demo = firm.demo
        self.show_labels()
        self.show_rows()

    def show_labels(self) -> None:
        """Shout what lasts: a demonstration, the past, a role."""
        assert self.services is not None
        self.query_one(HeaderLine).labels = lasting(self.services, demo=self._demo)

    def fill_rest(self) -> None:
        """What can wait until the rows are on screen."""
        assert self.services is not None
        self.query_one("#detail").mount(DetailPane(self._zone, self._clock.now(), id="detail-text"))
        self.show_detail()
        self.query_one(FilterBar).prepare()
        self.start_live(self._clock, self._zone, remember=not (self._demo or self.services.database.past))
        self._fill_maker()

    async def link_meant(self, services: Services) -> int | None:
        """The link just made while its panel has the focus, else that of the row under the cursor."""
        panel, row = self.panel, self.table.row
        if panel is not None and panel.minted is not None and panel.has_focus_within:
            return panel.minted.id
        if row is not None:
            return (await services.transactions.get(row.id)).link_id
        return await super().link_meant(services)

    def filter_shown(self) -> str:
        """The query of the rows in the table."""
        return str(self._filter or "")

    # Panels

    def on_resize(self) -> None:
        """Show the detail where there is room, and fill the panel once it is visible."""
        self.place_detail()
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

            self.app.push_screen(NewLinkScreen(services, self.link_made))

    def link_made(self, link: LinkView) -> None:
        """A link was made, here or on the screen of its own."""
        super().link_made(link)
        self.deeds.append(Deed("mint", link.id))

    def action_panel(self, number: int) -> None:
        """Go to a panel by the number in its border."""
        if number == 1:
            self.set_focus(self.table)
        elif number == 2:
            self.action_new_link()
        else:
            self._detail_wanted = True
            self.place_detail()
            self.show_detail()
            self.set_focus(self.query_one(DetailPane))

    def action_back(self) -> None:
        """Leave the panel for the table; from the table, drop the filter."""
        if self.focused is self.table and self._filter:
            self.find("")
        self.set_focus(self.table)

    def action_view(self, digit: int) -> None:
        """Show a saved view; that of the payments to link begins at what was not looked at yet."""
        newest = self.look_at_unseen() if digit == TO_LINK and self.services is not None else None
        before = self._filter
        if newest is not None:
            self.table.follow(newest)
        super().action_view(digit)
        if newest is not None and self._filter is before:
            self.show_rows()

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

    def action_activity(self) -> None:
        """Open the log of who did what."""
        from paylink_tui.tui.screens.activity import ActivityScreen

        if services := self.ready:
            self.app.push_screen(ActivityScreen(services))

    def action_clients(self) -> None:
        """Open the clients and their matters."""
        from paylink_tui.tui.screens.clients import ClientsScreen

        if services := self.ready:
            self.app.push_screen(ClientsScreen(services))
