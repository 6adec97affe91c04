"""How the home screen stays live: the table at once, figures, detail and what is new soon after."""

from __future__ import annotations

import asyncio
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from textual import work
from textual.message import Message
from textual.timer import Timer

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.tui.screens.home_trust import MOVES_TRUST, HomeTrust
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.header_line import HeaderLine

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.feed import Change

SOON: Final = 0.25
"""Seconds in which a burst of changes is one reading of the figures and the detail."""


class HomeLive(HomeTrust):
    """A screen whose table, figures and detail follow what others do."""

    everything: int | None = None
    """How many transactions there are without a filter."""

    def __init__(self) -> None:
        super().__init__()
        self._was_offline = False
        self._troubles: dict[str, str] = {}
        self._moved: set[int] = set()
        self._links_moved = self._trust_moved = False
        self._soon: Timer | None = None

    class Changed(Message):
        """The feed told of changes."""

        def __init__(self, batch: tuple[Change, ...]) -> None:
            super().__init__()
            self.batch = batch

    def show_rows(self) -> None:
        """Read the rows again."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Read the detail again."""
        raise NotImplementedError

    def show_count(self) -> None:
        """Show how many rows there are again."""
        raise NotImplementedError

    def start_live(self, clock: Clock, zone: tzinfo, *, remember: bool) -> None:
        """Follow the feed, ask the processors, show the time, tell what is new; see `open_news`."""
        from paylink_tui.tui import live

        services = self.services
        assert services is not None
        self._now = clock.now
        self._live_zone = zone
        self._tick()
        self._read_figures()
        self.open_news(remember=remember)
        self.set_timer(SOON, self.look_at_trust)
        feed = live.follow(services, lambda batch: self.post_message(self.Changed(batch)), self._feed_trouble)
        self.run_worker(feed, group="feed", exit_on_error=False)
        if not services.database.readonly:
            self.set_timer(SOON, self._start_asking)

    def _start_asking(self) -> None:
        from paylink_tui.tui import live

        assert self.services is not None
        asking = live.ask_processors(self.services, lambda problem: self.trouble("processor", problem))
        self.run_worker(asking, group="processors", exit_on_error=False)

    def _feed_trouble(self, problem: str) -> None:
        self.query_one(HeaderLine).live = not problem
        self.trouble("feed", f"Offline: {problem}" if problem else "")
        if self._was_offline and not problem:
            self.trouble("table", "")
            self.show_rows()
            self._read_figures()
        self._was_offline = bool(problem)

    def trouble(self, source: str, problem: str) -> None:
        """Keep a lasting failure in the status line until its source says it is over."""
        self._troubles.pop(source, None)
        if problem:
            self._troubles[source] = problem
        self.query_one(FooterLine).status = next(iter(self._troubles.values()), "")

    def _tick(self) -> None:
        """Show the time, and again when the minute is over."""
        now = self._now()
        self.query_one(HeaderLine).clock = f"{now.astimezone(self._live_zone):%H:%M}"
        self.set_timer(60 - now.second - now.microsecond / 1e6 + 0.01, self._tick)

    def on_home_live_changed(self, event: Changed) -> None:
        """Let the table read what changed now, and the rest soon."""
        ids = {change.entity_id for change in event.batch if change.entity == "payment"}
        self.table.changed(ids)
        self._moved |= ids
        self._links_moved |= any(change.entity == "link" for change in event.batch)
        self._trust_moved |= any(change.entity in MOVES_TRUST for change in event.batch)
        if self._soon is None:
            self._soon = self.set_timer(SOON, self._catch_up)

    def _catch_up(self) -> None:
        self._soon = None
        moved, self._moved = self._moved, set()
        self._read_figures()
        row = self.table.row
        if row is not None and row.id in moved:
            self.show_detail()
        if moved:
            self.look_for_news(moved)
        if self._links_moved:
            self._links_moved = False
            self.look_for_frozen()
        if self._trust_moved:
            self._trust_moved = False
            self.look_at_trust()

    @work(exclusive=True, group="figures", exit_on_error=False)
    async def _read_figures(self) -> None:
        assert self.services is not None
        try:
            transactions = await asyncio.to_thread(getattr, self.services, "transactions")
            figures = await transactions.header()
            top = await self.services.table.view().page(0, 1)
        except PayLinkError as problem:
            self.trouble("figures", problem.message)
            return
        self.trouble("figures", "")
        header = self.query_one(HeaderLine)
        header.figures, header.live = figures, "feed" not in self._troubles
        self.everything = top.total.count
        self.show_count()
