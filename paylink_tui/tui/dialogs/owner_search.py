"""A dialog in which typed words find the client or matter it is for."""

from __future__ import annotations

from typing import TypeVar

from textual import on, work

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.services.bundle import Services
from paylink_tui.tui.dialogs.dialog import Dialog
from paylink_tui.tui.dialogs.owners import Owner, find_owners
from paylink_tui.tui.widgets.money_input import MoneyInput
from paylink_tui.tui.widgets.picker import Picker

Answer = TypeVar("Answer")


class OwnerSearch(Dialog[Answer]):
    """Searches as words are typed into its picker; the first found is taken at once."""

    services: Services

    def take_owner(self, owner: Owner) -> None:
        """It is for this client or matter."""
        raise NotImplementedError

    @on(Picker.Typed)
    def _typed(self, event: Picker.Typed) -> None:
        self.search_owners(event.words)

    @work(exclusive=True, group="search", exit_on_error=False)
    async def search_owners(self, words: str) -> None:
        """Show who answers to the words; without words all are shown and none is taken."""
        try:
            currency = self.query_one("#amount", MoneyInput).currency
            found = await find_owners(self.services.directory, words, currency)
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        chosen = 0 if found and words.strip() else None
        self.query_one(Picker).show(found, chosen, empty="No client and no matter is called so")
        if chosen is not None:
            self.take_owner(found[0].value)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        self.take_owner(event.choice.value)
