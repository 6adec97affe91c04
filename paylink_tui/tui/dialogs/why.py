"""Why: what can be done with a transaction, and which rule says no to the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import Transaction
from paylink_tui.services.bundle import Services
from paylink_tui.services.transactions import WhyLine
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.dialogs.payment_text import payment_lines
from paylink_tui.tui.paint import dim
from paylink_tui.tui.widgets.cells import COLOURS, whose


class WhyDialog(Dialog[None]):
    """Reads the rules of one transaction out, action by action."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (replace(LEAVE, label="Close"),)
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, transaction_id: int) -> None:
        super().__init__(f"Why: T{transaction_id}")
        self._services = services
        self._payment_id = transaction_id

    def body(self) -> ComposeResult:
        """The payment, then a paragraph for each action."""
        yield Static(id="payment", markup=False)
        with VerticalScroll(id="answers"):
            yield Static(id="lines", markup=False)

    def on_mount(self) -> None:
        """Ask the rules."""
        self._load()

    @work(exclusive=True, group="query", exit_on_error=False)
    async def _load(self) -> None:
        try:
            one = await self._services.transactions.get(self._payment_id)
            lines = await self._services.transactions.why(self._payment_id)
            firm = await self._services.firm.require()
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        self.query_one("#payment", Static).update(
            payment_lines(one, self._services.clock.now(), firm.timezone)
        )
        self.query_one("#lines", Static).update(Content("\n").join([_ledger(one), *_answers(lines)]))


def _ledger(one: Transaction) -> Content:
    """Whose ledger the money is on."""
    if one.parts:
        names = ", ".join(whose(part.client_name, part.matter_number) for part in one.parts[:3])
        return dim(f"The money is on the ledger of {names}, in {visible(one.account_name)}.")
    if one.status.value == "completed":
        return dim(f"The money is unidentified, in {visible(one.account_name)}: on nobody's ledger yet.")
    return dim("No money is on a ledger for it.")


def _answers(lines: Sequence[WhyLine]) -> list[Content]:
    told = []
    for line in lines:
        sign = ("✓ ", COLOURS["good"]) if line.allowed else ("✗ ", COLOURS["bad"])
        told.append(
            Content.assemble(
                sign,
                (f"{line.action.capitalize():20}", "bold"),
                "open" if line.allowed else (line.rule, COLOURS["warn"]),
            )
        )
        told.append(Content(f"    {visible(line.reason, 300)}"))
        if line.fix:
            told.append(dim(f"    {visible(line.fix, 300)}"))
    return told
