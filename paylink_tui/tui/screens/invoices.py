"""Invoices: what is owed, what is late, and what paid each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.content import Content

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import InvoiceView
from paylink_tui.services.bundle import Services
from paylink_tui.services.directory import PaidBy
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.reason import ReasonDialog
from paylink_tui.tui.dialogs.record_payment import RecordPaymentDialog
from paylink_tui.tui.paint import apart, dim
from paylink_tui.tui.screens.list_screen import FILTER, LEAVE, ListScreen
from paylink_tui.tui.widgets.cells import Cell, day, invoice_state, text
from paylink_tui.tui.widgets.rows_layout import Column

GROUP = "Invoices"


class InvoicesScreen(ListScreen[InvoiceView]):
    """Invoices, newest due first; the open ones oldest due first, as they are paid."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("invoices.open", "o", "Open only", "Show the open invoices, or all of them.", GROUP, True),
        Command("invoices.record", "r", "Record payment", "Record a payment for the invoice.", GROUP, True),
        Command("invoices.undo", "u", "Undo", "Undo the payment recorded last on it.", GROUP, True),
        Command("list.open", "enter", "Paid by", "Show what paid the invoice.", GROUP, True, run="details"),
        FILTER,
        LEAVE,
    )
    BINDINGS = bindings(one for one in ACTIONS if one.id != "list.open")

    title_text = "Invoices"
    noun = "invoice"
    follows = frozenset({"invoice"})

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._open_only = False

    def none_yet(self) -> str:
        """How invoices come here."""
        return "No invoices here yet: paylink import invoices FILE.csv"

    def columns(self) -> Sequence[Column[InvoiceView]]:
        """Number, client, balance and state always."""
        return (
            Column("Invoice", lambda one: Cell(one.invoice.number), 8, most=14),
            Column("Client", lambda one: Cell(one.client_name), 14, most=40),
            Column("Matter", lambda one: Cell(one.matter_number, "faint"), 9, most=18, drop=2),
            Column("Issued", lambda one: Cell(day(one.invoice.issued, self.today), "faint"), 10, drop=1),
            Column("Due", lambda one: Cell(day(one.invoice.due, self.today)), 6, whole=True),
            Column("Total", lambda one: _money(one, one.invoice.total, "faint"), 9, right=True, whole=True),
            Column("Balance", _balance, 9, right=True, whole=True),
            Column("State", lambda one: invoice_state(one.state), 9),
        )

    def key(self, row: InvoiceView) -> int:
        """Invoices are told apart by id."""
        return row.invoice.id

    async def page(self, words: str, after: InvoiceView | None, limit: int) -> Sequence[InvoiceView]:
        """Invoices whose number, client or matter begins like the words."""
        last = (after.invoice.due.isoformat(), after.invoice.id) if after else None
        return await self.services.directory.invoices(
            search=words, open_only=self._open_only, after=last, limit=limit
        )

    async def detail(self, row: InvoiceView, width: int) -> Content | None:
        """The invoice, and each payment of it with its day."""
        one = row.invoice
        paid = await self.services.directory.allocations_of(one.number)
        lines = [
            Content.assemble(
                (f"Invoice {visible(one.number, 40)}  ", "bold"), text(invoice_state(row.state))
            ),
            Content(visible(f"{row.client_name}  {row.matter_number}", 120)),
            dim(f"Issued {one.issued.isoformat()}, due {one.due.isoformat()}"),
            Content(""),
            self._line("Total", one.total, row, width),
        ]
        if one.paid_before:
            lines.append(self._line("Paid before PayLink", -one.paid_before, row, width))
        lines += [self._line(_told(by), -by.amount, row, width) for by in paid]
        if not paid and not one.paid_before:
            lines.append(dim("Nothing has paid it yet."))
        lines += [dim("─" * width), self._line("Balance", one.balance, row, width).stylize("bold")]
        return Content("\n").join(lines)

    def _line(self, words: str, amount: int, row: InvoiceView, width: int) -> Content:
        return apart(Content(words), Content(f"  {display(amount, row.invoice.currency)}"), width)

    def action_details(self) -> None:
        """Show what paid the invoice."""
        self.list.action_select()

    def action_open(self) -> None:
        """Show the open invoices only, or all again."""
        self._open_only = not self._open_only
        self.query_one("#rows").border_title = "Open invoices" if self._open_only else "Invoices"
        self.load()

    @work(group="write", exit_on_error=False)
    async def action_record(self) -> None:
        """Record a payment for the invoice under the cursor."""
        row = self.list.row
        if row is None or self.writable is None:
            return
        if not row.invoice.balance:
            self.app.notify(f"Invoice {visible(row.invoice.number, 40)} is paid.")
            return
        dialog = RecordPaymentDialog(self.services, invoice=row.invoice.number)
        outcome = await self.app.push_screen_wait(dialog)
        if outcome is not None:
            self.app.notify(f"{outcome.name} recorded: {display(outcome.plan.applied, self.currency)} paid.")

    @work(group="write", exit_on_error=False)
    async def action_undo(self) -> None:
        """Undo the payment recorded last on the invoice, keeping the reason."""
        row = self.list.row
        if row is None or self.writable is None:
            return
        number = row.invoice.number
        try:
            paid = await self.services.directory.allocations_of(number)
            recorded = [by for by in paid if by.name.startswith("R")]
            if not recorded:
                self._nothing_to_undo(number, paid)
                return
            last = recorded[-1]
            back = f"{display(last.amount, row.invoice.currency)} from {last.source} goes back where it was;"
            lines = [back, "every invoice that it paid owes it again."]
            reason = await self.app.push_screen_wait(ReasonDialog(f"Undo {last.name}", lines))
            if reason is not None:
                await self.services.recording.undo(int(last.name[1:]), reason)
                self.app.notify(f"{last.name} is undone.")
        except PayLinkError as problem:
            self.say_no(problem)

    def _nothing_to_undo(self, number: str, paid: Sequence[PaidBy]) -> None:
        by = f" It was paid by {paid[-1].name}: undo that link on Transactions." if paid else ""
        self.app.notify(f"No payment was recorded on invoice {visible(number, 40)}.{by}")


def _money(one: InvoiceView, amount: int, look: str) -> Cell:
    return Cell(display(amount, one.invoice.currency), look)


def _balance(one: InvoiceView) -> Cell:
    return _money(one, one.invoice.balance, "amount" if one.invoice.balance else "faint")


def _told(by: PaidBy) -> str:
    """`2026-11-02  T13 Acme Holdings`"""
    source = "" if by.source == "link" else f" {by.source}"
    who = f" {visible(by.who, 40)}" if by.who else ""
    return f"{by.paid_on.isoformat()}  {by.name}{source}{who}"
