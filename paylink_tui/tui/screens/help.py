"""`?`: every key of the screen one came from, of its table and of the desk, and the words of the filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from paylink_tui.tui.commands import Command, Commanded, bindings
from paylink_tui.tui.paint import HEADING, dim, fill
from paylink_tui.tui.paths import style
from paylink_tui.tui.widgets.footer_line import FooterLine, key_name

COMMANDS = (
    Command("help.leave", "escape,question_mark,q", "Back", "Leave the help.", "Help", True),
    Command("help.up", "up,k", "Up", "Scroll up.", "Help", run="scroll(-1)"),
    Command("help.down", "down,j", "Down", "Scroll down.", "Help", run="scroll(1)"),
)
WIDTH = 74
"""Cells of one column."""


class HelpScreen(ModalScreen[None]):
    """Made from the commands themselves, so it cannot be out of date."""

    ACTIONS: ClassVar[tuple[Command, ...]] = COMMANDS
    CSS_PATH = [style("sheets")]
    BINDINGS = bindings(COMMANDS)

    def __init__(self, about: Screen[object]) -> None:
        """Help for the screen `about`."""
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        """Two columns where there is room, else one under the other."""
        with VerticalScroll(id="help", classes="panel") as frame:
            frame.border_title = "Keys"
            yield Static(self._keys(), id="help-keys")
            yield Static(filter_help(), id="help-filter")
        yield FooterLine(COMMANDS)

    def _keys(self) -> Content:
        nodes = [self._about, self.app]
        commands = [one for node in nodes if isinstance(node, Commanded) for one in node.ACTIONS]
        remapped: Mapping[str, str] = getattr(self.app, "remapped", {})
        groups: dict[str, list[Content]] = {}
        for one in commands:
            if one.listed:
                groups.setdefault(one.group, []).append(_line(remapped.get(one.id, one.key), one.help))
        groups.setdefault("Table", []).extend(self._table_keys())
        return Content("\n\n").join(
            Content("\n").join([Content.styled(name, HEADING), *lines]) for name, lines in groups.items()
        )

    def _table_keys(self) -> Iterable[Content]:
        """The keys of the widget that has the focus there, such as the table's."""
        focused = self._about.focused
        for one in focused.BINDINGS if focused is not None else ():
            if isinstance(one, Binding) and one.description:
                yield _line(one.key, f"{one.description}.")

    def action_scroll(self, by: int) -> None:
        """Scroll by some lines."""
        self.query_one("#help").scroll_relative(y=3 * by, animate=False)

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.dismiss(None)


def filter_help() -> Content:
    """The words of the filter bar, each with an example."""
    from paylink_tui.domain.filters import EXAMPLES

    lines = [Content.styled("Filter", HEADING), Content("Words find payers, e-mails, references, clients.")]
    lines += [
        fill(Content.styled(f"{key:<11}", "bold $accent") + Content(says), WIDTH - 8)
        for key, says in EXAMPLES.items()
    ]
    lines.append(dim("A - in front of a term turns it round: -status:voided"))
    return Content("\n").join(lines)


def _line(keys: str, says: str) -> Content:
    shown = " ".join(key_name(key) for key in keys.split(",")[:2])
    return Content.styled(f"{shown:<10}", "bold $accent") + Content(" " + says)
