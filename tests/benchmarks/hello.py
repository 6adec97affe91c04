"""The floor of every screen benchmark: the smallest Textual app with a widget whose cursor moves."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

LINES = 30


class Lines(Widget, can_focus=True):
    """Some lines of text and a cursor on one of them; moving it paints two lines, no less is possible."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "move(1)"), Binding("up", "move(-1)")]
    cursor = 0

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(f"{'>' if y == self.cursor else ' '} line {y}" if y < LINES else "")])

    def action_move(self, by: int) -> None:
        before, self.cursor = self.cursor, (self.cursor + by) % LINES
        for line in (before, self.cursor):
            self.refresh(Region(0, line, self.size.width, 1))


class Hello(App[None]):
    """Nothing but the lines."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit")]

    def compose(self) -> ComposeResult:
        yield Lines()


if __name__ == "__main__":
    Hello().run()
