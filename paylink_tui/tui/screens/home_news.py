"""What is new on the desk, told once: payments to link, payments lost, links frozen; what was looked at."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from textual import work

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.tui import state
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.screens.desk_screen import DeskScreen
from paylink_tui.tui.screens.home_commands import TO_LINK
from paylink_tui.tui.widgets.header_line import HeaderLine
from paylink_tui.tui.widgets.live_table import LiveTable

if TYPE_CHECKING:
    from paylink_tui.domain.rows import PaymentRow
    from paylink_tui.services.news import FrozenLink, News

LOST: Final = {"failed": "failed", "returned": "came back"}
"""What is told in red, and how."""
FAILED: Final = 6
"""The digit of the view of what failed or came back."""
LONG: Final = 15
"""Seconds a toast stays that somebody should act on."""


class HomeNews(DeskScreen):
    """A screen that says what is new, and knows what its bookkeeper has not looked at yet."""

    def __init__(self) -> None:
        super().__init__()
        self._mark: int | None = None
        """News up to here have been told; None until the books were asked."""
        self._telling = asyncio.Lock()
        self._unseen: dict[int, PaymentRow] = {}
        """Payments to link that were not looked at, the one that completed last at the end."""
        self._remembers: bool | None = None
        """Whether what was looked at is kept for the next day; None until that is known."""
        self._frozen: set[int] = set()

    @property
    def table(self) -> LiveTable:
        """The live table."""
        raise NotImplementedError

    def trouble(self, source: str, problem: str) -> None:
        """Keep a lasting state in the status line until its source says it is over."""
        raise NotImplementedError

    def open_news(self, *, remember: bool) -> None:
        """Tell what came since this person looked last, and what comes from now on.

        Args:
            remember: Whether what was looked at is kept for the next day; not in a demonstration.
        """
        self._remembers = remember
        self.look_for_frozen()
        self.look_for_news(())

    async def _tell_what_was_missed(self) -> None:
        """Tell what completed and what was lost since this person looked last; sets the mark of now."""
        assert self.services is not None
        mark = await self.services.news.mark()
        kept = state.load().get(self._state_key(), "") if self._remembers else ""
        seen = int(kept) if kept.isdecimal() else None
        if seen is None or seen > mark:
            self._mark = mark
            self._keep_mark()
            return
        missed = [one for one in await self.services.news.since(seen) if one.mark <= mark]
        done, lost = await self._to_link(missed), await self._lost(missed)
        if done:
            self._add_unseen(done)
            words = "1 payment" if len(done) == 1 else f"{len(done):,} payments"
            said = (
                f"{words} completed while you were away, {total(done)} to link. Press {self._view(TO_LINK)}."
            )
            self.app.notify(said, timeout=LONG)
        self._tell_lost(lost)
        self._mark = mark

    @work(group="news", exit_on_error=False)
    async def look_for_news(self, moved: Collection[int]) -> None:
        """Tell what became of payments since it was told last; `moved` have changed somehow."""
        if self.services is None or self._remembers is None:
            return
        async with self._telling:
            try:
                if self._mark is None:
                    await self._tell_what_was_missed()
                mark = self._mark or 0
                news = await self.services.news.since(mark)
                await self._forget_linked(moved)
                done, lost = await self._to_link(news), await self._lost(news)
            except PayLinkError as problem:
                self.trouble("news", problem.message)
                return
            self.trouble("news", "")
            self._mark = max([mark, *(one.mark for one in news)])
        self._tell_done(done)
        self._tell_lost(lost)

    async def _rows(self, news: Iterable[News]) -> list[PaymentRow]:
        """The payments, the one that moved first leading."""
        assert self.services is not None
        ids = list(dict.fromkeys(one.payment_id for one in reversed(list(news))))
        return await self.services.table.view().rows(ids) if ids else []

    async def _to_link(self, news: Iterable[News]) -> list[PaymentRow]:
        rows = await self._rows([one for one in news if one.kind == "captured"])
        return [row for row in rows if row.display_state == "to link"]

    async def _lost(self, news: Iterable[News]) -> list[tuple[PaymentRow, News]]:
        """The payments that failed or came back, each with the last of it."""
        bad = [one for one in news if one.kind in LOST]
        last = {one.payment_id: one for one in reversed(bad)}
        return [(row, last[row.id]) for row in await self._rows(bad)]

    def _view(self, digit: int) -> str:
        """The key of a saved view."""
        return key_of(self.app, f"home.view-{digit}")

    def _tell_done(self, done: Sequence[PaymentRow]) -> None:
        """Prompt to link what completed; the focus stays where it is."""
        assert self.services is not None
        if not done:
            return
        self._add_unseen(done)
        if len(done) == 1:
            look, link = self._view(TO_LINK), key_of(self.app, "home.link")
            self.app.notify(f"{named(done[0])} completed:\nPress {look}, then press {link} to link.")
        else:
            words = f"{len(done):,} payments completed, {total(done)} to link"
            self.app.notify(f"{words}: press {self._view(TO_LINK)}")
        if self.services.settings.notify.bell:
            self.app.bell()

    def _tell_lost(self, lost: Sequence[tuple[PaymentRow, News]]) -> None:
        """Tell in red what failed or came back."""
        if len(lost) == 1:
            [(row, one)] = lost
            why = f": {visible(one.detail, 80)}" if one.detail else ""
            self.app.notify(f"{named(row)} {LOST[one.kind]}{why}", severity="error", timeout=LONG)
        elif lost:
            back = sum(one.kind == "returned" for _, one in lost)
            counts = ((len(lost) - back, "failed"), (back, "came back"))
            what = " and ".join(f"{count:,} {word}" for count, word in counts if count)
            said = f"{what} of {total(row for row, _ in lost)} in all: press {self._view(FAILED)}"
            self.app.notify(f"Payments: {said}", severity="error", timeout=LONG)

    # What was not looked at yet

    def look_at_unseen(self) -> PaymentRow | None:
        """The person looks at what is to be linked: the payment that completed last of those not seen yet.

        They stay marked until the next look.
        """
        unseen, self._unseen = self._unseen, {}
        self.table.mark_unseen(unseen)
        self.query_one(HeaderLine).unseen = 0
        self._keep_mark()
        return list(unseen.values())[-1] if unseen else None

    def _add_unseen(self, rows: Iterable[PaymentRow]) -> None:
        self._unseen.update((row.id, row) for row in rows)
        self._show_unseen()

    async def _forget_linked(self, moved: Collection[int]) -> None:
        """What was linked meanwhile, here or elsewhere, need not be looked at any more."""
        assert self.services is not None
        ids = self._unseen.keys() & set(moved)
        if ids:
            for row in await self.services.table.view().rows(ids):
                if row.display_state != "to link":
                    del self._unseen[row.id]
            self._show_unseen()

    def _show_unseen(self) -> None:
        self.table.mark_unseen(self._unseen)
        self.query_one(HeaderLine).unseen = len(self._unseen)

    def _keep_mark(self) -> None:
        """Keep the mark, once it is known; not before what is to be seen is painted."""
        self.call_after_refresh(self._write_mark)

    def _write_mark(self) -> None:
        if self._remembers and self._mark is not None:
            state.keep({self._state_key(): str(self._mark)})

    def _state_key(self) -> str:
        """Names this person and this database; an address may hold a password, so it is hashed."""
        from hashlib import sha256

        assert self.services is not None
        whose = f"{self.services.actor}\0{self.services.database.url}"
        return f"seen {sha256(whose.encode()).hexdigest()[:16]}"

    # Frozen links

    @work(group="frozen", exclusive=True, exit_on_error=False)
    async def look_for_frozen(self) -> None:
        """Tell of links that froze themselves; the status line keeps them until they are released."""
        assert self.services is not None
        try:
            frozen = await self.services.news.frozen()
        except PayLinkError as problem:
            self.trouble("frozen", problem.message)
            return
        names = ", ".join(f"L{one.id}" for one in frozen[:3]) + (" ..." if len(frozen) > 3 else "")
        self.trouble("frozen", f"{names} frozen" if frozen else "")
        self._tell_frozen([one for one in frozen if one.id not in self._frozen])
        self._frozen = {one.id for one in frozen}

    def _tell_frozen(self, fresh: Sequence[FrozenLink]) -> None:
        release = f"Press {key_of(self.app, 'home.links')}, then {key_of(self.app, 'links.release')}."
        if len(fresh) == 1:
            said = f"L{fresh[0].id} froze: {visible(fresh[0].reason, 80)}. {release}"
            self.app.notify(said, severity="error", timeout=LONG)
        elif fresh:
            self.app.notify(f"{len(fresh)} links froze. {release}", severity="error", timeout=LONG)


def named(row: PaymentRow) -> str:
    """A payment in a few words: `T20 $42.00 from Dana Ruiz`."""
    return f"T{row.id} {display(row.amount, row.currency)} from {visible(row.payer_name, 40)}"


def total(rows: Iterable[PaymentRow]) -> str:
    """What the payments come to, each currency on its own."""
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row.currency] += row.amount
    return " + ".join(display(amount, currency) for currency, amount in sums.items())
