"""The desk as a Textual app: it paints first, opens the database after, and wires the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.events import Event, Key
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from paylink_tui.domain.errors import BadInput, PayLinkError
from paylink_tui.domain.text import visible
from paylink_tui.services import settings
from paylink_tui.services.clock import Clock, SystemClock
from paylink_tui.tui import start, state
from paylink_tui.tui.checking import Checking
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.paths import style
from paylink_tui.tui.rest import Rest
from paylink_tui.tui.screens.home import HomeScreen
from paylink_tui.tui.screens.home_commands import DESK_COMMANDS, VIEWS, View
from paylink_tui.tui.theme import BADGES, THEMES, next_theme, readable, starting_theme

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.notifications import SeverityLevel

    from paylink_tui.services.bundle import Services
    from paylink_tui.services.demo.opening import Demo
    from paylink_tui.services.settings import Reading


def _palette() -> type[Provider]:
    from paylink_tui.tui.palette import CommandProvider

    return CommandProvider


def _step(length: int, breakpoints: Sequence[tuple[int, str]]) -> str:
    """The class of a width or a height."""
    return [name for least, name in breakpoints if length >= least][-1]


class PayLinkApp(Checking):
    """The payments desk. Returns its exit code."""

    TITLE = "PayLink"
    CSS_PATH = [style("theme"), style("app"), style("home")]
    ACTIONS: ClassVar[tuple[Command, ...]] = DESK_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(DESK_COMMANDS)
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette}
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-short"), (32, "-tall")]

    def __init__(
        self,
        url: str | None,
        *,
        readonly: bool = False,
        demo: bool = False,
        asof: str = "",
        clock: Clock | None = None,
        page: start.MakePage | None = None,
    ) -> None:
        """A desk on the database at `url`; see `open_services`. `clock` is the machine's unless given;
        `page` makes what serves the demonstration's payment page. `asof` is a moment of the past to open
        it on."""
        super().__init__()
        self._url = url
        self._readonly = readonly
        self._wants_demo = demo
        self._rest = Rest()
        self._wants_past = asof
        self._clock = clock or SystemClock()
        self._words = settings.glance()
        self._settings: Reading | None = None
        self._services: Services | None = None
        self._demo: Demo | None = None
        self._make_page = page
        self._page: start.PageBeside | None = None
        self.failure: PayLinkError | None = None
        """Why the desk could not be opened, for the terminal once the screen is gone."""
        for one in THEMES:
            self.register_theme(one)
        self.theme = self._starting_theme()
        self.set_keymap(self.remapped)

    @property
    def remapped(self) -> Mapping[str, str]:
        """Keys by the ids of commands whose key the person has changed."""
        return self._words.keymap

    def _starting_theme(self) -> str:
        """The theme the settings file names, else the one kept from last time."""
        named = self._words.theme
        kept = state.load().get("theme", "")
        return starting_theme(named if named in self.available_themes else kept, self.available_themes)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The badges' colours, for themes that are not ours."""
        return dict(BADGES)

    def get_default_screen(self) -> Screen[None]:
        """Home is there from the first paint on."""
        return self.make_home(self._clock)

    def make_home(self, clock: Clock) -> HomeScreen:
        """A home screen with everybody's saved views and the person's own."""
        own = [View(name, query) for name, query in self._words.views.items()]
        home = HomeScreen(clock, (*VIEWS, *own))
        # Known now already, the classes spare a second layout right after the first.
        home.add_class(_step(self.size.width, self.HORIZONTAL_BREAKPOINTS or []))
        home.add_class(_step(self.size.height, self.VERTICAL_BREAKPOINTS or []))
        return home

    @property
    def home(self) -> HomeScreen | None:
        """The home screen in use, wherever we are: that of the past lies above that of now. None when the app
        was started on another screen."""
        return next((one for one in reversed(self.screen_stack) if isinstance(one, HomeScreen)), None)

    # Opening and closing

    def on_ready(self) -> None:
        """Open the database, now that the frame is painted."""
        self.call_after_refresh(self.run_worker, self._open(), group="open", exit_on_error=False)

    async def _open(self) -> None:
        try:
            await self._open_desk()
        except PayLinkError as problem:
            self.failure = problem
            self.exit(1, return_code=2 if isinstance(problem, BadInput) else problem.exit_code)

    async def _open_desk(self) -> None:
        services = await (self._open_demo() if self._wants_demo else self._open_database())
        if await services.firm.get() is None and not self._readonly:
            from paylink_tui.tui.screens.first_run import FirstRunScreen

            start.collect_again()
            choice = await self.push_screen_wait(FirstRunScreen(services))
            if choice is None:
                self.exit(0)
                return
            if choice == "demo":
                await services.close()
                services = await self._open_demo()
        if self._wants_past:
            await self.open_moment(services, self._wants_past)
            return
        firm = await services.firm.require()
        if home := self.home:
            await home.attach(services, firm)
            self.run_worker(self._settle(services, home), group="settle", exit_on_error=False)

    async def _open_database(self) -> Services:
        from paylink_tui.services.bundle import open_services

        if settings.is_there():
            self._settings = await asyncio.to_thread(settings.read)
        embedded = self._url is None and not self._readonly
        self._services = await open_services(
            self._url,
            create=embedded,
            readonly=self._readonly,
            clock=self._clock,
            settings=self._settings.settings if self._settings else None,
        )
        return self._services

    async def _open_demo(self) -> Services:
        from paylink_tui.services.demo.opening import open_demo

        start.collect_again()
        if home := self.home:
            home.say_opening("Making the demonstration firm ...")
        if self._make_page is not None:
            self._page = await asyncio.to_thread(self._make_page)
        address = self._page.open() if self._page else ""
        self._demo = await open_demo(address=address)
        self._services = self._demo.services
        self.run_worker(self._play(self._demo), group="demo", exit_on_error=False)
        if self._page is not None:
            self.run_worker(self._serve_page(self._page, self._services), group="page", exit_on_error=False)
        return self._services

    async def _play(self, demo: Demo) -> None:
        """Let the demonstration's bank and payers act, once the rows are on screen."""
        if home := self.home:
            await home.rows_are_here.wait()
        await demo.play()

    async def _serve_page(self, page: start.PageBeside, services: Services) -> None:
        """Serve the demonstration's payment page, once the rows are on screen."""
        if home := self.home:
            await home.rows_are_here.wait()
        loop, address = asyncio.get_running_loop(), services.settings.page.address

        def tell(problem: str) -> None:
            if problem:
                self.notify(f"The payment page cannot be shown: {problem}", severity="warning", timeout=12)
            else:
                self.notify(f"Page {address}\nWhat you copy opens in a browser.", timeout=12)

        page.start(
            services.database.url, services.settings, lambda said: loop.call_soon_threadsafe(tell, said)
        )

    async def _settle(self, services: Services, home: HomeScreen) -> None:
        """What can wait until the rows are on screen: SQLAlchemy, and a look at the settings."""
        await home.rows_are_here.wait()
        start.collect_again()
        await services.database.warm()
        for name in ("directory", "transactions", "linking", "recording"):
            await asyncio.to_thread(getattr, services, name)
        await services.learn_role()
        home.show_labels()
        self._tell_settings()

    def _tell_settings(self) -> None:
        """Say what of the settings file is not used."""
        if self._settings is None:
            return
        from paylink_tui.tui.registry import desk_problems

        if self._settings.problems:
            said = f"{self._settings.file} is used without:\n{settings.in_words(self._settings.problems)}"
            self.notify(said, title="Settings", severity="warning", timeout=20)
        for problem in desk_problems(self._settings.settings.desk):
            self.notify(problem, severity="warning", timeout=15)

    async def on_event(self, event: Event) -> None:
        """Pass it on; a key puts off what waits for a rest."""
        if isinstance(event, Key):
            self._rest.put_off()
        await super().on_event(event)

    async def close_desk(self) -> None:
        """Give the database back; a second call does nothing."""
        self._rest.end()
        self.workers.cancel_all()
        services, demo, page = self._services, self._demo, self._page
        self._services = self._demo = self._page = None
        past, self._past = self._past, None
        if past is not None:
            await past.close()
        if page is not None:
            await asyncio.to_thread(page.stop)
        if demo is not None:
            await demo.close()
        elif services is not None:
            await services.close()

    async def on_unmount(self) -> None:
        """Close the database while the loop still runs."""
        await self.close_desk()

    # Saying

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """A toast; other people's text in it is only ever text."""
        shown = "\n".join(visible(line, 400) for line in message.splitlines())
        super().notify(shown, title=title, severity=severity, timeout=timeout, markup=markup)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """No worker fails in silence."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            said = error.message if isinstance(error, PayLinkError) else f"{type(error).__name__}: {error}"
            self.log.error(said)
            self.notify(said, title="Something went wrong", severity="error", timeout=15)

    # Commands of the whole desk

    def action_help(self) -> None:
        """Show every key."""
        from paylink_tui.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_theme(self) -> None:
        """Go on to the next of the desk's own themes."""
        self.theme = next_theme(self.theme)
        self.notify(f"Theme {self.theme}")

    def watch_theme(self, theme: str) -> None:
        """Remember the theme; with NO_COLOR, one that cannot be read is refused."""
        if not readable(theme):
            self.theme = THEMES[0].name
            self.notify(f"{theme} cannot be read with NO_COLOR.", severity="warning")
        elif self._services is not None:
            state.keep({"theme": theme})

    def action_leave(self) -> None:
        """Leave the desk."""
        self.exit(0)
