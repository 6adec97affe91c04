"""`u`: the last thing done here, or the linking under the cursor, undone by reversal; or why it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from textual import work

from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.screens.desk_screen import DeskScreen

if TYPE_CHECKING:
    from paylink_tui.domain.rows import PaymentRow
    from paylink_tui.domain.views import Transaction
    from paylink_tui.services.bundle import Services


class Deed(NamedTuple):
    """Something done in this session, that `u` is asked to undo."""

    kind: Literal["link", "record", "void", "mint"]
    number: int


class UndoActions(DeskScreen):
    """A screen that remembers what was done on it."""

    def __init__(self) -> None:
        super().__init__()
        self.deeds: list[Deed] = []
        """What was done in this session and not undone, the latest last."""

    def row_meant(self) -> PaymentRow | None:
        """The transaction under the cursor."""
        raise NotImplementedError

    def row_or_say(self) -> PaymentRow | None:
        """The transaction under the cursor; says so when there is none."""
        row = self.row_meant()
        if row is None:
            self.app.notify("There is no transaction under the cursor.")
        return row

    @work(group="write", exit_on_error=False)
    async def action_undo(self) -> None:
        """Undo the last thing done here, else the linking of the row under the cursor."""
        services = self.writable
        if services is None:
            return
        try:
            await self._undo(services)
        except PayLinkError as problem:
            self.say_no(problem)

    async def _undo(self, services: Services) -> None:
        deed = self.deeds[-1] if self.deeds else None
        if deed is None:
            row = self.row_or_say()
            if row is not None:
                await self._unlink(services, await services.transactions.get(row.id))
            return
        if deed.kind == "link":
            done = await self._unlink(services, await services.transactions.get(deed.number))
        elif deed.kind == "record":
            done = await self._undo_record(services, deed.number)
        else:
            done = True
            self._cannot_undo(deed)
        if done:
            self.deeds.remove(deed)

    def _cannot_undo(self, deed: Deed) -> None:
        if deed.kind == "void":
            no = Refused(
                "txn-states", f"Voiding T{deed.number} cannot be undone.", "The payer has to pay again."
            )
        else:
            message = f"L{deed.number} cannot be unmade: its URL may be in someone's hands."
            there, disable = key_of(self.app, "home.links"), key_of(self.app, "links.disable")
            fix = f"Disable it instead: {there} opens the links, {disable} disables."
            no = Refused("link-token", message, fix)
        self.say_no(no)

    async def _unlink(self, services: Services, one: Transaction) -> bool:
        from paylink_tui.tui.dialogs.reason import ReasonDialog

        if not one.linked and one.intent_client_id is not None:
            await services.linking.drop_intent(one.name)
            self.app.notify(f"{one.name} will not be linked on completion any more.")
            return True
        line = next(line for line in await services.transactions.why(one.id) if line.action == "unlink")
        if not line.allowed:
            self.say_no(Refused(line.rule, f"{one.name}: {line.reason}", line.fix))
            return one.id in {deed.number for deed in self.deeds} and not one.linked
        reason = await self.app.push_screen_wait(ReasonDialog(f"Unlink {one.name}", unlink_lines(one)))
        if reason is None:
            return False
        await services.linking.unlink(one.name, reason, version=one.version)
        self.app.notify(f"{one.name} is nobody's again: {display(one.amount, one.currency)} to link.")
        return True

    async def _undo_record(self, services: Services, number: int) -> bool:
        from paylink_tui.tui.dialogs.reason import ReasonDialog

        lines = ["The invoices it paid are open again, and the money is back where it came from."]
        reason = await self.app.push_screen_wait(ReasonDialog(f"Undo R{number}", lines))
        if reason is None:
            return False
        await services.recording.undo(number, reason)
        self.app.notify(f"R{number} is undone.")
        return True


def unlink_lines(one: Transaction) -> list[str]:
    """What unlinking a transaction takes back."""
    who = ", ".join(f"{part.client_name} {part.matter_number}".strip() for part in one.parts)
    lines = [f"{display(one.amount, one.currency)} is no longer {visible(who, 120)}'s."]
    lines += [
        f"Invoice {applied.invoice_number} is open again by {display(applied.amount, one.currency)}."
        for applied in one.allocations
    ]
    return lines
