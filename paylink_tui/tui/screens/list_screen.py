"""A screen of one list: its words to filter by, the list, and beside it what is behind a row."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import ClassVar, Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.services.bundle import Services
from paylink_tui.services.feed import Change
from paylink_tui.tui import live
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paths import style
from paylink_tui.tui.screens.desk_screen import DeskScreen, lasting
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.header_line import HeaderLine
from paylink_tui.tui.widgets.rows_layout import Column
from paylink_tui.tui.widgets.rows_list import RowsList

Row = TypeVar("Row")

PAGE: Final = 200
"""Rows read at a time."""
REREAD: Final = 2_000
"""Rows read again at most after a change; what lies further down is read when it is asked for."""
SOON: Final = 0.2
"""Seconds in which typing, or a burst of changes, is one reading."""
REST: Final = 0.06
"""Seconds the cursor rests before what is behind its row is read."""

FILTER = Command("list.filter", "slash", "Search", "Search by words.", "List", True)
LEAVE = Command("list.leave", "escape", "Back", "Clear the search, else go back.", "List", True)


class ListScreen(DeskScreen, Generic[Row]):
    """Loads pages as the cursor nears them, and follows the feed without moving the cursor."""

    CSS_PATH = [style("dialogs"), style("screens")]
    ACTIONS: ClassVar[tuple[Command, ...]] = (FILTER, LEAVE)
    BINDINGS = bindings(ACTIONS)
    AUTO_FOCUS = "#list"

    title_text: ClassVar[str] = ""
    """The words in the border."""
    noun: ClassVar[str] = ""
    """What one row is."""
    nouns: ClassVar[str] = ""
    """What several are, where an s does not tell it."""
    SEARCH: ClassVar[tuple[tuple[str, str], ...]] = (("words", "find the rows with every word typed"),)
    """What may be typed after `/`, and what it finds."""
    follows: ClassVar[frozenset[str]] = frozenset()
    """Entities of the change log that are rows here, or that change them."""

    class Heard(Message):
        """The feed told of changes."""

        def __init__(self, batch: tuple[Change, ...]) -> None:
            super().__init__()
            self.batch = batch

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services: Services = services
        self.zone: tzinfo = UTC
        self.currency = "USD"
        self._soon: Timer | None = None
        self._resting: Timer | None = None
        self._detail_wanted = False

    # What a screen says of its rows

    def columns(self) -> Sequence[Column[Row]]:
        """The columns of the list."""
        raise NotImplementedError

    def key(self, row: Row) -> int:
        """What makes two readings of a row the same row."""
        raise NotImplementedError

    async def page(self, words: str, after: Row | None, limit: int) -> Sequence[Row]:
        """Rows with these words, after a row."""
        raise NotImplementedError

    async def detail(self, row: Row, width: int) -> Content | None:
        """What is behind a row; None where there is nothing."""
        return None

    def concerns(self, change: Change) -> bool:
        """Whether a change is of rows here, or changes them."""
        return change.entity in self.follows

    def caption(self, told: str) -> Content:
        """What the border says, of how many rows there are and of the list as a whole."""
        return Content(told)

    # The frame

    def compose(self) -> ComposeResult:
        """Header, list and detail, keys."""
        yield HeaderLine(id="header")
        with Container(id="sheet"):
            with Vertical(id="rows", classes="panel") as panel:
                panel.border_title = self.title_text
                search = f"Search: type words, {key_of(self.app, LEAVE)} clears"
                yield Input(placeholder=search, id="filter", compact=True)
                yield RowsList[Row](self.columns(), self.key, id="list")
            with VerticalScroll(id="behind", classes="panel"):
                yield Static(id="behind-text", markup=False)
        yield FooterLine(self.ACTIONS, id="footer")

    @property
    def list(self) -> RowsList[Row]:
        """The list."""
        return self.query_one("#list", RowsList)

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.services.clock.now()

    @property
    def today(self) -> date:
        """The day it is at the firm."""
        return self.now.astimezone(self.zone).date()

    def on_mount(self) -> None:
        """Read the first page, and follow the feed from then on."""
        self._start()

    @work(group="start", exit_on_error=False)
    async def _start(self) -> None:
        try:
            firm = await self.services.firm.require()
            await self.figures()
        except PayLinkError as problem:
            self._failed(problem)
            return
        self.zone = ZoneInfo(firm.timezone)
        header = self.query_one(HeaderLine)
        header.firm, header.live = firm.name, True
        header.labels = lasting(self.services, demo=firm.demo)
        header.clock = f"{self.now.astimezone(self.zone):%H:%M}"
        self.load()
        feed = live.follow(self.services, lambda batch: self.post_message(self.Heard(batch)), self._trouble)
        self.run_worker(feed, group="feed", exit_on_error=False)

    async def figures(self) -> None:
        """Read the figures of the header line."""
        figures = await self.services.transactions.header()
        self.query_one(HeaderLine).figures = figures
        self.currency = figures.currency

    def _trouble(self, problem: str) -> None:
        self.query_one(HeaderLine).live = not problem
        self.query_one(FooterLine).status = f"Offline: {problem}" if problem else ""

    # Rows

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.query_one("#filter", Input).value

    def none_yet(self) -> str:
        """What an empty list says while nothing is searched for."""
        raise NotImplementedError

    def none_match(self) -> str:
        """What it says when nothing matches."""
        return f"Nothing matches: {key_of(self.app, LEAVE)} clears the search."

    @work(exclusive=True, group="query", exit_on_error=False)
    async def load(self, *, fresh: bool = False, pause: float = 0) -> None:
        """Read the rows from the top; the old ones stay until the new ones are here."""
        if pause:
            await asyncio.sleep(pause)
        limit = min(max(PAGE, len(self.list.rows)), REREAD) if fresh else PAGE
        try:
            rows = await self.page(self.words, None, limit)
        except PayLinkError as problem:
            self._failed(problem)
            return
        self.list.set_empty(self.none_match() if self.words else self.none_yet())
        self.list.set_rows(rows, more=len(rows) >= limit, fresh=fresh)
        self.count_rows()

    @on(RowsList.NeedsMore, "#list")
    def _more(self) -> None:
        self._add_page()

    @work(exclusive=True, group="query", exit_on_error=False)
    async def _add_page(self) -> None:
        limit = PAGE if len(self.list.rows) < 2 * PAGE else 5 * PAGE
        try:
            rows = await self.page(self.words, self.list.rows[-1], limit)
        except PayLinkError as problem:
            self._failed(problem)
            return
        self.list.add_rows(rows, more=len(rows) >= limit)
        self.count_rows()

    def count_rows(self) -> None:
        """Say how many rows there are."""
        count, more = len(self.list.rows), "+" if self.list.more else ""
        what = self.noun if count == 1 else self.nouns or f"{self.noun}s"
        told = f"{count:,}{more} {what}{' found' if self.words else ''}"
        self.query_one("#rows").border_subtitle = self.caption(told)

    def _failed(self, problem: PayLinkError) -> None:
        self.list.set_empty(f"It could not be read: press {key_of(self.app, LEAVE)} and open it again.")
        self.say_no(problem)

    @on(Heard)
    def _heard(self, event: Heard) -> None:
        if self._soon is None and any(map(self.concerns, event.batch)):
            self._soon = self.set_timer(SOON, self.catch_up)

    def catch_up(self) -> None:
        """Read again, a burst of changes at once."""
        self._soon = None
        self.load(fresh=True)
        self.run_worker(self.figures(), group="figures", exclusive=True, exit_on_error=False)

    # Searching

    @on(Input.Changed, "#filter")
    def _search(self) -> None:
        self.query_one("#filter").set_class(bool(self.words), "-used")
        self.load(pause=SOON)

    @on(Input.Submitted, "#filter")
    def _found(self) -> None:
        self.list.focus()

    def action_filter(self) -> None:
        """Go to the search field."""
        self.query_one("#filter", Input).focus()

    async def action_leave(self) -> None:
        """Step back: out of what is behind a row, out of the search, then out of the screen."""
        field = self.query_one("#filter", Input)
        if self._detail_wanted:
            self._detail_wanted = False
            self._place_detail()
        elif self.words or field.has_focus:
            field.value = ""
        else:
            self.dismiss(None)
            return
        self.list.focus()

    async def action_view(self, digit: int) -> None:
        """A figure of the header was clicked: go home to those transactions."""
        home = next(one for one in reversed(self.app.screen_stack) if not isinstance(one, ListScreen))
        self.dismiss(None)
        await home.run_action(f"view({digit})")

    # What is behind a row

    @property
    def shows_detail(self) -> bool:
        """Whether what is behind a row is on screen: where there is room, or when it was asked for."""
        return self.has_class("-wide") or self._detail_wanted

    @on(RowsList.Selected, "#list")
    def _opened(self) -> None:
        self._detail_wanted = True
        self._place_detail()

    @on(RowsList.Highlighted, "#list")
    def _rest(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self.show_detail)

    def on_resize(self) -> None:
        """Show what is behind a row where there is room."""
        self.call_after_refresh(self._place_detail)

    def _place_detail(self) -> None:
        self.query_one("#behind").display = self.shows_detail
        self.call_after_refresh(self.show_detail)

    @work(exclusive=True, group="detail", exit_on_error=False)
    async def show_detail(self) -> None:
        """Read what is behind the row under the cursor."""
        row, place = self.list.row, self.query_one("#behind", VerticalScroll)
        if not self.shows_detail:
            return
        try:
            told = (
                None
                if row is None
                else await self.detail(row, max(20, place.scrollable_content_region.width))
            )
        except PayLinkError as problem:
            told = Content(problem.message)
        self.query_one("#behind-text", Static).update(told or "")
