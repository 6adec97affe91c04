"""Months: reconciled account by account, closed for good, and the pack that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.content import Content

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import Month
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.paint import dim, when
from paylink_tui.tui.screens.trust import GROUP, SHARED, TrustScreen
from paylink_tui.tui.widgets.cells import Cell, day, text
from paylink_tui.tui.widgets.rows_layout import Column


class MonthsScreen(TrustScreen[Month]):
    """Every month since trust was first used, the newest first."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("months.reconcile", "r", "Reconcile", "Reconcile the account for the month.", GROUP, True),
        Command("months.close", "c", "Close", "Close the month: it takes no posting any more.", GROUP, True),
        Command("months.pack", "p", "Pack", "Write the month's pack as PDF and CSV.", GROUP, True),
        *SHARED,
    )
    BINDINGS = bindings(ACTIONS)

    view = 5
    noun = "month"

    def none_yet(self) -> str:
        """Trust was never used."""
        return "Nothing was posted in trust yet."

    def columns(self) -> Sequence[Column[Month]]:
        """How far each month is."""
        return (
            Column("Month", lambda one: Cell(one.month), 7, whole=True),
            Column("State", month_state, 14),
            Column(
                "Due",
                lambda one: Cell(day(one.reconcile_by, self.today), "bad" if one.overdue else "faint"),
                10,
            ),
            Column("Reconciled", lambda one: Cell(", ".join(one.reconciled), "good"), 10, most=34),
            Column("Waiting", lambda one: Cell(", ".join(one.waiting), "warn"), 8, most=34, drop=1),
        )

    def key(self, row: Month) -> int:
        """Months are told apart by name."""
        return int(row.month.replace("-", ""))

    async def page(self, words: str, after: Month | None, limit: int) -> Sequence[Month]:
        """Months whose name or state has these words."""
        if after is not None:
            return ()
        found = await self.services.trust.months()
        return [one for one in found if words.casefold() in f"{one.month} {month_state(one).text}".casefold()]

    async def detail(self, row: Month, width: int) -> Content | None:
        """Who reconciled and closed it, and when it is due."""
        lines = [Content.styled(row.month, "bold"), text(month_state(row))]
        lines.append(dim(f"to be reconciled by {row.reconcile_by}"))
        lines += [Content(f"✓ {visible(name, 60)}") for name in row.reconciled]
        lines += [
            Content.styled(f"○ {visible(name, 60)} is not reconciled yet", "$text-warning")
            for name in row.waiting
        ]
        if row.closed is not None:
            signed = f", signed by {row.closed.approved_by}" if row.closed.approved_by else ""
            at = when(row.closed.closed_at, self.zone, self.now)
            lines.append(Content(visible(f"closed by {row.closed.closed_by}{signed}, {at}", 200)))
            lines.append(dim(f"audit log {row.closed.audit_head[:16]}"))
        return Content("\n").join(lines)

    @work(group="write", exit_on_error=False)
    async def action_reconcile(self) -> None:
        """Show the three numbers at the end of the month, and keep them when they agree."""
        from paylink_tui.tui.dialogs.reconcile_dialog import ReconcileDialog

        row = self.list.row
        if row is None or self.writable is None or not self.account:
            return
        done = await self.app.push_screen_wait(ReconcileDialog(self.services, self.account, row.month))
        if done is not None:
            self.app.notify(f"{self.account} is reconciled for {done.month}.")
        self.load(fresh=True)

    @work(group="write", exit_on_error=False)
    async def action_close(self) -> None:
        """Close the month under the cursor, signed by another person where there is one."""
        from paylink_tui.tui.dialogs.close_month import CloseMonthDialog

        row = self.list.row
        if row is None or self.writable is None:
            return
        if row.closed is not None:
            self.app.notify(f"{row.month} is closed already.")
            return
        done = await self.app.push_screen_wait(CloseMonthDialog(self.services, row.month))
        if done is not None:
            self.app.notify(f"{done.month} is closed, and everything before it.")
        self.load(fresh=True)

    @work(group="pack", exit_on_error=False)
    async def action_pack(self) -> None:
        """Write the pack of the month under the cursor."""
        from paylink_tui.tui.dialogs.export import folder
        from paylink_tui.tui.dialogs.path import PathDialog

        row = self.list.row
        if row is None or not self.account:
            return
        offered = str(folder() / f"paylink-{self.account.replace(' ', '-').lower()}-{row.month}")
        lines = [f"The pack of {self.account} for {row.month}: PDF and CSV, into a folder of its own."]
        place = await self.app.push_screen_wait(PathDialog("Write the monthly pack", lines, offered))
        if place is None:
            return
        try:
            files = await self.services.pack.write(self.account, row.month, place)
        except PayLinkError as problem:
            self.say_no(problem)
        else:
            self.app.notify(f"{len(files)} files written to {visible(str(place), 200)}.")


def month_state(one: Month) -> Cell:
    """Glyph and word: closed, reconciled, late, open."""
    if one.closed is not None:
        return Cell("✓ Closed", "good")
    if one.overdue:
        return Cell("! Late", "bad")
    if not one.waiting:
        return Cell("◆ Reconciled", "accent")
    return Cell("○ Open", "")
