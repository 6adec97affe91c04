"""Choosing whose a payment is: suggestions first, then what is typed. The base of the link dialogs."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.suggestions import best
from paylink_tui.domain.views import Suggestion
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.dialogs.owners import Owner, find_owners, suggested
from paylink_tui.tui.widgets.picker import Choice, Picker
from paylink_tui.tui.widgets.tick import Tick

Result = TypeVar("Result")

WAIT = "Still searching: try again once the answer is here."
APPLY = "Apply payment to invoices"
LINK = Command(
    "owner.accept", "enter", "Link", "Link the payment to the client or matter chosen.", "Link", True, True
)
TICK = Command("owner.apply", "f2", "Apply", "Tick or untick: apply the payment to invoices.", "Link", True)


class OwnerDialog(Dialog[Result]):
    """A search field over ranked answers, and the checkbox. Subclasses preview and post."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (LINK, TICK, LEAVE)
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services, title: str) -> None:
        super().__init__(title)
        self.services = services
        self.currency = "USD"
        self._suggestions: list[Choice] = []
        self._preferred: int | None = None

    def owner_fields(self) -> ComposeResult:
        """The search field and the checkbox."""
        yield Picker("Client or matter: type to search", id="owner")
        yield Tick(APPLY, True, id="apply")

    def chosen(self, owner: Owner | None) -> None:
        """Another owner was chosen, or none; subclasses preview it."""
        raise NotImplementedError

    def unsettle(self) -> None:
        """A person is choosing another owner: what was chosen before must not be posted any more."""
        raise NotImplementedError

    def ticked(self, apply: bool) -> None:
        """The checkbox was changed by a person."""
        raise NotImplementedError

    @property
    def searching(self) -> bool:
        """Whether the answer to what was typed is still under way."""
        return any(one.group == "search" and one.is_running for one in self.workers)

    def suggest(self, found: tuple[Suggestion, ...]) -> None:
        """Show the suggestions; one that is good beyond doubt is chosen beforehand."""
        self._suggestions = suggested(found)
        top = best(found)
        self._preferred = None if top is None else found.index(top)
        self.show_suggestions()

    def show_suggestions(self, *, choose: bool = True) -> None:
        """Answer an empty search field."""
        index = self._preferred if choose else None
        empty = "No suggestion: type a client's or a matter's name"
        self.query_one(Picker).show(self._suggestions, index, empty=empty)
        self.chosen(None if index is None else self._suggestions[index].value)

    def set_tick(self, on: bool, locked: str = "") -> None:
        """Show the checkbox on or off; locked, with the reason why."""
        box = self.query_one(Tick)
        box.value, box.locked = on, locked
        box.can_focus = not locked

    def action_apply(self) -> None:
        """Tick or untick the checkbox."""
        self.query_one(Tick).action_tick()

    @on(Tick.Changed, "#apply")
    def _ticked(self, event: Tick.Changed) -> None:
        self.ticked(event.value)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        self.unsettle()
        self.chosen(event.choice.value)

    @on(Picker.Typed)
    def _typed(self, event: Picker.Typed) -> None:
        self.unsettle()
        self._search(event.words)

    @work(exclusive=True, group="search", exit_on_error=False)
    async def _search(self, words: str) -> None:
        if not words.strip():
            self.show_suggestions()
            return
        try:
            found = await find_owners(self.services.directory, words, self.currency)
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        self.query_one(Picker).show(found, 0 if found else None, empty="No client and no matter is called so")
        self.chosen(found[0].value if found else None)
