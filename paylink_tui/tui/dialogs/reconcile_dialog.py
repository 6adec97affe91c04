"""Reconciling an account for a month: the three numbers, what is on its way, and what blocks it."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Static

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import Outstanding, Reconciliation
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.paint import dim
from paylink_tui.tui.widgets.cells import COLOURS
from paylink_tui.tui.widgets.money_input import MoneyInput
from paylink_tui.tui.widgets.trust_bar import three_lines

PAUSE = 0.15
"""Seconds without a key after which a typed balance is counted with."""
OLDEST = 5
"""Outstanding items told one by one."""


class ReconcileDialog(Dialog[Reconciliation | None]):
    """Enter keeps the three numbers, once they agree."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "reconcile.accept", "enter", "Keep", "Keep the three numbers of the month.", "Trust", True, True
        ),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, account: str, month: str) -> None:
        super().__init__(f"Reconcile {account} for {month}")
        self.services = services
        self._account, self._month = account, month
        self._known: Reconciliation | None = None
        self._posting = False

    def body(self) -> ComposeResult:
        """The numbers, the bank's balance when no statement tells it, and what is on its way."""
        yield Static(id="three", markup=False)
        with Horizontal(classes="field"):
            yield Label("Bank’s balance", markup=False)
            yield MoneyInput(placeholder="as the statement says", id="balance")
        yield Static(id="waiting", markup=False)
        yield Static(id="blocks", markup=False)

    def on_mount(self) -> None:
        """Count."""
        self._read(0)

    @on(Input.Changed, "#balance")
    def _typed(self) -> None:
        self._known = None
        field = self.query_one("#balance", MoneyInput)
        self.show_problem(field.problem or None)
        if not field.problem:
            self._read(PAUSE)

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _read(self, pause: float) -> None:
        await asyncio.sleep(pause)
        given = self.query_one("#balance", MoneyInput).minor
        try:
            known = await self.services.trust.reconcile(self._account, self._month, given)
            account = await self.services.firm.account(self._account)
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        self.query_one("#balance", MoneyInput).currency = account.currency
        self._known = known
        today = self.services.clock.now().date()
        three = three_lines(known.three_way, today, "", 72)
        self.query_one("#three", Static).update(Content("\n").join(three))
        self.query_one("#waiting", Static).update(_waiting(known.outstanding, account.currency))
        self.query_one("#blocks", Static).update(_verdict(known))

    def action_accept(self) -> None:
        """Keep them, unless something blocks it."""
        if self._known is None or self._posting:
            return
        if self._known.blocks:
            self.show_problem("It cannot be kept yet: see what blocks it above.")
            return
        self._posting = True
        self._keep()

    @work(group="post", exit_on_error=False)
    async def _keep(self) -> None:
        given = self.query_one("#balance", MoneyInput).minor
        try:
            done = await self.services.trust.reconcile(self._account, self._month, given, dry_run=False)
        except PayLinkError as problem:
            self.show_problem(problem)
        else:
            self.dismiss(done)
        finally:
            self._posting = False


def _waiting(found: tuple[Outstanding, ...], currency: str) -> Content:
    """The oldest outstanding items."""
    if not found:
        return dim("Nothing is outstanding.")
    lines = [dim(f"Outstanding  {len(found)}")]
    for one in found[:OLDEST]:
        stale = ("  ! stale", COLOURS["bad"]) if one.stale else ""
        item, amount = one.item, display(one.amount, currency)
        said = f"  {item.day}  {amount}  {item.about}  {visible(item.who, 30)}"
        lines.append(Content.assemble(said, dim(f"  {one.age} days"), stale))
    return Content("\n").join(lines)


def _verdict(known: Reconciliation) -> Content:
    lines = [Content.styled(f"✗ {visible(one, 200)}", COLOURS["bad"]) for one in known.blocks]
    lines += [Content.styled(f"! {visible(one, 200)}", COLOURS["warn"]) for one in known.warnings]
    return Content("\n").join(lines or [Content.styled("✓ The three numbers agree.", COLOURS["good"])])
