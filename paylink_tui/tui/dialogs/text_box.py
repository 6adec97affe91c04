"""The last resort of copying: the text in a box, all of it selected, for the terminal's own copy."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static, TextArea

from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import Dialog
from paylink_tui.tui.paths import style


class TextBox(Dialog[None]):
    """Shows a text to be copied by hand."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("box.leave", "escape,enter", "Close", "Close the box.", "Dialog", True, True),
    )
    BINDINGS = bindings(ACTIONS)
    CSS_PATH = [style("dialogs"), style("sheets")]

    def __init__(self, what: str, text: str) -> None:
        """Show `text`; `what` says what it is."""
        super().__init__(what)
        self._text = text

    def body(self) -> ComposeResult:
        """The text, and why it is here."""
        yield Static("No clipboard here: select it by hand (in most terminals shift and drag).", markup=False)
        area = TextArea(self._text, read_only=True, id="text", show_line_numbers=False)
        area.cursor_blink = False
        yield area

    def on_mount(self) -> None:
        """Select everything."""
        area = self.query_one(TextArea)
        area.focus()
        area.select_all()
