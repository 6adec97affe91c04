"""A reason, asked before something is undone by reversal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Input, Static

from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.confirm import told
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog


class ReasonDialog(Dialog[str | None]):
    """Asks why; the words are kept in the books for ever."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("reason.accept", "enter", "Go on", "Do it, keeping the reason.", "Dialog", True, True),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        """Ask `title`; `lines` say what would be undone."""
        super().__init__(title)
        self._lines = told(lines)

    def body(self) -> ComposeResult:
        """What would be undone, and the field."""
        yield Static("\n".join(self._lines), id="told", markup=False)
        yield Input(placeholder="Why? It is kept in the books", id="reason", max_length=200, compact=True)

    def on_input_changed(self) -> None:
        """The complaint about a missing reason has had its time."""
        self.show_problem(None)

    def action_accept(self) -> None:
        """Hand the reason over; it cannot be empty."""
        reason = self.query_one("#reason", Input).value.strip()
        if reason:
            self.dismiss(reason)
        else:
            self.show_problem("A reason is needed: it is kept beside the reversal.")
