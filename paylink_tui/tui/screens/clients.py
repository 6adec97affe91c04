"""Clients & matters: what each owes, what is held for it, and its ledger card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.content import Content

from paylink_tui.domain.money import display
from paylink_tui.domain.views import ClientView
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.record_payment import RecordPaymentDialog
from paylink_tui.tui.screens.ledger_card import card_text
from paylink_tui.tui.screens.list_screen import FILTER, LEAVE, ListScreen
from paylink_tui.tui.widgets.cells import Cell
from paylink_tui.tui.widgets.rows_layout import Column

GROUP = "Clients & matters"
OPEN_INVOICES, MATTERS = 20, 30
"""Lines of each kind on a card at most; the balance of the rest is in the sums."""


class ClientsScreen(ListScreen[ClientView]):
    """Clients by name, each with its card."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("clients.record", "r", "Record payment", "Record a payment for the client.", GROUP, True),
        Command("list.open", "enter", "Card", "Show the client's ledger card.", GROUP, True, run="details"),
        Command("clients.card", "f2", "Scroll card", "Go to the card, to scroll it.", GROUP, True),
        FILTER,
        LEAVE,
    )
    BINDINGS = bindings(one for one in ACTIONS if one.id != "list.open")

    title_text = "Clients & matters"
    noun = "client"
    follows = frozenset({"client", "invoice", "matter"})

    def none_yet(self) -> str:
        """How clients come here."""
        return "No clients here yet: paylink import clients FILE.csv"

    def columns(self) -> Sequence[Column[ClientView]]:
        """The name and the three sums always."""
        return (
            Column("Client", lambda one: Cell(one.client.name), 16, most=40),
            Column("Code", lambda one: Cell(one.client.code, "faint"), 7, most=12, drop=2),
            Column("Matters", lambda one: Cell(str(one.matters), "faint"), 7, right=True, drop=1),
            Column("Owes", lambda one: self._money(one.open_balance), 10, right=True, whole=True),
            Column("Trust", lambda one: self._money(one.trust), 10, right=True, whole=True),
            Column("Credit", lambda one: self._money(one.credit), 10, right=True, whole=True),
        )

    def _money(self, amount: int) -> Cell:
        return Cell(display(amount, self.currency), "" if amount else "faint")

    def key(self, row: ClientView) -> int:
        """Clients are told apart by id."""
        return row.client.id

    async def page(self, words: str, after: ClientView | None, limit: int) -> Sequence[ClientView]:
        """Clients whose code, name or e-mail has words that begin like these."""
        last = (after.client.name, after.client.id) if after else None
        return await self.services.directory.clients(words, limit=limit, after=last)

    async def detail(self, row: ClientView, width: int) -> Content | None:
        """The ledger card: held, open invoices, matters, latest postings."""
        directory, name = self.services.directory, f"#{row.client.id}"
        card = await directory.card(name)
        matters = await directory.matters(client=name, limit=MATTERS)
        invoices = await directory.invoices(client=name, open_only=True, limit=OPEN_INVOICES)
        return card_text(card, matters, invoices, self.currency, self.now, self.zone, width)

    def action_details(self) -> None:
        """Show the card."""
        self.list.action_select()

    def action_card(self) -> None:
        """Go to the card."""
        self._opened()
        self.query_one("#behind").focus()

    @work(group="write", exit_on_error=False)
    async def action_record(self) -> None:
        """Record a payment for the client under the cursor."""
        row = self.list.row
        if row is None or self.writable is None:
            return
        dialog = RecordPaymentDialog(self.services, client=f"#{row.client.id}")
        outcome = await self.app.push_screen_wait(dialog)
        if outcome is not None:
            self.app.notify(f"{outcome.name} recorded: {display(outcome.plan.applied, self.currency)} paid.")
