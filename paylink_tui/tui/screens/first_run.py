"""The first start: an empty database gets a firm and an account, or the demonstration is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.suggester import Suggester
from textual.widgets import Input, Label, Static
from textual.worker import Worker, WorkerState

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import problem_text
from paylink_tui.tui.paths import style
from paylink_tui.tui.widgets.choice_row import ChoiceRow
from paylink_tui.tui.widgets.footer_line import FooterLine

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services

ZONES: Final = {"US": "America/New_York", "CA": "America/Toronto"}
"""The time zone offered for each country until a person types another."""


class FirstRunScreen(Screen[Literal["firm", "demo"] | None]):
    """A few fields; Enter makes the firm. `None` when it is left without either."""

    CSS_PATH = [style("dialogs"), style("screens")]
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "first.make", "enter", "Make the firm", "Make the firm and its account.", "First", True, True
        ),
        Command("first.demo", "f2", "Open the demo", "Open a demonstration firm instead.", "First", True),
        Command("first.leave", "escape", "Leave", "Leave; nothing was made.", "First", True),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._zone_typed = self._making = False

    def compose(self) -> ComposeResult:
        """The firm, its first account, and the way to the demonstration."""
        with Vertical(id="first"):
            yield Static("Welcome to PayLink, the payments desk of a law firm.", id="welcome", markup=False)
            with Horizontal(classes="field"):
                yield Label("Firm", markup=False)
                yield Input(placeholder="Name of the firm", id="firm", compact=True, max_length=200)
            with Horizontal(classes="field"):
                yield Label("Country", markup=False)
                yield ChoiceRow(("US", "CA"), "US", id="country")
            with Horizontal(classes="field"):
                yield Label("Plan", markup=False)
                yield ChoiceRow(("boutique", "elite", "starter"), "boutique", id="plan")
            with Horizontal(classes="field"):
                yield Label("Time zone", markup=False)
                yield Input(ZONES["US"], id="zone", compact=True, max_length=60, suggester=ZoneSuggester())
            yield Static("First bank account, connected to the sandbox", id="account-title", markup=False)
            with Horizontal(classes="field"):
                yield Label("Type", markup=False)
                yield ChoiceRow(("trust", "operating"), "trust", id="kind")
            with Horizontal(classes="field"):
                yield Label("Name", markup=False)
                yield Input("IOLTA trust", id="account", compact=True, max_length=200)
            yield Static(id="problem", markup=False)
        yield FooterLine(self.ACTIONS)

    @on(ChoiceRow.Changed, "#country")
    def _country(self, event: ChoiceRow.Changed) -> None:
        if not self._zone_typed:
            zone = self.query_one("#zone", Input)
            with zone.prevent(Input.Changed):
                zone.value = ZONES[event.value]

    @on(Input.Changed, "#zone")
    def _zone(self, event: Input.Changed) -> None:
        self._zone_typed = event.value not in ZONES.values()

    @on(ChoiceRow.Changed, "#kind")
    def _kind(self, event: ChoiceRow.Changed) -> None:
        name = self.query_one("#account", Input)
        if name.value in ("IOLTA trust", "Operating", ""):
            name.value = "IOLTA trust" if event.value == "trust" else "Operating"

    @on(Input.Changed)
    def _typed(self) -> None:
        self._say(None)

    def _say(self, problem: PayLinkError | None) -> None:
        self.query_one("#problem", Static).update("" if problem is None else problem_text(problem))

    def action_make(self) -> None:
        """Make the firm and its account."""
        if not self._making:
            self._making = True
            self._make()

    @work(group="write", exit_on_error=False)
    async def _make(self) -> None:
        try:
            await self._services.firm.init(
                self._value("firm"),
                country=self.query_one("#country", ChoiceRow).value,
                plan=self.query_one("#plan", ChoiceRow).value,
                timezone=self._value("zone"),
            )
            kind = self.query_one("#kind", ChoiceRow).value
            await self._services.firm.add_account(self._value("account"), kind, processor="sandbox")
        except PayLinkError as problem:
            self._say(problem)
        else:
            self.dismiss("firm")
        finally:
            self._making = False

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """No worker fails in silence; what was typed stays."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            self.query_one("#problem", Static).update(problem_text(f"{type(error).__name__}: {error}"))

    def _value(self, field: str) -> str:
        return self.query_one(f"#{field}", Input).value.strip()

    def action_demo(self) -> None:
        """Open the demonstration firm instead."""
        if not self._making:
            self.dismiss("demo")

    def action_leave(self) -> None:
        """Leave without making anything."""
        if not self._making:
            self.dismiss(None)


class ZoneSuggester(Suggester):
    """Completes the name of a time zone, whatever case it is typed in."""

    def __init__(self) -> None:
        super().__init__(use_cache=True, case_sensitive=False)

    async def get_suggestion(self, value: str) -> str | None:
        """The first zone that begins like what was typed, or has it after a slash."""
        from zoneinfo import available_timezones

        zones = sorted(available_timezones())
        asked = value.casefold().replace(" ", "_")
        return next((zone for zone in zones if zone.casefold().startswith(asked)), None)
