"""Record Payment: paying invoices by hand, from credit, from trust, or with money from outside."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label, Static

from paylink_tui.domain.errors import ChangedMeanwhile, PayLinkError
from paylink_tui.domain.parties import Invoice
from paylink_tui.services.bundle import Services
from paylink_tui.services.recording import RecordOutcome
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE
from paylink_tui.tui.dialogs.owner_search import OwnerSearch
from paylink_tui.tui.dialogs.owners import Owner
from paylink_tui.tui.dialogs.record_draft import FUNDS, SOURCES, RecordDraft
from paylink_tui.tui.dialogs.record_lines import held_line, open_lines, outcome_line, owner_line
from paylink_tui.tui.widgets.allocation_table import AllocationTable
from paylink_tui.tui.widgets.choice_row import ChoiceRow
from paylink_tui.tui.widgets.money_input import MoneyInput
from paylink_tui.tui.widgets.picker import Picker

PAUSE = 0.12
"""Seconds without a key after which what was typed is previewed."""


class RecordPaymentDialog(OwnerSearch[RecordOutcome | None]):
    """Shows what recording would pay and what the source holds afterwards; Enter records that."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("record.accept", "enter", "Record", "Record the payment as shown.", "Record", True, True),
        Command("record.next", "tab", "Next field", "Go to the next field.", "Dialog", True),
        Command("record.source", "f2", "Source", "Take the next source.", "Record", True),
        LEAVE,
    )
    BINDINGS = bindings(one for one in ACTIONS if one.id != "record.next")

    def __init__(self, services: Services, client: str | None = None, invoice: str | None = None) -> None:
        """Open it empty, for a client by code or name, or to pay one invoice by number."""
        super().__init__("Record payment")
        self.services = services
        self._for_client, self._for_invoice = client, invoice
        self._key = uuid4().hex
        """One dialog records one payment, however often Enter is pressed."""
        self._draft = RecordDraft()
        self._currency = "USD"
        self._today = date.min
        self._invoices: tuple[Invoice, ...] = ()
        self._matters: dict[int, str] = {}
        self._held: dict[str, int] = {}
        self._amount_typed = self._source_chosen = False
        self._posting = self._enter_waits = False
        self._preview: RecordOutcome | None = None

    def body(self) -> ComposeResult:
        """Whose it is, where the money comes from, and what it pays."""
        yield Picker("Client or matter: type to search", id="owner")
        yield Static(id="whose", markup=False)
        with Horizontal(classes="field"):
            yield Label("Source", markup=False)
            yield ChoiceRow(SOURCES, "credit", id="source")
        yield Static(id="held", markup=False)
        with Horizontal(classes="field"):
            yield Label("Amount", markup=False)
            yield MoneyInput(placeholder="0.00", id="amount")
        with Horizontal(classes="field", id="outside"):
            yield Label("Received", markup=False)
            yield Input(id="received", compact=True, max_length=10)
            yield Input(placeholder="Reference", id="reference", compact=True, max_length=200)
            yield Input(placeholder="Payee", id="payee", compact=True, max_length=200)
        yield AllocationTable(marks=True, id="invoices")
        yield Static(id="outcome", markup=False)

    def on_mount(self) -> None:
        """Read who and what it was opened for."""
        self._open()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _open(self) -> None:
        try:
            firm = await self.services.firm.require()
            self._currency = (await self.services.transactions.header()).currency
            self._today = self.services.clock.now().astimezone(ZoneInfo(firm.timezone)).date()
            owner = await self._owner_given()
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        self.query_one("#amount", MoneyInput).currency = self._currency
        received = self.query_one("#received", Input)
        with received.prevent(Input.Changed):
            received.value = self._today.isoformat()
        marked = frozenset((self._for_invoice,)) if self._for_invoice else frozenset[str]()
        self._draft = replace(self._draft, received=received.value, marked=marked)
        if owner is None:
            self.search_owners("")
        else:
            self.query_one("#amount").focus()
            self.take_owner(owner)

    async def _owner_given(self) -> Owner | None:
        if self._for_invoice:
            one = await self.services.directory.invoice(self._for_invoice)
            self._for_invoice = one.invoice.number
            return Owner(one.client_code, one.client_name)
        if self._for_client:
            found = (await self.services.directory.client(self._for_client)).client
            return Owner(found.code, found.name)
        return None

    def take_owner(self, owner: Owner) -> None:
        """See `OwnerSearch`."""
        if owner != self._draft.owner:
            marked = self._draft.marked if self._draft.owner is None else frozenset[str]()
            self._draft = replace(self._draft, owner=owner, marked=marked)
            self.query_one("#whose", Static).update(owner_line(owner))
            self._read_owner(owner)

    @work(exclusive=True, group="owner", exit_on_error=False)
    async def _read_owner(self, owner: Owner) -> None:
        """What it owes, and what credit and trust hold for it."""
        directory = self.services.directory
        try:
            client = (await directory.client(owner.client)).client
            matters = await directory.matters(client=owner.client)
            numbers = {one.matter.id: one.matter.number for one in matters}
            matter_id = next((key for key, number in numbers.items() if number == owner.matter), None)
            self._invoices = await directory.open_invoices(client.id, matter_id)
            self._matters = numbers
            await self._read_held(owner)
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        if not self._source_chosen:
            source = next((one for one in FUNDS if self._held[one]), "cheque")
            self.query_one(ChoiceRow).value = source
            self._draft = replace(self._draft, source=source)
        self._changed()

    async def _read_held(self, owner: Owner) -> None:
        """What each fund holds for the owner, with the matters of the invoices that were marked."""
        ids = {one.matter_id for one in self._invoices if one.number in self._draft.marked}
        drawn = [owner.matter or None, *(self._matters[one] for one in ids if one and not owner.matter)]
        for fund in FUNDS:
            held = [await self.services.recording.available(owner.client, one, fund) for one in drawn]
            self._held[fund] = sum(held)
        self.query_one("#held", Static).update(held_line(self._held, self._currency))

    def _changed(self) -> None:
        """Something was entered: preview it."""
        draft = self._draft
        if not self._amount_typed and draft.owner is not None:
            draft = replace(draft, amount=draft.fitting(self._invoices, self._held.get(draft.source, 0)))
            field = self.query_one("#amount", MoneyInput)
            with field.prevent(Input.Changed):
                field.put(draft.amount)
        self._draft, self._preview, self._enter_waits = draft, None, False
        self.query_one("#outside").display = draft.direct
        self.set_class(bool(self._invoices), "-invoices")
        self.show_problem(draft.problem if draft.amount is not None else None)
        self._preview_draft(draft)

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _preview_draft(self, draft: RecordDraft) -> None:
        outcome: RecordOutcome | None = None
        if draft.problem is None:
            await asyncio.sleep(PAUSE)
            try:
                outcome = await self.services.recording.preview(draft.new_record())
            except PayLinkError as problem:
                self.show_problem(problem)
        self._preview = outcome
        if outcome is not None and self._enter_waits:
            self.call_after_refresh(self._post)
        lines = open_lines(self._invoices, self._matters, self._today, draft.marked, outcome)
        self.query_one(AllocationTable).set_rows(lines)
        self.query_one("#outcome", Static).update(
            outcome_line(draft, outcome, self._invoices, self._currency)
        )

    @on(ChoiceRow.Changed)
    def _source(self, event: ChoiceRow.Changed) -> None:
        self._source_chosen = True
        self._draft = replace(self._draft, source=event.value)
        self._changed()

    @on(AllocationTable.Marked)
    def _marked(self, event: AllocationTable.Marked) -> None:
        self._draft = replace(self._draft, marked=self._draft.marked ^ {event.number})
        self._changed()
        self._hold_again()

    @work(exclusive=True, group="owner", exit_on_error=False)
    async def _hold_again(self) -> None:
        if self._draft.owner is not None:
            await self._read_held(self._draft.owner)
            self._changed()

    @on(Input.Changed, "#amount")
    def _amount(self) -> None:
        field = self.query_one("#amount", MoneyInput)
        self._amount_typed = bool(field.value.strip())
        self._draft = replace(self._draft, amount=field.minor)
        if self._amount_typed:
            self._changed()
        if field.problem:
            self.show_problem(field.problem)

    @on(Input.Changed, "#received, #reference, #payee")
    def _field(self, event: Input.Changed) -> None:
        changed: dict[str, Any] = {str(event.input.id): event.value}
        self._draft = replace(self._draft, **changed)
        self._changed()

    def action_source(self) -> None:
        """Take the next source."""
        self.query_one(ChoiceRow).action_move(1)

    def action_next(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def action_accept(self) -> None:
        """Record it; from the search field go on to the amount, while there is none."""
        if self._draft.owner is not None and self._draft.amount is None:
            self.query_one("#amount").focus()
        problem = self._draft.problem
        if problem is not None:
            self.show_problem(problem)
        elif self._preview is None:
            # Keys are quicker than databases: what they asked for is recorded once it is on screen.
            self._enter_waits = True
        else:
            self._post()

    def _post(self) -> None:
        if self._preview is not None and not self._posting:
            self._posting = True
            self._record(self._draft, self._preview)

    def action_leave(self) -> None:
        """Leave; not in the middle of a recording, which is over in a moment."""
        if not self._posting:
            self.dismiss(None)

    @work(group="post", exit_on_error=False)
    async def _record(self, draft: RecordDraft, shown: RecordOutcome) -> None:
        new = draft.new_record()
        try:
            now = await self.services.recording.preview(new)
            if now != shown:
                self._preview = None
                raise ChangedMeanwhile(
                    "link-race",
                    "What is owed or held changed since it was shown; nothing was recorded.",
                    "Look at the new preview, then record it.",
                )
            outcome = await self.services.recording.record(new, key=self._key)
        except PayLinkError as problem:
            self.show_problem(problem)
        else:
            self.dismiss(outcome)
        finally:
            self._posting = False
