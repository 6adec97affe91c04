"""One of a few choices on one line, by arrow, space or click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from paylink_tui.tui.widgets.cells import COLOURS


class ChoiceRow(Widget, can_focus=True):
    """`● credit  ○ trust  ○ cash`: always exactly one is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Previous", show=False, id="choice.previous"),
        Binding("right,space", "move(1)", "Next", show=False, id="choice.next"),
    ]

    value: reactive[str] = reactive("", init=False)
    """The choice made."""

    class Changed(Message):
        """Another one was chosen."""

        def __init__(self, row: ChoiceRow, value: str) -> None:
            super().__init__()
            self.row = row
            self.value = value

        @property
        def control(self) -> ChoiceRow:
            """The row, for `@on(..., "#id")`."""
            return self.row

    def __init__(self, choices: Sequence[str], value: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._choices = tuple(choices)
        self.set_reactive(ChoiceRow.value, value)

    def render(self) -> Content:
        """The choices in a line, the chosen one marked by glyph and weight."""
        return Content("  ").join(self._told(choice) for choice in self._choices)

    def _told(self, choice: str) -> Content:
        chosen = choice == self.value
        words = f"{'●' if chosen else '○'} {choice}"
        if chosen:
            return Content.styled(words, "bold $text-accent" if self.has_focus else "bold")
        return Content.styled(words, COLOURS["faint"])

    def action_move(self, by: int) -> None:
        """Choose the neighbour, round and round."""
        place = self._choices.index(self.value)
        self._choose(self._choices[(place + by) % len(self._choices)])

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        x = event.get_content_offset_capture(self).x
        for choice in self._choices:
            x -= self._told(choice).cell_length + 2
            if x < 0:
                self._choose(choice)
                return

    def on_focus(self) -> None:
        """Show the focus in the chosen word."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that the focus is elsewhere."""
        self.refresh()

    def _choose(self, choice: str) -> None:
        if choice != self.value:
            self.value = choice
            self.post_message(self.Changed(self, choice))
