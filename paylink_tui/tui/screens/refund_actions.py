"""Refunding from the table: the transaction under the cursor, or the marked ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from paylink_tui.domain.errors import Refused
from paylink_tui.tui.screens.payment_actions import PaymentActions

if TYPE_CHECKING:
    from paylink_tui.domain.rows import PaymentRow
    from paylink_tui.services.bundle import Services


class RefundActions(PaymentActions):
    """A screen with transactions that can be refunded."""

    @work(group="write", exit_on_error=False)
    async def action_refund(self) -> None:
        """Refund the transaction under the cursor, or all of each marked one."""
        services, marked = self.writable, self.rows_marked()
        row = None if marked else self.row_or_say()
        if services is None or (not marked and row is None):
            return
        if marked:
            from paylink_tui.tui.dialogs.refund_many import RefundManyDialog

            said = await self.app.push_screen_wait(RefundManyDialog(services, [one.id for one in marked]))
            if said is not None:
                self.clear_marks()
                self.app.notify(said)
        elif row is not None:
            await self._refund_one(services, row)

    async def _refund_one(self, services: Services, row: PaymentRow) -> None:
        from paylink_tui.domain.refunds import RefundState
        from paylink_tui.tui.dialogs.cascade_lines import outcome_words
        from paylink_tui.tui.dialogs.refund_dialog import RefundDialog

        line = next((one for one in await services.transactions.why(row.id) if one.action == "refund"), None)
        if line is not None and not line.allowed:
            self.say_no(Refused(line.rule, f"T{row.id}: {line.reason}", line.fix))
            return
        made = await self.app.push_screen_wait(RefundDialog(services, row.id))
        if made is not None:
            declined = made.state is RefundState.DECLINED
            self.app.notify(outcome_words(made), severity="error" if declined else "information", timeout=10)

    def action_refunds(self) -> None:
        """Open the refunds."""
        from paylink_tui.tui.screens.refunds import RefundsScreen

        if services := self.ready:
            self.app.push_screen(RefundsScreen(services))

    def action_trust(self) -> None:
        """Open Trust."""
        from paylink_tui.tui.screens.trust_clients import TrustClientsScreen

        if services := self.ready:
            self.app.push_screen(TrustClientsScreen(services))
