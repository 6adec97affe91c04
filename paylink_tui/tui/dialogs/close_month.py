"""Closing a month for good, signed by a second person where the firm has one."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.roles import Role
from paylink_tui.domain.trust import ClosedMonth
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog


class CloseMonthDialog(Dialog[ClosedMonth | None]):
    """Enter closes the month; there is no key that opens it again."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("close.accept", "enter", "Close it", "Close the month for good.", "Trust", True, True),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, month: str) -> None:
        super().__init__(f"Close {month}")
        self.services = services
        self._month = month
        self._posting = False

    def body(self) -> ComposeResult:
        """What closing means, and who signs."""
        said = (
            f"{self._month} and every month before it take no posting any more.\n"
            "What comes later for them is posted in the first open month. This cannot be undone."
        )
        yield Static(said, id="told", markup=False)
        yield Input(
            placeholder="Who signs beside you (empty: nobody)", id="signs", max_length=100, compact=True
        )

    def on_mount(self) -> None:
        """Offer the approver there is."""
        self._offer()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _offer(self) -> None:
        for one in await self.services.roles.members():
            if one.role is Role.APPROVER and one.name != self.services.actor:
                self.query_one("#signs", Input).value = one.name
                return

    def action_accept(self) -> None:
        """Close it."""
        if not self._posting:
            self._posting = True
            self._close(self.query_one("#signs", Input).value.strip() or None)

    @work(group="post", exit_on_error=False)
    async def _close(self, signs: str | None) -> None:
        try:
            done = await self.services.trust.close(self._month, signs)
        except PayLinkError as problem:
            self.show_problem(problem)
        else:
            self.dismiss(done)
        finally:
            self._posting = False
