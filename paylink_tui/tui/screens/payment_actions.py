"""What is done with transactions from the home screen: link, record, void, ask why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work

from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.screens.undo_actions import Deed, UndoActions

if TYPE_CHECKING:
    from paylink_tui.domain.rows import PaymentRow
    from paylink_tui.services.bundle import Services


class PaymentActions(UndoActions):
    """A screen with transactions on it."""

    def rows_marked(self) -> tuple[PaymentRow, ...]:
        """The marked transactions."""
        raise NotImplementedError

    def clear_marks(self) -> None:
        """Unmark everything."""
        raise NotImplementedError

    def action_new_link(self) -> None:
        """Go to where links are made."""
        raise NotImplementedError

    # Linking

    @work(group="write", exit_on_error=False)
    async def action_link(self) -> None:
        """Say whose the transaction, or the marked ones, are."""
        services = self.writable
        marked = self.rows_marked()
        row = None if marked else self.row_or_say()
        if services is None or (not marked and row is None):
            return
        if marked:
            await self._link_marked(services, marked)
        elif row is not None:
            await self._link_one(services, row)

    async def _link_one(self, services: Services, row: PaymentRow) -> None:
        from paylink_tui.tui.dialogs.link_dialog import LinkDialog

        if row.linked:
            await self._relink(services, row)
            return
        if reason := row.unlinkable:
            self.app.notify(reason, severity="warning")
            return
        outcome = await self.app.push_screen_wait(LinkDialog(services, row.id))
        if outcome is not None:
            self.deeds.append(Deed("link", row.id))
            said = "is linked" if outcome.posted else "will be linked once it is completed"
            self.app.notify(f"T{row.id} {said}. Press {key_of(self.app, 'home.undo')} to undo.")

    async def _relink(self, services: Services, row: PaymentRow) -> None:
        from paylink_tui.tui.dialogs.relink_dialog import RelinkDialog

        outcome = await self.app.push_screen_wait(RelinkDialog(services, row.id))
        if outcome is not None:
            self.deeds.append(Deed("link", row.id))
            whose = ", ".join(visible(part.client_name, 40) for part in outcome.transaction.parts)
            self.app.notify(
                f"T{row.id} is {whose}’s now. Press {key_of(self.app, 'home.undo')} to unlink it."
            )

    async def _link_marked(self, services: Services, marked: Sequence[PaymentRow]) -> None:
        from paylink_tui.tui.dialogs.link_many import LinkManyDialog

        good = [row for row in marked if not row.unlinkable]
        if not good:
            self.app.notify("None of the marked transactions can be linked.", severity="warning")
            return
        answers = await self.app.push_screen_wait(LinkManyDialog(services, [row.id for row in good]))
        if answers is not None:
            done = [
                row for row, answer in zip(good, answers, strict=True) if not isinstance(answer, Exception)
            ]
            self.deeds += [Deed("link", row.id) for row in done]
            self.clear_marks()
            self.app.notify(f"{len(done)} of {len(marked)} marked transactions linked: {total(done)}.")

    # Recording

    @work(group="write", exit_on_error=False)
    async def action_record(self) -> None:
        """Record a payment from credit, from trust, or received outside."""
        await self._record()

    async def _record(self) -> None:
        from paylink_tui.tui.dialogs.record_payment import RecordPaymentDialog

        services = self.writable
        if services is None:
            return
        outcome = await self.app.push_screen_wait(RecordPaymentDialog(services, await self._client_meant()))
        if outcome is not None:
            self.deeds.append(Deed("record", outcome.id))
            self.app.notify(f"{outcome.name} recorded. Press {key_of(self.app, 'home.undo')} to undo.")

    async def _client_meant(self) -> str | None:
        """The code of the client the transaction under the cursor is linked to."""
        row = self.row_meant()
        if row is None or not row.linked or self.services is None:
            return None
        one = await self.services.transactions.get(row.id)
        return one.parts[0].client_code if one.parts else None

    @work(group="write", exit_on_error=False)
    async def action_create(self) -> None:
        """Choose what to make."""
        from paylink_tui.tui.dialogs.create_new import CreateNewMenu

        made = await self.app.push_screen_wait(CreateNewMenu())
        if made == "link":
            self.action_new_link()
        elif made == "record":
            await self._record()

    # Voiding

    @work(group="write", exit_on_error=False)
    async def action_void(self) -> None:
        """Void what is authorized: the marked ones, or the one under the cursor."""
        services = self.writable
        marked = self.rows_marked()
        row = None if marked else self.row_or_say()
        if services is None or (not marked and row is None):
            return
        meant = marked or ((row,) if row is not None else ())
        rows = [one for one in meant if one.status == "authorized"]
        if not rows:
            await self._explain_void(services, meant[0].id)
        elif await self._sure_to_void(rows, len(meant) - len(rows)):
            await self._void(services, rows)

    async def _explain_void(self, services: Services, number: int) -> None:
        line = next(line for line in await services.transactions.why(number) if line.action == "void")
        self.say_no(Refused(line.rule, line.reason, line.fix))

    async def _sure_to_void(self, rows: Sequence[PaymentRow], passed_over: int) -> bool:
        from paylink_tui.tui.dialogs.confirm import ConfirmDialog

        title = f"Void {name_of(rows[0])}" if len(rows) == 1 else f"Void {len(rows)} transactions"
        lines = [f"{total(rows)} in all; the payers are not charged. A void cannot be undone."]
        if passed_over:
            lines.append(f"{passed_over} marked but not authorized: left alone.")
        lines += [describe(row) for row in rows]
        return await self.app.push_screen_wait(ConfirmDialog(title, lines, "Void"))

    async def _void(self, services: Services, rows: Sequence[PaymentRow]) -> None:
        done: list[PaymentRow] = []
        for row in rows:
            try:
                await services.transactions.void(row.id)
            except PayLinkError as problem:
                self.say_no(problem)
            else:
                done.append(row)
                self.deeds.append(Deed("void", row.id))
        if done:
            self.clear_marks()
            which = name_of(done[0]) if len(done) == 1 else f"{len(done)} of {len(rows)} transactions"
            self.app.notify(f"{which} voided: {total(done)}.")

    @work(group="ask", exit_on_error=False)
    async def action_why(self) -> None:
        """Tell what is allowed and what is not."""
        from paylink_tui.tui.dialogs.why import WhyDialog

        services, row = self.ready, self.row_or_say()
        if services is not None and row is not None:
            await self.app.push_screen_wait(WhyDialog(services, row.id))


def name_of(row: PaymentRow) -> str:
    """`T17`."""
    return f"T{row.id}"


def describe(row: PaymentRow) -> str:
    """A row in one line of a dialog or a toast."""
    return f"T{row.id}  {display(row.amount, row.currency)}  from {visible(row.payer_name, 40)}"


def total(rows: Sequence[PaymentRow]) -> str:
    """Sums of the rows by currency."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    return " + ".join(display(amount, currency) for currency, amount in sums.items()) or display(0)
