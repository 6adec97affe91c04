"""`?`: every key of the screen one came from, of its table and of the desk, and the words of the filter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from paylink_tui.tui.commands import Command, Commanded, bindings
from paylink_tui.tui.paint import HEADING
from paylink_tui.tui.paths import style
from paylink_tui.tui.widgets.footer_line import FooterLine, key_name

COMMANDS = (
    Command("help.leave", "escape,question_mark,q", "Back", "Leave the help.", "Help", True),
    Command("help.up", "up,k", "Up", "Scroll up.", "Help", run="scroll(-1)"),
    Command("help.down", "down,j", "Down", "Scroll down.", "Help", run="scroll(1)"),
)
INDENT = 11
"""Cells of the keys."""


class Entry(NamedTuple):
    """A line of the help: a key and what it does, or a heading when there is no key."""

    key: str
    says: str


GAP = Entry("", "")


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
            yield Sheet(self._keys())
            yield Sheet(filter_help())
        yield FooterLine(COMMANDS)

    def _keys(self) -> list[Entry]:
        nodes = [self._about, self.app]
        commands = [one for node in nodes if isinstance(node, Commanded) for one in node.ACTIONS]
        remapped: Mapping[str, str] = getattr(self.app, "remapped", {})
        groups: dict[str, list[Entry]] = {}
        for one in commands:
            if one.listed:
                groups.setdefault(one.group, []).append(_entry(remapped.get(one.id, one.key), one.help))
        groups.setdefault("Table", []).extend(self._table_keys())
        return [entry for name, entries in groups.items() for entry in (Entry("", name), *entries, GAP)]

    def _table_keys(self) -> Iterable[Entry]:
        """The keys of the widget that has the focus there, such as the table's."""
        focused = self._about.focused
        for one in focused.BINDINGS if focused is not None else ():
            if isinstance(one, Binding) and one.description:
                yield _entry(one.key, f"{one.description}.")

    def action_scroll(self, by: int) -> None:
        """Scroll by some lines."""
        self.query_one("#help").scroll_relative(y=3 * by, animate=False)

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.dismiss(None)


class Sheet(Widget):
    """Entries in two columns; what a key does hangs beside it, however narrow the sheet."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._entries = tuple(entries)

    def render(self) -> Content:
        """The entries, wrapped to the width."""
        return Content("\n").join(line for one in self._entries for line in self._lines(one))

    def _lines(self, one: Entry) -> list[Content]:
        if not one.key:
            return [Content.styled(one.says, HEADING)]
        says = textwrap.wrap(one.says, max(10, self.content_size.width - INDENT)) or [""]
        keys = [one.key, *[""] * (len(says) - 1)]
        return [
            Content.styled(f"{key:<{INDENT}}", "bold $accent") + Content(text)
            for key, text in zip(keys, says, strict=True)
        ]


def filter_help() -> list[Entry]:
    """The words of the filter bar, each with an example."""
    from paylink_tui.domain.filters import EXAMPLES

    examples = [Entry(key, example) for key, example in EXAMPLES.items()]
    words = Entry("words", "find payers, e-mails, references, clients, matters")
    return [
        Entry("", "Filter"),
        words,
        *examples,
        Entry("-", "in front of a term turns it round: -status:voided"),
    ]


def _entry(keys: str, says: str) -> Entry:
    return Entry(" ".join(key_name(key) for key in keys.split(",")[:2]), says)
