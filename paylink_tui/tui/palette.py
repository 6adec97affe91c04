"""ctrl+p: every command of the screen and of the desk, the themes, and transactions by any word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.tui.commands import Command, Commanded
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.theme import readable

if TYPE_CHECKING:
    from textual.dom import DOMNode

TRANSACTIONS = 5
"""Transactions offered at most."""
LEFT_OUT = ("desk.command_palette",)


class Entry(NamedTuple):
    """One line of the palette."""

    words: str
    help: str
    run: Callable[[], object]


class CommandProvider(Provider):
    """Finds commands by label and help, themes by name, transactions by the table's own search."""

    async def discover(self) -> Hits:
        """Every command, before anything is typed."""
        for entry in self._entries():
            yield DiscoveryHit(Content(entry.words), entry.run, entry.words, entry.help)

    async def search(self, query: str) -> Hits:
        """What matches the letters typed, the best first."""
        matcher = self.matcher(query)
        for entry in (*self._entries(), *self._themes()):
            score = matcher.match(f"{entry.words} {entry.help}")
            if score > 0:
                yield Hit(score, Content(entry.words), entry.run, entry.words, entry.help)
        async for hit in self._transactions(query):
            yield hit

    def _entries(self) -> Iterator[Entry]:
        from paylink_tui.tui.app import PayLinkApp

        assert isinstance(self.app, PayLinkApp)
        for node in (self.screen, self.app):
            if isinstance(node, Commanded):
                for command in node.ACTIONS:
                    if command.id not in LEFT_OUT:
                        yield self._entry(node, command)

    def _entry(self, node: DOMNode, command: Command) -> Entry:
        key = key_of(self.app, command)
        run = partial(self.app.run_action, command.action, node)
        return Entry(f"{command.label}  ({key})", command.help, run)

    def _themes(self) -> Iterator[Entry]:
        for name in sorted(self.app.available_themes):
            if readable(name):
                yield Entry(f"Theme {name}", "Paint the desk in these colours.", partial(self._paint, name))

    def _paint(self, name: str) -> None:
        self.app.theme = name

    async def _transactions(self, query: str) -> Hits:
        from paylink_tui.tui.app import PayLinkApp

        assert isinstance(self.app, PayLinkApp)
        home = self.app.home
        if home is None or home.services is None or len(query) < 2:
            return
        try:
            found = await home.services.transactions.list(query, limit=TRANSACTIONS)
        except PayLinkError:
            return
        for one in found:
            words = f"{one.name}  {display(one.amount, one.currency)}  {visible(one.payer_name, 40)}"
            yield Hit(0.5, Content(words), partial(home.find, one.name), words, one.display_state)
