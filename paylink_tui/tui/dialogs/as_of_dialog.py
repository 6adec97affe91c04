"""Which moment of the past the desk shows."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog


class AsOfDialog(Dialog[str | None]):
    """Asks for a day or a time; hands over the words once they are a moment of the past."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("as-of.accept", "enter", "Open", "Open the books of that moment.", "Dialog", True, True),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services) -> None:
        """Ask; `services` are those of now."""
        super().__init__("The books as of")
        self._services = services

    def body(self) -> ComposeResult:
        """What may be typed, and the field."""
        said = "A day stands for its end at the firm. Nothing can be changed there."
        yield Static(said, id="told", markup=False)
        yield Input(
            placeholder="2026-10-31, yesterday or 2026-10-31T17:00", id="moment", max_length=40, compact=True
        )

    def on_input_changed(self) -> None:
        """The complaint has had its time."""
        self.show_problem(None)

    @work(exclusive=True, group="read", exit_on_error=False)
    async def action_accept(self) -> None:
        """Hand the moment over; what is none is said here."""
        from paylink_tui.services.asof import moment_of

        said = self.query_one("#moment", Input).value.strip()
        if not said:
            self.show_problem("Write a day, like 2026-10-31.")
            return
        try:
            await moment_of(self._services, said)
        except PayLinkError as problem:
            self.show_problem(problem)
        else:
            self.dismiss(said)
