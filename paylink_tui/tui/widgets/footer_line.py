"""The line at the bottom: the keys used most, and what lastingly is the matter."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive

from paylink_tui.tui.commands import Command
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paint import apart, clickable, plain
from paylink_tui.tui.widgets.kept_lines import KeptLines


class FooterLine(KeptLines):
    """Keys of the commands marked for the footer, as many as fit, each of them to be clicked, too."""

    auto_links = False
    """What can be clicked keeps its own colours."""

    DEFAULT_CSS = """
    FooterLine { dock: bottom; height: 1; background: $panel; color: $foreground; }
    """

    status: reactive[str] = reactive("")
    """A lasting state, such as a lost database; it takes room from the keys."""

    def __init__(self, commands: Sequence[Command], id: str | None = None) -> None:
        super().__init__(id=id)
        self._commands = tuple(one for one in commands if one.footer)

    def show(self, commands: Sequence[Command]) -> None:
        """Show other keys, those for what is under the cursor now."""
        shown = tuple(one for one in commands if one.footer)
        if shown != self._commands:
            self._commands = shown
            self.refresh()

    def render(self) -> Content:
        """The keys from the left, the status from the right."""
        width = self.size.width
        status = plain(f" {self.status} ", width).stylize("bold $text-error") if self.status else Content("")
        line = Content("")
        for one in self._commands:
            hint = _hint(one, key_of(self.app, one))
            if line.cell_length + hint.cell_length + status.cell_length > width:
                break
            line += hint
        return apart(line, status, width)


def _hint(command: Command, key: str) -> Content:
    name = Content.styled(f" {key}", "bold $accent")
    node = "app" if command.id.startswith("desk.") else "screen"
    return clickable(name + Content(f" {command.label} "), f"{node}.{command.action}")
