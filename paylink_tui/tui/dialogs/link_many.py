"""Linking several marked payments to one client or matter, each posted or refused on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from paylink_tui.domain.errors import PayLinkError, Refused
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.views import Transaction
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import LinkOutcome, LinkPreview, Part
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE
from paylink_tui.tui.dialogs.link_lines import pays
from paylink_tui.tui.dialogs.owner_dialog import LINK, TICK, WAIT, OwnerDialog
from paylink_tui.tui.dialogs.owners import Owner
from paylink_tui.tui.widgets.cells import COLOURS, Cell, badge, transaction_state
from paylink_tui.tui.widgets.rows_layout import Column
from paylink_tui.tui.widgets.rows_list import RowsList

Answer = LinkOutcome | PayLinkError


class LinkManyDialog(OwnerDialog[tuple[Answer, ...] | None]):
    """Links every payment that was marked; escape leaves, with what became of each."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (LINK, TICK, LEAVE)
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, transaction_ids: Sequence[int]) -> None:
        super().__init__(services, f"Link {len(transaction_ids)} transactions")
        self._ids = tuple(transaction_ids)
        self._owner: Owner | None = None
        self._apply = True
        self._posting = False
        self._answers: dict[int, Answer] = {}
        self._previews: dict[int, LinkPreview | PayLinkError] = {}

    def body(self) -> ComposeResult:
        """How many and how much, whose they shall be, and each of them."""
        yield Static(id="payment", markup=False)
        yield from self.owner_fields()
        yield RowsList[Transaction](
            (
                Column("", lambda one: Cell(one.name), 5, whole=True),
                Column("Payer", lambda one: Cell(one.payer_name), 14, most=30),
                Column(
                    "Amount",
                    lambda one: Cell(display(one.amount, one.currency), "amount"),
                    10,
                    right=True,
                    whole=True,
                ),
                Column("Account", lambda one: badge(one.account_kind), 11, drop=1),
                Column("Result", self._result, 18, most=60),
            ),
            lambda one: one.id,
            id="marked",
        )
        yield Static(id="outcome", markup=False)

    def on_mount(self) -> None:
        """Read the payments, and who may have made the first."""
        self._load()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        try:
            rows = [await self.services.transactions.get(one) for one in self._ids]
            found = await self.services.transactions.suggestions(self._ids[0])
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        sums: Counter[str] = Counter()
        for one in rows:
            sums[one.currency] += one.amount - one.refunded
        total = " + ".join(display(amount, currency) for currency, amount in sums.items())
        self.query_one("#payment", Static).update(
            Content.assemble((f"{len(rows)} transactions, {total}", "bold"))
        )
        self.currency = rows[0].currency
        self.query_one("#marked", RowsList).set_rows(rows)
        self.suggest(found)

    def chosen(self, owner: Owner | None) -> None:
        """Say what would happen to all of them."""
        self._owner = owner
        self.show_problem(None)
        self._tell()

    def unsettle(self) -> None:
        """Nobody is chosen until the answer to what was typed is there."""
        self._owner = None
        self.workers.cancel_group(self, "preview")

    def ticked(self, apply: bool) -> None:
        """Pay invoices with those that may, or with none."""
        self._apply = apply
        self._tell()

    def _tell(self) -> None:
        if self._answers:
            return
        self._previews = {}
        self.query_one("#marked", RowsList).refresh()
        self.query_one("#outcome", Static).update("")
        if self._owner is not None:
            self._dry_run(self._owner, self._part(self._owner))

    def _part(self, owner: Owner) -> Part:
        return Part(owner.client, owner.matter or None, apply=None if self._apply else False)

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _dry_run(self, owner: Owner, part: Part) -> None:
        """Say of each payment what linking it would do."""
        answers = await self.services.linking.preview_many(self._ids, part)
        self._previews = dict(zip(self._ids, answers, strict=True))
        marked = self.query_one("#marked", RowsList)
        marked.set_rows(marked.rows)
        self.query_one("#outcome", Static).update(summary(owner, answers, self.currency))

    def action_accept(self) -> None:
        """Link all of them, once: a second Enter must not hide what became of each."""
        if self._answers:
            return
        if self.searching:
            self.show_problem(WAIT)
        elif self._owner is None:
            self.show_problem("Choose a client or a matter: press down, or type its name.")
        elif not self._posting:
            self._posting = True
            self._link(self._part(self._owner))

    def action_leave(self) -> None:
        """Leave, with what was done."""
        if not self._posting:
            self.dismiss(tuple(self._answers[one] for one in self._ids) if self._answers else None)

    @work(group="post", exit_on_error=False)
    async def _link(self, part: Part) -> None:
        try:
            answers = await self.services.linking.link_many(self._ids, part)
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        finally:
            self._posting = False
        self._answers = dict(zip(self._ids, answers, strict=True))
        done = sum(isinstance(one, LinkOutcome) for one in answers)
        marked = self.query_one("#marked", RowsList)
        marked.set_rows(marked.rows)
        self.query_one("#outcome", Static).update(f"{done} of {len(answers)} linked. Escape leaves.")

    def _result(self, one: Transaction) -> Cell:
        answer = self._answers.get(one.id) or self._previews.get(one.id)
        if answer is None:
            return transaction_state(one)
        if isinstance(answer, LinkOutcome):
            return Cell("✓ linked" if answer.posted else "○ links on completion", "good")
        if isinstance(answer, LinkPreview):
            later = "" if answer.posts_now else "on completion: "
            return Cell(later + (pays(answer.parts[0], one.currency) or "nothing"), "")
        rule = f"{answer.rule}: " if isinstance(answer, Refused) else ""
        return Cell(f"✗ {rule}{visible(answer.message, 200)}", "bad")


def summary(owner: Owner, answers: Sequence[LinkPreview | PayLinkError], currency: str) -> Content:
    """How many would be linked, what pays invoices, and what stays in the owner's name."""
    good = [one for one in answers if isinstance(one, LinkPreview)]
    paid = sum(one.plan.applied for preview in good for one in preview.parts)
    stays = sum(preview.remainder for preview in good)
    refused = f" {len(answers) - len(good)} cannot be." if len(good) < len(answers) else ""
    return Content.assemble(
        f"{len(good)} to ",
        (owner.label, "bold"),
        f": {display(paid, currency)} pays invoices, {display(stays, currency)} stays.",
        (refused, COLOURS["warn"]),
    )
