"""Refunding all of several marked payments, each rehearsed first, each sent or refused on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar
from uuid import uuid4

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from paylink_tui.domain.cascade import RefundPreview
from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.domain.money import display
from paylink_tui.domain.refunds import RefundView
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import Transaction
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.screens.refunds import refund_state
from paylink_tui.tui.widgets.cells import COLOURS, Cell, badge
from paylink_tui.tui.widgets.rows_layout import Column
from paylink_tui.tui.widgets.rows_list import RowsList

Answer = RefundView | RefundPreview | PayLinkError


class RefundManyDialog(Dialog[str | None]):
    """Enter refunds every payment that can be; escape leaves, with what became of them."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "refund-many.accept",
            "enter",
            "Refund all",
            "Refund every payment that can be.",
            "Refund",
            True,
            True,
        ),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, transaction_ids: Sequence[int]) -> None:
        super().__init__(f"Refund {len(transaction_ids)} transactions")
        self.services = services
        self._ids = tuple(transaction_ids)
        self._keys = {one: uuid4().hex for one in self._ids}
        self._answers: dict[int, Answer] = {}
        self._ready = self._posting = self._done = False

    def body(self) -> ComposeResult:
        """How many and how much, each of them, and the reason."""
        yield Static(id="payment", markup=False)
        yield RowsList[Transaction](
            (
                Column("", lambda one: Cell(one.name), 5, whole=True),
                Column("Payer", lambda one: Cell(one.payer_name), 12, most=26),
                Column("Amount", self._amount, 10, right=True, whole=True),
                Column("Account", lambda one: badge(one.account_kind), 11, drop=1),
                Column("What happens", self._result, 18, most=70),
            ),
            lambda one: one.id,
            id="marked",
        )
        yield Input(placeholder="Why? It is kept in the books", id="reason", max_length=200, compact=True)
        yield Static(id="outcome", markup=False)

    def on_mount(self) -> None:
        """Rehearse each."""
        self.query_one("#reason").focus()
        self._load()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        rows = []
        for number in self._ids:
            try:
                rows.append(await self.services.transactions.get(number))
                self._answers[number] = await self.services.refunds.preview(number)
            except PayLinkError as problem:
                self._answers[number] = problem
        self.query_one("#marked", RowsList).set_rows(rows)
        good = [one for one in self._answers.values() if isinstance(one, RefundPreview)]
        self.query_one("#payment", Static).update(_heading(good, len(self._ids)))
        self._ready = bool(good)

    def action_accept(self) -> None:
        """Refund them, once: a second Enter must not hide what became of each."""
        field = self.query_one("#reason", Input)
        if self._done or self._posting:
            return
        if not self._ready:
            self.show_problem("None of them can be refunded.")
        elif not field.value.strip():
            if field.has_focus:
                self.show_problem("A reason is needed: it is kept beside each refund.")
            field.focus()
        else:
            self._posting = True
            self._send(field.value.strip())

    @work(group="post", exit_on_error=False)
    async def _send(self, reason: str) -> None:
        marked = self.query_one("#marked", RowsList)
        for number, shown in tuple(self._answers.items()):
            if not isinstance(shown, RefundPreview):
                continue
            key = self._keys[number]
            try:
                self._answers[number] = await self.services.refunds.request(
                    number, shown.amount, reason=reason, shown=shown, key=key
                )
            except PayLinkError as problem:
                self._answers[number] = problem
            marked.set_rows(marked.rows)
        self._posting, self._done = False, True
        self.show_problem(None)
        self.query_one("#outcome", Static).update(f"{self._told()} Escape leaves.")

    def _told(self) -> str:
        done = sum(isinstance(one, RefundView) for one in self._answers.values())
        return f"{done} of {len(self._ids)} refunds asked for."

    def action_leave(self) -> None:
        """Leave, with what was done."""
        if not self._posting:
            self.dismiss(self._told() if self._done else None)

    def _amount(self, one: Transaction) -> Cell:
        answer = self._answers.get(one.id)
        amount = one.amount if answer is None or isinstance(answer, PayLinkError) else answer.amount
        return Cell(display(amount, one.currency), "amount")

    def _result(self, one: Transaction) -> Cell:
        answer = self._answers[one.id]
        if isinstance(answer, RefundView):
            return refund_state(answer)
        if isinstance(answer, RefundPreview):
            return _rehearsed(answer)
        rule = f"{answer.rule}: " if isinstance(answer, Refused) else ""
        return Cell(f"✗ {rule}{visible(answer.message, 200)}", "bad")


def _heading(good: Sequence[RefundPreview], marked: int) -> Content:
    """`2 of 3 transactions, $150.00 goes back`."""
    sums: Counter[str] = Counter()
    for one in good:
        sums[one.transaction.currency] += one.amount
    total = " + ".join(display(amount, currency) for currency, amount in sums.items()) or display(0)
    waits = sum(one.second_person_needed for one in good)
    second = (f"  {waits} wait for another person", COLOURS["accent"]) if waits else ""
    return Content.assemble((f"{len(good)} of {marked} transactions, {total} goes back", "bold"), second)


def _rehearsed(preview: RefundPreview) -> Cell:
    undone = [visible(one.number, 20) for one in preview.cascade.invoices[:3]]
    unlike = any(not one.alike for one in preview.clients)
    said = f"un-pays {', '.join(undone)}" if undone else "un-pays nothing"
    return Cell(f"{said}; ! payer and client not alike" if unlike else said, "warn" if unlike else "")
