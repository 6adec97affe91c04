"""A search field with its answers below: type to narrow, up and down to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from paylink_tui.domain.text import visible
from paylink_tui.tui.widgets.cells import Cell
from paylink_tui.tui.widgets.rows_layout import Column
from paylink_tui.tui.widgets.rows_list import RowsList


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its name, and why it is offered or what tells it apart."""

    name: str
    note: str
    value: Any
    look: str = ""


class Picker(Vertical):
    """Posts what is typed; its screen searches and answers with `show`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False, id="picker.up"),
        Binding("down", "move(1)", "Down", show=False, id="picker.down"),
        Binding("pageup", "move(-5)", "Page up", show=False, id="picker.pageup"),
        Binding("pagedown", "move(5)", "Page down", show=False, id="picker.pagedown"),
    ]

    class Typed(Message):
        """The words to search for changed."""

        def __init__(self, picker: Picker, words: str) -> None:
            super().__init__()
            self.picker = picker
            self.words = words

    class Picked(Message):
        """A person chose an answer."""

        def __init__(self, picker: Picker, choice: Choice) -> None:
            super().__init__()
            self.picker = picker
            self.choice = choice

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """The field above its answers."""
        yield Input(placeholder=self._placeholder, compact=True, id="search", max_length=200)
        matches: RowsList[Choice] = RowsList(
            (
                Column("Name", lambda one: Cell(visible(one.name, 44), one.look), 12, whole=True),
                Column("Why", lambda one: Cell(one.note, "faint"), 12, most=120),
            ),
            lambda one: (one.name, one.note),
            heading=False,
            id="matches",
        )
        matches.can_focus = False
        yield matches

    @property
    def words(self) -> str:
        """What is typed."""
        return self.query_one("#search", Input).value

    @property
    def choice(self) -> Choice | None:
        """The answer under the cursor."""
        row: Choice | None = self._matches.row
        return row

    def clear(self) -> None:
        """Empty the field, without telling of it."""
        field = self.query_one("#search", Input)
        with field.prevent(Input.Changed):
            field.value = ""

    def show(self, choices: Sequence[Choice], chosen: int | None, *, empty: str = "") -> None:
        """Answer: these choices, the cursor on one of them or on none."""
        self._matches.set_empty(empty)
        with self.prevent(RowsList.Highlighted):
            self._matches.set_rows(choices)
            if chosen is None:
                self._matches.choose_none()
            else:
                self._matches.go_to(chosen)

    def action_move(self, by: int) -> None:
        """Choose another answer."""
        self._matches.action_move(by)

    def on_descendant_focus(self) -> None:
        """Show the answers while the field has the focus."""
        self.add_class("-open")

    def on_descendant_blur(self) -> None:
        """Where the screen wants it, fold the answers away."""
        self.remove_class("-open")

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self, event.value))

    @on(RowsList.Highlighted, "#matches")
    def _picked(self, event: RowsList.Highlighted) -> None:
        event.stop()
        if event.row is not None:
            self.post_message(self.Picked(self, event.row))

    @property
    def _matches(self) -> RowsList[Choice]:
        return self.query_one("#matches", RowsList)
