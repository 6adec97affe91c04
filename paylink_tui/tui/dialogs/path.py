"""A path, asked before a file is read or written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Input, Static

from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.confirm import told
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.dialogs.export import meant


class PathDialog(Dialog[Path | None]):
    """Asks where; what names no folder is among the person's documents."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("path.accept", "enter", "Go on", "Take this path.", "Dialog", True, True),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, title: str, lines: Sequence[str], value: str = "") -> None:
        """Ask `title`; `lines` say what the path is for, `value` is offered."""
        super().__init__(title)
        self._lines = told(lines)
        self._value = value

    def body(self) -> ComposeResult:
        """What it is for, and the field."""
        yield Static("\n".join(self._lines), id="told", markup=False)
        yield Input(self._value, placeholder="Path", id="path", compact=True)

    def on_input_changed(self) -> None:
        """The complaint about a missing path has had its time."""
        self.show_problem(None)

    def action_accept(self) -> None:
        """Hand the path over; it cannot be empty."""
        typed = self.query_one("#path", Input).value.strip()
        if typed:
            self.dismiss(meant(typed))
        else:
            self.show_problem("A path is needed.")
