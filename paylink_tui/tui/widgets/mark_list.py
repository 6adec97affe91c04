"""A list whose rows are marked with space, or by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.message import Message

from paylink_tui.tui.widgets.cells import Cell
from paylink_tui.tui.widgets.rows_layout import Column
from paylink_tui.tui.widgets.rows_list import RowsList

Row = TypeVar("Row")


class MarkList(RowsList[Row]):
    """Its first column says which rows are marked; the others are the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", show=False, id="marks.mark"),
    ]

    class Marked(Message):
        """A row was marked or unmarked."""

    def __init__(
        self, columns: Sequence[Column[Row]], key: Callable[[Row], int], *, id: str | None = None
    ) -> None:
        self._number = key
        self._marks: set[int] = set()
        box = Column[Row]("", lambda one: Cell("[x]" if key(one) in self._marks else "[ ]"), 3)
        super().__init__((box, *columns), key, id=id)

    @property
    def marked(self) -> tuple[Row, ...]:
        """The marked rows, in their order."""
        return tuple(row for row in self.rows if self._number(row) in self._marks)

    def action_mark(self) -> None:
        """Mark or unmark the row under the cursor, and go on to the next."""
        if self.row is not None:
            self._marks ^= {self._number(self.row)}
            self.action_move(1)
            self.refresh()
            self.post_message(self.Marked())

    def clicked(self, *, again: bool) -> None:
        """A click marks the row."""
        if self.row is not None:
            self._marks ^= {self._number(self.row)}
            self.refresh()
            self.post_message(self.Marked())
