"""Moving trust money by hand: received, paid out, moved, short, restored; what it does is shown first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import uuid4

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label, Static

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import METHODS, EntryKind, EntryPreview, EntryView
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import HELP, LEAVE
from paylink_tui.tui.dialogs.entry_draft import BY_METHOD, OF_CLIENTS, EntryDraft
from paylink_tui.tui.dialogs.entry_lines import entry_lines
from paylink_tui.tui.dialogs.owner_search import OwnerSearch
from paylink_tui.tui.dialogs.owners import Owner
from paylink_tui.tui.dialogs.record_lines import owner_line
from paylink_tui.tui.widgets.choice_row import ChoiceRow
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.money_input import MoneyInput
from paylink_tui.tui.widgets.picker import Picker

PAUSE = 0.12
"""Seconds without a key after which what was typed is previewed."""


class EntryDialog(OwnerSearch[EntryView | None]):
    """Enter posts the entry as shown, or leaves it to a second person when it is large."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("entry.accept", "enter", "Post", "Post the entry as shown.", "Trust entry", True, True),
        Command("entry.next", "tab", "Next field", "Go to the next field.", "Dialog", True),
        Command(
            "entry.kind", "f2", "Kind", "Receipt, disbursement, move, shortage, restore.", "Trust entry", True
        ),
        Command("entry.method", "f3", "Method", "Cheque, wire, cash, other.", "Trust entry", True),
        Command("entry.account", "f4", "Account", "Take the next trust account.", "Trust entry", True),
        LEAVE,
    )
    BINDINGS = bindings(one for one in ACTIONS if one.id != "entry.next")

    def __init__(self, services: Services, draft: EntryDraft, accounts: Sequence[str]) -> None:
        """Open it with what is known beforehand; `accounts` are the trust accounts' names."""
        super().__init__("Trust entry")
        self.services = services
        self._draft = draft
        self._accounts = tuple(accounts)
        self._key = uuid4().hex
        """One dialog makes one entry, however often Enter is pressed."""
        self._preview: EntryPreview | None = None
        self._posting = self._enter_waits = False

    def body(self) -> ComposeResult:
        """What it is, whose, how much, how, and what it does."""
        yield ChoiceRow([kind.value for kind in EntryKind], self._draft.kind.value, id="kind")
        yield Static(id="account", markup=False)
        yield Picker("Client or matter: type to search", id="owner")
        yield Static(id="whose", markup=False)
        with Horizontal(classes="field"):
            yield Label("Amount", markup=False)
            yield MoneyInput(placeholder="0.00", id="amount")
            yield Input(placeholder="Day: today", id="dated", compact=True, max_length=10)
        with Horizontal(classes="field", id="to"):
            yield Label("To", markup=False)
            yield Input(
                placeholder="Matter number (empty: client level)", id="to_matter", compact=True, max_length=60
            )
        with Horizontal(classes="field", id="how"):
            yield Label("By", markup=False)
            yield ChoiceRow(METHODS, self._draft.method, id="method")
            yield Input(placeholder="Number", id="number", compact=True, max_length=60)
        yield Input(placeholder="Payee", id="payee", compact=True, max_length=200)
        yield Input(placeholder="Purpose", id="purpose", compact=True, max_length=200)
        yield Static(id="outcome", markup=False)

    def on_mount(self) -> None:
        """Read whose money it is, when that is known."""
        self._place()
        self._open()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _open(self) -> None:
        try:
            account = await self.services.firm.account(self._draft.account)
            self.query_one("#amount", MoneyInput).currency = account.currency
            if self._draft.client:
                client = (await self.services.directory.client_named(self._draft.client)).name
                owner = Owner(self._draft.client, client, self._draft.matter)
                self.query_one("#whose", Static).update(owner_line(owner))
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        self.query_one("#amount").focus()
        if self._draft.kind in OF_CLIENTS and not self._draft.client:
            self.query_one("#search", Input).focus()
            self.search_owners("")
        self._changed()

    def _place(self) -> None:
        """Show the fields that the kind needs, and the account."""
        kind = self._draft.kind
        self.retitle(f"Trust {kind.value}")
        shown = {
            "#owner": kind in OF_CLIENTS,
            "#whose": kind in OF_CLIENTS,
            "#to": kind is EntryKind.MOVE,
            "#how": kind in BY_METHOD,
            "#payee": kind in BY_METHOD,
        }
        for name, there in shown.items():
            self.query_one(name).display = there
        self.query_one("#account", Static).update(f"Account  {visible(self._draft.account, 60)}")
        self.query_one(FooterLine).show([one for one in (*self.ACTIONS, HELP) if self._offered(one)])

    def _offered(self, command: Command) -> bool:
        """Whether a key does something for the kind of entry on screen."""
        if command.id == "entry.method":
            return self._draft.kind in BY_METHOD
        return command.id != "entry.account" or len(self._accounts) > 1

    def take_owner(self, owner: Owner) -> None:
        """See `OwnerSearch`."""
        self._draft = replace(self._draft, client=owner.client, matter=owner.matter)
        self.query_one("#whose", Static).update(owner_line(owner))
        self._changed()

    @on(ChoiceRow.Changed, "#kind")
    def _kind(self, event: ChoiceRow.Changed) -> None:
        self._draft = replace(self._draft, kind=EntryKind(event.value))
        self._place()
        self._changed()

    @on(ChoiceRow.Changed, "#method")
    def _method(self, event: ChoiceRow.Changed) -> None:
        self._draft = replace(self._draft, method=event.value)
        self._changed()

    @on(Input.Changed, "#amount")
    def _amount(self) -> None:
        field = self.query_one("#amount", MoneyInput)
        self._draft = replace(self._draft, amount=field.minor)
        self._changed()
        if field.problem:
            self.show_problem(field.problem)

    @on(Input.Changed, "#dated, #number, #payee, #purpose, #to_matter")
    def _field(self, event: Input.Changed) -> None:
        changed: dict[str, Any] = {str(event.input.id): event.value}
        self._draft = replace(self._draft, **changed)
        self._changed()

    def _changed(self) -> None:
        self._preview, self._enter_waits = None, False
        self.show_problem(None)
        self._read(self._draft)

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _read(self, draft: EntryDraft) -> None:
        """Preview it, once nothing is missing."""
        outcome = self.query_one("#outcome", Static)
        if draft.problem is not None:
            outcome.update("")
            return
        await asyncio.sleep(PAUSE)
        try:
            self._preview = await self.services.trust.preview(draft.new_entry())
        except PayLinkError as problem:
            outcome.update("")
            self.show_problem(problem)
            return
        outcome.update(entry_lines(self._preview))
        if self._enter_waits:
            self.call_after_refresh(self.action_accept)

    def action_kind(self) -> None:
        """Take the next kind."""
        self.query_one("#kind", ChoiceRow).action_move(1)

    def action_method(self) -> None:
        """Take the next method, where money comes in or goes out."""
        if self._draft.kind in BY_METHOD:
            self.query_one("#method", ChoiceRow).action_move(1)

    def action_account(self) -> None:
        """Take the next trust account."""
        if len(self._accounts) > 1:
            place = self._accounts.index(self._draft.account)
            self._draft = replace(self._draft, account=self._accounts[(place + 1) % len(self._accounts)])
            self._place()
            self._changed()

    def action_next(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def action_accept(self) -> None:
        """Post it as shown; from the search field go on to the amount, while there is none."""
        problem = self._draft.problem
        if problem is not None:
            if self._draft.client and self._draft.amount is None:
                self.query_one("#amount").focus()
            self.show_problem(problem)
        elif self._preview is None:
            # Keys are quicker than databases: what they asked for is posted once it is on screen.
            self._enter_waits = True
        elif not self._posting:
            self._posting = True
            self._post(self._draft, self._preview)

    @work(group="post", exit_on_error=False)
    async def _post(self, draft: EntryDraft, shown: EntryPreview) -> None:
        try:
            new = replace(draft.new_entry(), amount=shown.entry.amount)
            made = await self.services.trust.enter(new, key=self._key)
        except PayLinkError as problem:
            self.show_problem(problem)
        else:
            self.dismiss(made)
        finally:
            self._posting = False

    def action_leave(self) -> None:
        """Leave; not in the middle of a posting, which is over in a moment."""
        if not self._posting:
            self.dismiss(None)
