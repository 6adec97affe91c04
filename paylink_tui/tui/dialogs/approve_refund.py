"""Approving a refund that somebody else asked for, after seeing what it does today."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.refunds import RefundView
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.cascade_lines import asked_line, beside_lines, cascade_lines, warning_lines
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.dialogs.payment_text import payment_lines


class ApproveRefundDialog(Dialog[RefundView | None]):
    """Enter sends the refund; nothing can be changed about it."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "approve.accept", "enter", "Approve", "Approve the refund, and send it.", "Refund", True, True
        ),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, one: RefundView) -> None:
        super().__init__(f"Approve {one.name}")
        self.services = services
        self._one = one
        self._shown = self._posting = False

    def body(self) -> ComposeResult:
        """Who asked, the payment, payer beside client, and what follows."""
        yield Static(asked_line(self._one), id="asked", markup=False)
        yield Static(id="payment", markup=False)
        yield Static(id="beside", markup=False)
        yield Static(id="cascade", markup=False)
        yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        """Read what it would do."""
        self._load()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        one = self._one
        try:
            preview = await self.services.refunds.preview(
                one.transaction_id,
                one.amount,
                client=one.client_code or None,
                matter=one.matter_number or None,
            )
            firm = await self.services.firm.require()
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        now = self.services.clock.now()
        self.query_one("#payment", Static).update(payment_lines(preview.transaction, now, firm.timezone))
        self.query_one("#beside", Static).update(beside_lines(preview.transaction, preview.clients))
        self.query_one("#cascade", Static).update(cascade_lines(preview.cascade))
        self.query_one("#note", Static).update(warning_lines(preview))
        self._shown = True

    def action_accept(self) -> None:
        """Approve what is shown."""
        if self._shown and not self._posting:
            self._posting = True
            self.query_one("#note", Static).update("Asking the processor ...")
            self._approve()

    @work(group="post", exit_on_error=False)
    async def _approve(self) -> None:
        try:
            done = await self.services.refunds.approve(self._one.name)
        except PayLinkError as problem:
            self.query_one("#note", Static).update("")
            self.show_problem(problem)
        else:
            self.dismiss(done)
        finally:
            self._posting = False

    def action_leave(self) -> None:
        """Leave; not while the processor is being asked, which is over in a moment."""
        if not self._posting:
            self.dismiss(None)
