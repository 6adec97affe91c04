"""Refunds: those that wait for another person first, then every other, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import work
from textual.content import Content

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.refunds import RefundState, RefundView
from paylink_tui.domain.text import fold_words, visible
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.cascade_lines import (
    asked_line,
    beside_lines,
    cascade_lines,
    outcome_words,
    warning_lines,
)
from paylink_tui.tui.paint import dim, when
from paylink_tui.tui.screens.list_screen import FILTER, LEAVE, ListScreen
from paylink_tui.tui.widgets.cells import Cell, whose
from paylink_tui.tui.widgets.rows_layout import Column

GROUP = "Refunds"
MOST: Final = 1_000
"""Refunds read at most."""
STATES: Final = {
    RefundState.REQUESTED: ("‖", "To approve", "warn"),
    RefundState.SENT: ("→", "Sent", "accent"),
    RefundState.DONE: ("✓", "Refunded", "good"),
    RefundState.DECLINED: ("✗", "Declined", "bad"),
    RefundState.WITHDRAWN: ("–", "Withdrawn", "faint"),
}


class RefundsScreen(ListScreen[RefundView]):
    """Every refund, and what it undoes or has undone."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "refunds.approve", "a", "Approve", "Approve the refund after seeing what it does.", GROUP, True
        ),
        Command("refunds.withdraw", "x", "Withdraw", "Take back a refund that waits.", GROUP, True),
        Command("list.open", "enter", "Detail", "Show what it undoes.", GROUP, True, run="details"),
        FILTER,
        LEAVE,
    )
    BINDINGS = bindings(one for one in ACTIONS if one.id != "list.open")

    title_text = "Refunds"
    noun = "refund"
    follows = frozenset({"refund", "payment"})

    def none_yet(self) -> str:
        """Nothing was refunded."""
        return "No refund yet: on Transactions, R refunds a completed one."

    def columns(self) -> Sequence[Column[RefundView]]:
        """How far it is, how much, to whom, and who asked."""
        return (
            Column("Refund", lambda one: Cell(one.name), 6, whole=True),
            Column("State", refund_state, 12),
            Column(
                "Amount",
                lambda one: Cell(display(one.amount, one.currency), "amount"),
                10,
                right=True,
                whole=True,
            ),
            Column("Of", lambda one: Cell(f"T{one.transaction_id}"), 4, whole=True),
            Column("Payer", lambda one: Cell(one.payer_name), 10, most=28),
            Column("Client", lambda one: Cell(whose(one.client_name, one.matter_number)), 8, most=24, drop=1),
            Column("Asked by", lambda one: Cell(one.requested_by, "faint"), 8, most=14, drop=3),
            Column("Why", lambda one: Cell(one.reason, "faint"), 8, most=40, drop=2),
        )

    def key(self, row: RefundView) -> int:
        """Refunds are told apart by number."""
        return row.id

    async def page(self, words: str, after: RefundView | None, limit: int) -> Sequence[RefundView]:
        """Refunds with every word typed in what is seen of them; those to approve first."""
        if after is not None:
            return ()
        asked = fold_words(words).split()
        found = await self.services.refunds.list(limit=MOST)
        kept = [one for one in found if all(word in _words(one) for word in asked)]
        return sorted(kept, key=lambda one: one.state is not RefundState.REQUESTED)

    async def detail(self, row: RefundView, width: int) -> Content | None:
        """Who asked and approved; for one that waits, what it would do today."""
        lines = [asked_line(row), dim(f"{when(row.requested_at, self.zone, self.now)}")]
        if row.approved_at is not None:
            lines.append(dim(f"approved by {row.approved_by}, {when(row.approved_at, self.zone, self.now)}"))
        if row.state is not RefundState.REQUESTED:
            return Content("\n").join([*lines, Content(outcome_words(row))])
        preview = await self.services.refunds.preview(
            row.transaction_id, row.amount, client=row.client_code or None, matter=row.matter_number or None
        )
        beside = beside_lines(preview.transaction, preview.clients, width)
        follows = [cascade_lines(preview.cascade), warning_lines(preview)]
        return Content("\n").join([*lines, Content(""), beside, Content(""), *follows])

    def action_details(self) -> None:
        """Show what it undoes."""
        self.list.action_select()

    @work(group="write", exit_on_error=False)
    async def action_approve(self) -> None:
        """Show what the refund under the cursor does, then send it."""
        from paylink_tui.tui.dialogs.approve_refund import ApproveRefundDialog

        row = self._waiting()
        if row is None:
            return
        done = await self.app.push_screen_wait(ApproveRefundDialog(self.services, row))
        if done is not None:
            declined = done.state is RefundState.DECLINED
            self.app.notify(outcome_words(done), severity="error" if declined else "information")
            self.load(fresh=True)

    @work(group="write", exit_on_error=False)
    async def action_withdraw(self) -> None:
        """Take the refund under the cursor back."""
        from paylink_tui.tui.dialogs.reason import ReasonDialog

        row = self._waiting()
        if row is None:
            return
        lines = [f"{display(row.amount, row.currency)} is not refunded to {visible(row.payer_name, 60)}."]
        reason = await self.app.push_screen_wait(ReasonDialog(f"Withdraw {row.name}", lines))
        if reason is None:
            return
        try:
            await self.services.refunds.withdraw(row.name, reason)
        except PayLinkError as problem:
            self.say_no(problem)
        else:
            self.app.notify(f"{row.name} is withdrawn.")
        self.load(fresh=True)

    def _waiting(self) -> RefundView | None:
        """The refund under the cursor, if it waits and something may be changed; says so if not."""
        row = self.list.row
        if row is None or self.writable is None:
            return None
        if row.state is not RefundState.REQUESTED:
            self.app.notify(f"{row.name} does not wait any more: {outcome_words(row)}")
            return None
        return row


def refund_state(one: RefundView) -> Cell:
    """Glyph and word; what nobody knows yet says so."""
    glyph, word, look = ("?", "Unknown", "warn") if one.unknown else STATES[one.state]
    return Cell(f"{glyph} {word}", look)


def _words(one: RefundView) -> str:
    name = f"T{one.transaction_id}"
    who = (one.payer_name, one.client_name, one.client_code, one.matter_number, one.requested_by)
    return fold_words(one.name, name, *who, one.reason, one.state.value, refund_state(one).text)
