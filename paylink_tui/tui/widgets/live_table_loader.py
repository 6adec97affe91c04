"""One worker that brings rows to a live table: what the view lacks first, then what it will want next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from paylink_tui.domain.table import TablePage
from paylink_tui.tui.widgets.live_table_source import RowSource
from paylink_tui.tui.widgets.live_table_window import RowWindow, changed_ids

SCREENS_HELD: Final = 10
"""Screens of rows in memory at most."""
SCREENS_AHEAD: Final = 2
"""Screens kept ready in the direction of travel."""


class Wanted(NamedTuple):
    """What the table shows, or wants to show."""

    top: int
    """Ordinal of the first row of the view."""
    height: int
    """Rows of the view."""
    down: bool = True
    """The direction of travel."""
    end: bool = False
    """The last row is wanted, wherever it is."""
    follow: bool = False
    """The view stands at the very top, where newcomers are to appear."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a page did to the window."""

    moved: int = 0
    """How far the rows that were and are held have moved down."""
    first: bool = False
    """The first page of a new source."""
    refreshed: bool = False
    """The rows were read again."""
    changed: frozenset[int] = frozenset()
    """Transactions that came or changed."""
    follow: bool = False
    """The view stays at the very top, so newcomers push the rows down."""
    to_end: bool = False
    """The last row is here."""


class Loader:
    """Keeps a window of rows around what is wanted. At most one question is under way."""

    def __init__(self, wanted: Callable[[], Wanted], arrived: Callable[[Arrival], None]) -> None:
        self.window = RowWindow()
        self.source: RowSource | None = None
        self._wanted = wanted
        self._arrived = arrived
        self._dirty: set[int] = set()
        self._new_source = False
        self._busy = False
        self._turn = 0

    def show(self, source: RowSource) -> None:
        """Read from another source; its first page replaces the rows, which stay until then.

        Work under way is for the old source: whoever does it is to be cancelled.
        """
        self.source = source
        self._new_source = True
        self._turn += 1
        self._busy = False
        self._dirty.clear()

    def changed(self, ids: Collection[int]) -> None:
        """These transactions came or changed: the window is to be read again, once for all of them."""
        self._dirty.update(ids)

    def claim(self) -> bool:
        """Whether there is work that nobody does yet; whoever is told so does it."""
        if self._busy or self._next() is None:
            return False
        self._busy = True
        return True

    async def work(self) -> None:
        """Bring what is wanted until nothing is.

        Raises:
            Exception: whatever the source raised; the rows held stay as they were.
        """
        turn = self._turn
        try:
            while turn == self._turn and (step := self._next()) is not None:
                await step()
        finally:
            if turn == self._turn:
                self._busy = False

    def _next(self) -> Callable[[], Awaitable[None]] | None:
        """The most urgent step, or None when the view has all it may soon need."""
        if self.source is None:
            return None
        if self._new_source:
            return self._first
        view, window = self._wanted(), self.window
        if view.end and not (window.at_end and window.rows):
            return self._last
        if not view.end and not window.covers(view.top, view.top + view.height):
            return self._missing
        if self._dirty:
            return self._refresh
        return self._ahead(view)

    def _ahead(self, view: Wanted) -> Callable[[], Awaitable[None]] | None:
        margin = SCREENS_AHEAD * view.height // 2
        window = self.window
        if view.down and not window.at_end and window.end < view.top + view.height + margin:
            return self._after
        if not view.down and not window.at_top and window.start > view.top - margin:
            return self._before
        return None

    async def _first(self) -> None:
        source = self.source
        page = await self._ask(lambda one: one.page(0, self._wanted().height))
        if source is self.source and page is not None:
            self._new_source = False
            self.window.replace(page)
            self._arrived(Arrival(first=True))

    async def _last(self) -> None:
        page = await self._ask(lambda one: one.last(2 * self._wanted().height))
        if page is not None:
            self.window.replace(page)
            self._arrived(Arrival(to_end=True))

    async def _missing(self) -> None:
        view, window = self._wanted(), self.window
        if not window.touches(view.top, view.top + view.height):
            await self._jump(view)
        elif view.top + view.height > window.end and not window.at_end:
            await self._after()
        else:
            await self._before()

    async def _jump(self, view: Wanted) -> None:
        first = max(0, view.top - view.height // 2)
        page = await self._ask(lambda one: one.page(first, 2 * view.height))
        if page is None:
            return
        if not page.rows and first:
            page = await self._ask(lambda one: one.last(2 * view.height))
        if page is not None:
            self.window.replace(page)
            self._arrived(Arrival())

    async def _after(self) -> None:
        window, view = self.window, self._wanted()
        count = (SCREENS_AHEAD + 1) * view.height
        page = await self._ask(lambda one: one.after(window.rows[-1], window.end, count))
        self._grow(page)

    async def _before(self) -> None:
        window, view = self.window, self._wanted()
        count = (SCREENS_AHEAD + 1) * view.height
        page = await self._ask(lambda one: one.before(window.rows[0], window.start, count))
        self._grow(page)

    def _grow(self, page: TablePage | None) -> None:
        if page is None:
            return
        view = self._wanted()
        most = SCREENS_HELD * view.height
        moved = self.window.extend(page, (view.top, view.top + view.height), most)
        self._arrived(Arrival(moved))

    async def _refresh(self) -> None:
        dirty, self._dirty = frozenset(self._dirty), set()
        window, view = self.window, self._wanted()
        top = None if view.follow or not window.rows else window.rows[0]
        count = max(len(window.rows), 2 * view.height)
        was, old = window.start, window.rows
        page = await self._ask(lambda one: one.refresh(dirty, top, was, count))
        if page is None:
            return
        window.replace(page)
        changed = changed_ids(old, window.rows) & dirty
        follow = top is None
        moved = 0 if follow else window.start - was
        self._arrived(Arrival(moved, refreshed=True, changed=frozenset(changed), follow=follow))

    async def _ask(self, question: Callable[[RowSource], Awaitable[TablePage]]) -> TablePage | None:
        """The answer, or None when another source was shown meanwhile."""
        source = self.source
        if source is None:
            return None
        page = await question(source)
        return page if source is self.source else None
