"""Trust by client: what each ledger holds, what of it may be spent, and what could still be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content

from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import Deposit, EntryKind, TrustPosition
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.entry_draft import EntryDraft
from paylink_tui.tui.paint import HEADING, apart, dim
from paylink_tui.tui.screens.ledger_card import card_text
from paylink_tui.tui.screens.trust import GROUP, SHARED, TrustScreen
from paylink_tui.tui.widgets.cells import COLOURS, Cell, day, whose
from paylink_tui.tui.widgets.rows_layout import Column

PAGE = 60
"""Ledgers read at a time: the deposits of each are looked at."""
DEPOSITS = 12
"""Deposits told of one ledger."""


class TrustClientsScreen(TrustScreen[TrustPosition]):
    """Every trust ledger that holds something."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "trust-clients.receive", "r", "Receive", "Receive money for the client by hand.", GROUP, True
        ),
        Command(
            "trust-clients.disburse", "d", "Disburse", "Pay the client's money out to somebody.", GROUP, True
        ),
        Command(
            "trust-clients.move", "m", "Move", "Move money to another of the client's ledgers.", GROUP, True
        ),
        Command("list.open", "enter", "Card", "Show the client's ledger card.", GROUP, True, run="details"),
        *SHARED,
    )
    BINDINGS = bindings(one for one in ACTIONS if one.id != "list.open")

    view = 1
    noun = "ledger"

    def none_yet(self) -> str:
        """What an empty trust looks like."""
        return "No client's trust ledger holds anything."

    def columns(self) -> Sequence[Column[TrustPosition]]:
        """Whose, and the four amounts; never without the available one."""
        return (
            Column("Client", lambda one: Cell(one.client_name), 12, most=34),
            Column("Matter", lambda one: Cell(one.matter_number, "faint"), 9, most=16, drop=2),
            Column("Ledger", lambda one: _money(one.ledger, one), 10, right=True, whole=True),
            Column("Available", lambda one: _money(one.available, one, "good"), 10, right=True, whole=True),
            Column("At risk", lambda one: _money(one.at_risk, one, "warn"), 9, right=True, whole=True),
            Column("Held", lambda one: _money(one.held, one, "bad"), 6, right=True, whole=True, drop=3),
            Column("Next safe", self._next_safe, 9, drop=1),
        )

    def _next_safe(self, one: TrustPosition) -> Cell:
        waiting = [each.safe_on for each in one.deposits if each.safe_on and not each.safe(self.today)]
        return Cell(day(min(waiting), self.today) if waiting and one.at_risk else "", "warn")

    def key(self, row: TrustPosition) -> int:
        """Ledgers are told apart by client, matter and currency."""
        return hash((row.client_id, row.matter_number, row.currency))

    async def page(self, words: str, after: TrustPosition | None, limit: int) -> Sequence[TrustPosition]:
        """Ledgers of clients whose code, name or e-mail has words that begin like these."""
        return await self.services.trust.ledgers(words, after=after, limit=limit)

    async def detail(self, row: TrustPosition, width: int) -> Content | None:
        """When each deposit is safe to spend, then the client's card."""
        name = f"#{row.client_id}"
        card = await self.services.directory.card(name)
        matters = await self.services.directory.matters(client=name, limit=20)
        invoices = await self.services.directory.invoices(client=name, open_only=True, limit=20)
        rest = card_text(card, matters, invoices, row.currency, self.now, self.zone, width)
        return Content("\n\n").join([self._ledger(row, width), rest])

    def _ledger(self, row: TrustPosition, width: int) -> Content:
        lines = [Content.styled(whose(row.client_name, row.matter_number), HEADING)]
        for label, amount in (("Ledger", row.ledger), ("Available", row.available)):
            lines.append(apart(dim(label), Content.styled(display(amount, row.currency), "bold"), width))
        lines += [line for one in row.deposits[:DEPOSITS] for line in self._deposit(one, row.currency, width)]
        if row.held:
            held = Content.styled(display(row.held, row.currency), COLOURS["bad"])
            lines.append(apart(dim("Held while a payment is disputed"), held, width))
        return Content("\n").join(lines)

    def _deposit(self, one: Deposit, currency: str, width: int) -> list[Content]:
        if one.disputed:
            when, look = "disputed", COLOURS["bad"]
        elif one.safe(self.today) or one.safe_on is None:
            when, look = "safe to spend", COLOURS["good"]
        else:
            when, look = f"safe on {day(one.safe_on, self.today)}", COLOURS["warn"]
        until = dim(f"  returns until {day(one.may_return_until, self.today)}")
        left = Content.assemble(f"  {one.name}  {visible(one.method, 12)}  ", (when, look))
        amount = Content(f"  {display(one.amount, currency)}")
        if left.cell_length + until.cell_length + amount.cell_length <= width:
            return [apart(left + until, amount, width)]
        return [apart(left, amount, width), Content("  ") + until]

    def action_details(self) -> None:
        """Show the card."""
        self.list.action_select()

    def action_receive(self) -> None:
        """Receive money for the client under the cursor."""
        self._enter(EntryKind.RECEIPT)

    def action_disburse(self) -> None:
        """Pay money of the client under the cursor out."""
        self._enter(EntryKind.DISBURSEMENT)

    def action_move(self) -> None:
        """Move money of the client under the cursor."""
        self._enter(EntryKind.MOVE)

    def _enter(self, kind: EntryKind) -> None:
        row = self.list.row
        code, matter = (row.client_code, row.matter_number) if row else ("", "")
        self.make_entry(kind, draft=EntryDraft(kind, self.account, code, matter))


def _money(amount: int, one: TrustPosition, look: str = "") -> Cell:
    return Cell(display(amount, one.currency), look if amount else "faint")
