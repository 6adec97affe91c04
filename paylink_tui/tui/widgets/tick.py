"""A checkbox that says on, off and locked by its characters, not by colour alone."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from paylink_tui.domain.text import visible
from paylink_tui.tui.paint import dim


class Tick(Widget, can_focus=True):
    """`[x] Apply payment to invoices`; when locked, the reason stands below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", show=False, id="tick.toggle"),
    ]

    value: reactive[bool] = reactive(False, init=False)
    """Whether it is ticked."""
    locked: reactive[str] = reactive("", layout=True)
    """Why it cannot be changed; empty when it can."""

    class Changed(Message):
        """A person ticked or unticked it."""

        def __init__(self, tick: Tick, value: bool) -> None:
            super().__init__()
            self.tick = tick
            self.value = value

        @property
        def control(self) -> Tick:
            """The checkbox, for `@on(..., "#id")`."""
            return self.tick

    def __init__(self, label: str, value: bool, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = label
        self.set_reactive(Tick.value, value)

    def render(self) -> Content:
        """The box, its label, and the reason of a lock."""
        if self.locked:
            return dim(f"[{'x' if self.value else '-'}] {self._label}\n    Locked: {visible(self.locked)}")
        box = Content.styled("[x]", "bold $text-accent") if self.value else Content("[ ]")
        return Content.assemble(box, f" {self._label}")

    def action_tick(self) -> None:
        """Tick or untick, unless it is locked."""
        if not self.locked:
            self.value = not self.value
            self.post_message(self.Changed(self, self.value))

    def on_click(self) -> None:
        """The same by mouse."""
        self.action_tick()
