"""The link dialog: whose a payment is, and which invoices it pays, shown before it is posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import ClassVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from paylink_tui.domain.errors import ChangedMeanwhile, PayLinkError, Refused
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.views import Transaction
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import TRUST_LOCK, LinkOutcome, LinkPreview
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE
from paylink_tui.tui.dialogs.link_draft import LinkDraft
from paylink_tui.tui.dialogs.link_lines import (
    closed_by,
    invoice_lines,
    outcome_line,
    share_lines,
    what_changed,
)
from paylink_tui.tui.dialogs.owner_dialog import LINK, TICK, WAIT, OwnerDialog
from paylink_tui.tui.dialogs.owners import Owner
from paylink_tui.tui.dialogs.payment_text import payment_lines
from paylink_tui.tui.widgets.allocation_table import AllocationTable
from paylink_tui.tui.widgets.money_input import MoneyInput
from paylink_tui.tui.widgets.picker import Picker


class LinkDialog(OwnerDialog[LinkOutcome | None]):
    """Links one payment. What Enter posts is what the preview shows, or nothing."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        LINK,
        TICK,
        Command(
            "link.split", "f3", "Split", "Set this share aside and choose who gets the rest.", "Link", True
        ),
        Command("link.take-back", "f4", "Take back", "Take the last share back.", "Link"),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, transaction_id: int, title: str = "Link") -> None:
        super().__init__(services, f"{title} T{transaction_id}")
        self._payment_id = transaction_id
        self._key = uuid4().hex
        """One dialog posts one command, however often Enter is pressed."""
        self._draft = LinkDraft(0, "USD")
        self._one: Transaction | None = None
        self._preview: LinkPreview | None = None
        """What the draft as it stands would post; None while that is not known."""
        self._matters: dict[int, str] = {}
        self._today = date.min
        self._posting = False
        self._enter_waits = False

    def body(self) -> ComposeResult:
        """The payment, whose it is, the invoices it pays, and where the rest stays."""
        yield Static(id="payment", markup=False)
        yield Static(id="shares", markup=False)
        yield from self.owner_fields()
        yield MoneyInput(placeholder="Amount of this share (empty: all that is left)", id="share")
        yield AllocationTable(id="invoices")
        yield Static(id="outcome", markup=False)

    def on_mount(self) -> None:
        """Read the payment and who may have made it."""
        self._load()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        try:
            one = await self.services.transactions.get(self._payment_id)
            found = await self.services.transactions.suggestions(self._payment_id)
            firm = await self.services.firm.require()
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        now = self.services.clock.now()
        self._one, self.currency = one, one.currency
        self._today = now.astimezone(ZoneInfo(firm.timezone)).date()
        trust = one.account_kind is AccountKind.TRUST
        self._draft = LinkDraft(one.amount - one.refunded, one.currency)
        self.query_one("#payment", Static).update(payment_lines(one, now, firm.timezone))
        self.query_one("#share", MoneyInput).currency = one.currency
        self.set_tick(not trust, TRUST_LOCK if trust else "")
        self.suggest(found)
        self.show_problem(self.closed(one))
        self._enter_waits = self._enter_waits and self._draft.owner is not None

    def closed(self, one: Transaction) -> Refused | None:
        """Why this dialog can do nothing with the payment."""
        return closed_by(one)

    async def send(self, draft: LinkDraft, shown: LinkPreview) -> LinkOutcome:
        """Post what was shown, once."""
        return await self.services.linking.link(self._payment_id, draft.parts, shown=shown, key=self._key)

    def chosen(self, owner: Owner | None) -> None:
        """Preview the owner chosen."""
        self._change(self._draft.choose(owner))

    def unsettle(self) -> None:
        """Keep the old preview in sight, but post it no more."""
        self._enter_waits, self._preview = False, None
        self._draft = self._draft.choose(None)
        self.workers.cancel_group(self, "preview")

    def ticked(self, apply: bool) -> None:
        """Preview with or without paying invoices."""
        self._change(replace(self._draft, apply=apply, overrides=None))

    def _change(self, draft: LinkDraft) -> None:
        self._draft, self._preview = draft, None
        self.show_problem(None)
        self.query_one("#shares", Static).update(share_lines(draft, None))
        self.set_class(bool(draft.set_aside) or draft.amount is not None, "-split")
        if draft.owner is not None:
            self._preview_draft(draft)
        else:
            self.workers.cancel_group(self, "preview")
            self.query_one(AllocationTable).set_rows(())
            self.query_one("#outcome", Static).update("")

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _preview_draft(self, draft: LinkDraft) -> None:
        try:
            preview = await self.services.linking.preview(self._payment_id, draft.asked)
            for part in preview.parts:
                await self._name_matters(part.client.id)
        except PayLinkError as problem:
            self._enter_waits = False
            self.show_problem(problem)
            return
        self._preview = replace(preview, parts=preview.parts[: len(draft.parts)])
        self.query_one("#shares", Static).update(share_lines(draft, self._preview))
        self._show(self._preview)
        if self._enter_waits:
            self.call_after_refresh(self._post)

    async def _name_matters(self, client_id: int) -> None:
        for one in await self.services.directory.matters(client=f"#{client_id}"):
            self._matters[one.matter.id] = one.matter.number

    def _show(self, preview: LinkPreview) -> None:
        part = preview.parts[-1]
        lines = invoice_lines(part, self._matters, self._today)
        self.query_one(AllocationTable).set_rows(lines)
        self.set_class(bool(lines), "-invoices")
        told = "" if self.closed(preview.transaction) else outcome_line(preview)
        self.query_one("#outcome", Static).update(told)

    @on(AllocationTable.Edited)
    def _edited(self, event: AllocationTable.Edited) -> None:
        if self._preview is not None:
            self._change(self._draft.override(self._preview, event.number, event.amount))
        elif self._draft.overrides is not None:
            self._change(
                replace(self._draft, overrides={**self._draft.overrides, event.number: event.amount})
            )

    @on(AllocationTable.Misread)
    def _misread(self, event: AllocationTable.Misread) -> None:
        self.show_problem(event.problem or None)

    @on(AllocationTable.Reset)
    def _reset(self) -> None:
        self._change(replace(self._draft, overrides=None))

    @on(Input.Changed, "#share")
    def _share_typed(self, event: Input.Changed) -> None:
        field = self.query_one("#share", MoneyInput)
        if field.problem:
            self._preview = None
            self.show_problem(field.problem)
        elif field.minor != self._draft.amount:
            self._change(replace(self._draft, amount=field.minor, overrides=None))

    def action_split(self) -> None:
        """Ask how much of it is this owner's; once that is said, choose who gets the rest."""
        field = self.query_one("#share", MoneyInput)
        if self._draft.owner is None:
            self.show_problem("Choose a client first; then say how much of the payment is theirs.")
        elif self._draft.amount is None:
            self.add_class("-split")
            field.focus()
        elif self._draft.open_amount == 0:
            self.show_problem("Nothing is left for another share: lower this amount to split.")
        elif self._preview is not None:
            self._next_share(self._draft.put_aside())

    def action_take_back(self) -> None:
        """Choose the last share anew."""
        if self._draft.set_aside:
            self._next_share(self._draft.take_back())

    def _next_share(self, draft: LinkDraft) -> None:
        field = self.query_one("#share", MoneyInput)
        with field.prevent(Input.Changed):
            field.put(draft.amount)
        self._draft = draft
        picker = self.query_one(Picker)
        picker.clear()
        self.show_suggestions(choose=False)
        self._change(draft)
        self.query_one("#search", Input).focus()

    def action_accept(self) -> None:
        """Take an amount being typed, or a share; else link."""
        table = self.query_one(AllocationTable)
        closed = self._one and self.closed(self._one)
        if table.editing:
            table.commit()
        elif closed:
            self.show_problem(closed)
        elif self._draft.owner is not None and self._draft.open_amount > 0:
            self.action_split()
        elif self._draft.set_aside and self._draft.owner is None:
            self.show_problem("The shares must add up to the payment: choose who gets the rest.")
        elif self._preview is not None:
            self._post()
        elif self.searching:
            self.show_problem(WAIT)
        elif self._one is None or self.previewing:
            # Keys are quicker than databases: what they asked for is posted once it is on screen.
            self._enter_waits = True
        elif self._draft.owner is None:
            self.show_problem("Choose a client or a matter: press down, or type its name.")

    @property
    def previewing(self) -> bool:
        """Whether the preview of what was chosen is still under way."""
        return any(one.group in ("load", "preview") and one.is_running for one in self.workers)

    def _post(self) -> None:
        if self._posting or self._preview is None or not self._draft.complete:
            return
        self._posting, self._enter_waits = True, False
        self._link(self._draft, self._preview)

    def action_leave(self) -> None:
        """Leave; not in the middle of a posting, which is over in a moment."""
        if not self._posting:
            self.dismiss(None)

    @work(group="post", exit_on_error=False)
    async def _link(self, draft: LinkDraft, shown: LinkPreview) -> None:
        try:
            outcome = await self.send(draft, shown)
        except ChangedMeanwhile as changed:
            await self._look_again(draft, shown, changed)
        except PayLinkError as problem:
            self.show_problem(problem)
        else:
            self.dismiss(outcome)
        finally:
            self._posting = False

    async def _look_again(self, draft: LinkDraft, shown: LinkPreview, changed: ChangedMeanwhile) -> None:
        """Show the preview as it is now, and what is different from the one that was shown."""
        self._preview = None
        try:
            now = await self.services.linking.preview(self._payment_id, draft.parts)
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        if self.closed(now.transaction) is None:
            self._preview = now
            self._show(now)
        self.show_problem(
            ChangedMeanwhile(changed.rule, changed.message, what_changed(shown, now) or changed.fix)
        )
