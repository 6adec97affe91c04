"""The invoices a payment would pay: before, paid, after; the amounts can be typed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.money import display, parse_amount, plain
from paylink_tui.tui.widgets.cells import Cell
from paylink_tui.tui.widgets.rows_layout import Column
from paylink_tui.tui.widgets.rows_list import RowsList

_WRITES: Final = frozenset("0123456789.,")
"""Keys that write an amount."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One invoice in a preview. Amounts in minor units."""

    number: str
    matter: str
    due: str
    before: int
    paid: int
    currency: str
    late: bool = False
    """Whether it is overdue."""
    marked: bool = False

    @property
    def after(self) -> int:
        """What it owes afterwards."""
        return self.before - self.paid


class AllocationTable(RowsList[InvoiceLine]):
    """Typing on a row writes the amount it takes; space marks it, when marks mean something."""

    cursor_without_focus = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", show=False, id="allocation.mark"),
        Binding("backspace", "erase", "Erase", show=False, id="allocation.erase"),
        Binding("r", "reset", "Oldest first", show=False, id="allocation.reset"),
    ]

    class Edited(Message):
        """An amount was typed for an invoice, in minor units."""

        def __init__(self, number: str, amount: int) -> None:
            super().__init__()
            self.number = number
            self.amount = amount

    class Marked(Message):
        """An invoice was marked or unmarked."""

        def __init__(self, number: str) -> None:
            super().__init__()
            self.number = number

    class Reset(Message):
        """The amounts typed shall be forgotten."""

    class Misread(Message):
        """What was typed is no amount; empty when it is one again."""

        def __init__(self, problem: str) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, *, marks: bool = False, id: str | None = None) -> None:
        """A table without rows; with `marks` invoices are chosen instead of amounts typed."""
        self._marks = marks
        self._typed: str | None = None
        mark = (Column[InvoiceLine]("", lambda one: Cell("[x]" if one.marked else "[ ]"), 3),)
        columns = (
            *(mark if marks else ()),
            Column[InvoiceLine]("Invoice", lambda one: Cell(one.number), 8, most=16),
            Column[InvoiceLine]("Matter", lambda one: Cell(one.matter, "faint"), 9, most=20, drop=1),
            Column[InvoiceLine]("Due", _due, 8, whole=True, drop=2),
            Column[InvoiceLine]("Before", _before, 9, right=True, whole=True),
            Column[InvoiceLine]("Paid", self._paid, 10, right=True, whole=True),
            Column[InvoiceLine]("After", _after, 9, right=True, whole=True),
        )
        super().__init__(columns, lambda one: one.number, id=id)

    @property
    def editing(self) -> bool:
        """Whether an amount is being typed."""
        return self._typed is not None

    def on_key(self, event: events.Key) -> None:
        """A digit, a point or a comma begins or goes on with an amount."""
        typed = event.character or ""
        if self._marks or self.row is None or typed not in _WRITES:
            return
        event.stop()
        event.prevent_default()
        if len(self._typed or "") < 20:
            self._write((self._typed or "") + typed)

    def action_erase(self) -> None:
        """Take away the last character of the amount."""
        if self.row is not None and not self._marks:
            self._write((plain(self.row.paid) if self._typed is None else self._typed)[:-1])

    def action_mark(self) -> None:
        """Mark or unmark the invoice."""
        if self._marks and self.row is not None:
            self.post_message(self.Marked(self.row.number))

    def action_reset(self) -> None:
        """Forget the amounts typed: oldest first again."""
        self._typed = None
        self.refresh()
        self.post_message(self.Reset())

    def clicked(self, *, again: bool) -> None:
        """A click marks the row, where marks mean something."""
        self.action_mark()

    def action_move(self, by: int) -> None:
        """Take the amount typed, then move."""
        if self.commit():
            super().action_move(by)

    def on_blur(self) -> None:
        """Leaving the table takes the amount typed."""
        self.commit()

    def commit(self) -> bool:
        """Take the amount typed; False while it is no amount."""
        if self._typed is None or self.row is None:
            return True
        try:
            amount = parse_amount(self._typed or "0", self.row.currency)
        except BadInput as bad:
            self.post_message(self.Misread(bad.message))
            return False
        self._typed = None
        self.refresh()
        self.post_message(self.Edited(self.row.number, amount))
        return True

    def set_rows(self, rows: Sequence[InvoiceLine], *, more: bool = False, fresh: bool = False) -> None:
        """Show other invoices, or the same with other amounts; an amount being typed stays."""
        row = self.row
        super().set_rows(rows, more=more, fresh=fresh)
        if self._typed is not None and (self.row is None or row is None or row.number != self.row.number):
            self._typed = None

    def _write(self, typed: str) -> None:
        self._typed = typed
        self.post_message(self.Misread(""))
        self.refresh()

    def _paid(self, one: InvoiceLine) -> Cell:
        if self._typed is not None and self.row is one:
            return Cell(f"{self._typed}▏", "edited")
        return Cell(display(one.paid, one.currency), "strong" if one.paid else "faint")


def _before(one: InvoiceLine) -> Cell:
    return Cell(display(one.before, one.currency), "faint")


def _after(one: InvoiceLine) -> Cell:
    return Cell(display(one.after, one.currency))


def _due(one: InvoiceLine) -> Cell:
    return Cell(f"{one.due} !" if one.late else one.due, "bad" if one.late else "faint")
