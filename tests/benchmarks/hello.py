"""The floor of every screen benchmark: the smallest Textual app with a widget whose cursor moves."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widget import Widget

LINES = 30


class Lines(Widget, can_focus=True):
    """Some lines of text and a cursor on one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "move(1)"), Binding("up", "move(-1)")]
    cursor = reactive(0)

    def render(self) -> str:
        return "\n".join(f"{'>' if line == self.cursor else ' '} line {line}" for line in range(LINES))

    def action_move(self, by: int) -> None:
        self.cursor = (self.cursor + by) % LINES


class Hello(App[None]):
    """Nothing but the lines."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit")]

    def compose(self) -> ComposeResult:
        yield Lines()


if __name__ == "__main__":
    Hello().run()
