"""A yes or a no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Static

from paylink_tui.domain.text import visible
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog

LINES = 10
"""Lines shown at most; what does not fit is counted."""


class ConfirmDialog(Dialog[bool]):
    """Asks before something that is hard to undo; `y` or Enter on the button says yes."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("confirm.yes", "y", "Yes", "Do it.", "Dialog", True),
        LEAVE,
        Command("confirm.leave", "n", "No", "Leave everything as it is.", "Dialog", False),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, title: str, lines: Sequence[str], yes_label: str = "Yes") -> None:
        """Ask `title`; `lines` say what would happen, `yes_label` is the button's word."""
        super().__init__(title)
        self._lines = told(lines)
        self._yes_label = yes_label

    def body(self) -> ComposeResult:
        """What would happen, and the two buttons."""
        yield Static("\n".join(self._lines), id="told", markup=False)
        with Horizontal(id="buttons"):
            yield Button(visible(self._yes_label, 30), id="yes", variant="primary", compact=True)
            yield Button("Cancel", id="no", compact=True)

    def action_yes(self) -> None:
        """Say yes."""
        self.dismiss(True)

    def action_leave(self) -> None:
        """Say no."""
        self.dismiss(False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


def told(lines: Sequence[str]) -> list[str]:
    """The lines that fit into a small terminal, then how many more there are."""
    shown = [visible(line, 300) for line in lines[:LINES]]
    return [*shown, f"... and {len(lines) - LINES} more"] if len(lines) > LINES else shown
