"""Exporting from the table: the marked transactions, or all that the filter shows."""

from __future__ import annotations

from textual import work

from paylink_tui.domain.text import visible
from paylink_tui.tui.screens.payment_actions import PaymentActions


class ExportAction(PaymentActions):
    """A screen with transactions that can be written to a file."""

    def filter_shown(self) -> str:
        """The query of the rows that are shown; empty for all."""
        raise NotImplementedError

    @work(group="export", exit_on_error=False)
    async def action_export(self) -> None:
        """Write the marked rows, or all that is shown, as CSV."""
        from paylink_tui.services.export import ExportRequest
        from paylink_tui.tui.dialogs.export import ExportDialog

        services = self.ready
        if services is None:
            return
        marked = self.rows_marked()
        ids = tuple(row.id for row in marked) if marked else None
        asked = ExportRequest("csv", "" if marked else self.filter_shown(), ids=ids)
        file = await self.app.push_screen_wait(ExportDialog(services, asked, services.clock.now().date()))
        if file is not None:
            self.clear_marks()
            self.app.notify(f"Exported to {visible(str(file), 200)}. Only you can read it.", markup=False)
