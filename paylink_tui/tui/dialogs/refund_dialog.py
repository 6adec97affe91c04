"""Refunding: how much goes back to the payer, and everything that follows, shown before it is sent."""

from __future__ import annotations

import asyncio
from typing import ClassVar
from uuid import uuid4

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label, Static

from paylink_tui.domain.cascade import RefundPreview
from paylink_tui.domain.errors import ChangedMeanwhile, PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.refunds import RefundView
from paylink_tui.domain.views import LinkedPart, Transaction
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.cascade_lines import beside_lines, cascade_lines, note_lines
from paylink_tui.tui.dialogs.dialog import HELP, LEAVE, Dialog
from paylink_tui.tui.dialogs.payment_text import payment_lines
from paylink_tui.tui.widgets.cells import whose
from paylink_tui.tui.widgets.choice_row import ChoiceRow
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.money_input import MoneyInput

PAUSE = 0.12
"""Seconds without a key after which what was typed is previewed."""
ALL, OVERPAYMENT, TYPED = "all", "overpayment", "typed"
EVERY_PART = "every part"
PART = Command("refund.part", "f3", "Part", "Whose part of a split payment goes back.", "Refund", True)


class RefundDialog(Dialog[RefundView | None]):
    """Refunds one payment. What Enter asks for is what the preview shows, or nothing."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("refund.accept", "enter", "Refund", "Refund what is shown.", "Refund", True, True),
        Command("refund.amount", "f2", "Amount", "All of it, the overpayment, or typed.", "Refund", True),
        PART,
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, transaction_id: int) -> None:
        super().__init__(f"Refund T{transaction_id}")
        self.services = services
        self._payment_id = transaction_id
        self._key = uuid4().hex
        """One dialog asks for one refund, however often Enter is pressed."""
        self._amount: int | None = None
        """What was typed or chosen, in minor units; None for all."""
        self._parts: tuple[LinkedPart, ...] = ()
        self._part: LinkedPart | None = None
        self._preview: RefundPreview | None = None
        self._posting = False

    def body(self) -> ComposeResult:
        """The payment, payer beside client, how much, what follows, and the reason."""
        yield Static(id="payment", markup=False)
        yield Static(id="beside", markup=False)
        with Horizontal(classes="field"):
            yield Label("Amount", markup=False)
            yield MoneyInput(placeholder="0.00", id="amount")
            yield ChoiceRow((ALL, OVERPAYMENT, TYPED), ALL, id="how")
        yield Static(id="part", markup=False)
        yield Input(placeholder="Why? It is kept in the books", id="reason", max_length=200, compact=True)
        yield Static(id="cascade", markup=False)
        yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        """Read the payment, and what refunding all of it would do."""
        self.query_one("#reason").focus()
        self._load()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        try:
            one = await self.services.transactions.get(self._payment_id)
            firm = await self.services.firm.require()
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        now = self.services.clock.now()
        self.query_one("#payment", Static).update(payment_lines(one, now, firm.timezone))
        self.query_one("#amount", MoneyInput).currency = one.currency
        self._parts = one.parts
        self._tell_part(one)
        self._read()

    def _tell_part(self, one: Transaction) -> None:
        self.query_one("#part").display = len(self._parts) > 1
        offered = [command for command in (*self.ACTIONS, HELP) if command != PART or len(self._parts) > 1]
        self.query_one(FooterLine).show(offered)
        if len(self._parts) < 2:
            return
        part = self._part
        name = EVERY_PART if part is None else whose(part.client_name, part.matter_number)
        amount = display(one.amount if part is None else part.amount, one.currency)
        self.query_one("#part", Static).update(f"Part     {name}  {amount}")

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _read(self, pause: float = 0) -> None:
        self._preview = None
        await asyncio.sleep(pause)
        try:
            preview = await self._ask()
        except PayLinkError as problem:
            self.show_problem(problem)
            self._show_nothing()
            return
        self._preview = preview
        self._show(preview)

    async def _ask(self) -> RefundPreview:
        part = self._part
        return await self.services.refunds.preview(
            self._payment_id,
            self._amount,
            client=part.client_code if part else None,
            matter=(part.matter_number or None) if part else None,
        )

    def _show_nothing(self) -> None:
        for name in ("#cascade", "#note"):
            self.query_one(name, Static).update("")

    def _show(self, preview: RefundPreview) -> None:
        self.show_problem(None)
        if self._amount is None:
            self._put(preview.amount)
        self._tell_part(preview.transaction)
        self.query_one("#beside", Static).update(beside_lines(preview.transaction, preview.clients))
        self.query_one("#cascade", Static).update(cascade_lines(preview.cascade))
        self.query_one("#note", Static).update(note_lines(preview))

    def _put(self, amount: int | None) -> None:
        field = self.query_one("#amount", MoneyInput)
        with field.prevent(Input.Changed):
            field.put(amount)

    @on(Input.Changed, "#amount")
    def _typed(self) -> None:
        field = self.query_one("#amount", MoneyInput)
        self.query_one(ChoiceRow).value = TYPED
        self._preview = None
        if field.problem or field.minor is None:
            self.workers.cancel_group(self, "preview")
            self.show_problem(field.problem or "Type the amount.")
        else:
            self._amount = field.minor
            self._read(PAUSE)

    @on(ChoiceRow.Changed)
    def _chosen(self, event: ChoiceRow.Changed) -> None:
        """Take all of it, or what no invoice has taken; a typed amount waits for its digits."""
        known = self._preview
        if event.value == TYPED:
            self.query_one("#amount").focus()
        elif event.value == OVERPAYMENT and known is not None and not known.overpayment:
            self.show_problem("There is no overpayment: invoices have taken all of it.")
        elif event.value == ALL or known is not None:
            self._amount = None if event.value == ALL or known is None else known.overpayment
            self._put(self._amount)
            self._read()

    @on(Input.Changed, "#reason")
    def _reason_typed(self) -> None:
        if self._preview is not None:
            self.show_problem(None)

    def action_amount(self) -> None:
        """Go on to the next way of saying how much."""
        self.query_one(ChoiceRow).action_move(1)

    def action_part(self) -> None:
        """Go on to the next part of a split payment, and after the last to all of them."""
        if len(self._parts) < 2:
            self.show_problem("It is not split: all of it is one client’s.")
            return
        ring = (None, *self._parts)
        self._part = ring[(ring.index(self._part) + 1) % len(ring)]
        self._amount = None
        self.query_one(ChoiceRow).value = ALL
        self._read()

    def action_accept(self) -> None:
        """Refund it, once there is a reason."""
        field = self.query_one("#reason", Input)
        if self._posting:
            return
        if self._preview is None:
            if not self.query_one("#frame").has_class("-problem"):
                self.show_problem("Look at what it would do first: it is still being read.")
            return
        if not field.value.strip():
            if field.has_focus:
                self.show_problem("A reason is needed: it is kept beside the refund.")
            field.focus()
            return
        self._posting = True
        self.query_one("#note", Static).update("Asking the processor ...")
        self._request(self._preview, field.value.strip())

    @work(group="post", exit_on_error=False)
    async def _request(self, shown: RefundPreview, reason: str) -> None:
        try:
            made = await self.services.refunds.request(
                self._payment_id,
                shown.amount,
                reason=reason,
                client=shown.client or None,
                matter=shown.matter or None,
                shown=shown,
                key=self._key,
            )
        except ChangedMeanwhile as changed:
            await self._look_again(changed)
        except PayLinkError as problem:
            self.query_one("#note", Static).update(note_lines(shown))
            self.show_problem(problem)
        else:
            self.dismiss(made)
        finally:
            self._posting = False

    async def _look_again(self, changed: ChangedMeanwhile) -> None:
        """Show what it would do now, and that it is not what was shown."""
        try:
            self._preview = await self._ask()
        except PayLinkError as problem:
            self._preview = None
            self.show_problem(problem)
            return
        self._show(self._preview)
        self.show_problem(changed)

    def action_leave(self) -> None:
        """Leave; not while the processor is being asked, which is over in a moment."""
        if not self._posting:
            self.dismiss(None)
