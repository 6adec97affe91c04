"""`?`: every key of the screen one came from, of its table and of the desk, and the words of the filter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from paylink_tui.tui.commands import Command, Commanded, bindings
from paylink_tui.tui.keys import key_name
from paylink_tui.tui.paint import HEADING
from paylink_tui.tui.paths import style
from paylink_tui.tui.widgets.footer_line import FooterLine

COMMANDS = (
    Command("help.leave", "escape,question_mark,q", "Back", "Leave the help.", "Help", True),
    Command("help.up", "up,k", "Up", "Scroll up.", "Help", run="scroll(-1)"),
    Command("help.down", "down,j", "Down", "Scroll down.", "Help", run="scroll(1)"),
)
SHARED = ("f1", "escape", "tab")
"""The keys that do the same in every dialog."""
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
        """Two columns where there is room, else one under the other; a dialog has its own keys alone."""
        with VerticalScroll(id="help", classes="panel") as frame:
            frame.border_title = "Keys"
            yield Sheet(self._keys())
            if not self._over_dialog:
                yield Sheet([*self._search_help(), GAP, *_dialog_help(self._remapped)])
        yield FooterLine(COMMANDS)

    def on_mount(self) -> None:
        """Take no more room than the keys of a dialog need."""
        self.set_class(self._over_dialog, "-single")

    @property
    def _over_dialog(self) -> bool:
        return isinstance(self._about, ModalScreen)

    @property
    def _remapped(self) -> Mapping[str, str]:
        return getattr(self.app, "remapped", {})

    def _keys(self) -> list[Entry]:
        nodes = [self._about] if self._over_dialog else [self._about, self.app]
        commands = [one for node in nodes if isinstance(node, Commanded) for one in node.ACTIONS]
        groups = _grouped((one for one in commands if one.listed), self._remapped)
        if found := list(self._focused_keys()):
            groups.setdefault("Field" if self._over_dialog else "Table", []).extend(found)
        return _entries(groups)

    def _focused_keys(self) -> Iterable[Entry]:
        """The keys of the widget of ours that has the focus there, such as the table's."""
        focused = self._about.focused
        for one in focused.BINDINGS if focused is not None else ():
            if isinstance(one, Binding) and one.id and one.description:
                yield _entry(one.key, f"{one.description}.")

    def _search_help(self) -> list[Entry]:
        """What may be typed after `/` there."""
        own: Sequence[tuple[str, str]] = getattr(self._about, "SEARCH", ())
        return [Entry("", "Search"), *(Entry(*one) for one in own)] if own else filter_help()

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


def _dialog_help(remapped: Mapping[str, str]) -> list[Entry]:
    """The keys of dialogs by what they are about; of those about nothing in particular, what all share."""
    from paylink_tui.tui.registry import dialog_commands

    told = []
    for one in dialog_commands():
        if one.group != "Dialog":
            told.append(replace(one, group=f"In a dialog: {one.group}"))
        elif one.key in SHARED:
            told.append(replace(one, group="In every dialog"))
    return _entries(_grouped(told, remapped))


def _grouped(commands: Iterable[Command], remapped: Mapping[str, str]) -> dict[str, list[Entry]]:
    """What commands do, by the headings of their groups."""
    groups: dict[str, list[Entry]] = {}
    for one in commands:
        groups.setdefault(one.group, []).append(_entry(remapped.get(one.id, one.key), one.help))
    return groups


def _entries(groups: Mapping[str, Sequence[Entry]]) -> list[Entry]:
    return [entry for name, entries in groups.items() for entry in (Entry("", name), *entries, GAP)]


def _entry(keys: str, says: str) -> Entry:
    return Entry(" ".join(key_name(key) for key in keys.split(",")[:2]), says)
