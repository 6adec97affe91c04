"""The whole desk on the books as they stood at a moment, and back to those of now."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import TYPE_CHECKING

from textual import work
from textual.app import App

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.services.clock import Clock, FixedClock

if TYPE_CHECKING:
    from paylink_tui.services.asof import PastServices
    from paylink_tui.services.bundle import Services
    from paylink_tui.tui.screens.home import HomeScreen


class AsOf(App[int]):
    """An app that can open its home screen on the past."""

    _services: Services | None = None
    """Those of now, which stay open."""
    _past: PastServices | None = None
    _clock: Clock

    @property
    def home(self) -> HomeScreen | None:
        """The home screen in use, wherever we are."""
        raise NotImplementedError

    def make_home(self, clock: Clock) -> HomeScreen:
        """A home screen that nothing is attached to."""
        raise NotImplementedError

    @work(group="as of", exclusive=True, exit_on_error=False)
    async def action_as_of(self) -> None:
        """Ask for a moment, and open the desk on the books as they stood then."""
        from paylink_tui.tui.dialogs.as_of_dialog import AsOfDialog

        if self._services is None:
            self.notify("The database is still being opened.")
            return
        said = await self.push_screen_wait(AsOfDialog(self._services))
        if said:
            try:
                await self.open_moment(self._services, said)
            except PayLinkError as problem:
                self.notify(problem.message, severity="warning", timeout=10)

    @work(group="as of", exclusive=True, exit_on_error=False)
    async def action_now(self) -> None:
        """Come back to the books of now."""
        if self._past is None or self._services is None:
            self.notify("These are the books of now.")
            return
        past, self._past = self._past, None
        await self._down_to(1)
        home = self.home
        if home is not None and home.services is None:
            await home.attach(self._services, await self._services.firm.require())
        await past.close()

    async def open_moment(self, services: Services, said: str) -> None:
        """Build the books of a moment, which may take a while, and show them.

        Raises:
            BadInput: it is no moment of the past.
            DatabaseProblem: the books cannot be read, or there is no room for the copy.
        """
        asof = await asyncio.to_thread(_asof)
        when = await asof.moment_of(services, said)
        self.notify(f"The books as of {when.told} are being put together.")
        past = await asof.open_past(services, when)
        past.role = services.role
        before, self._past = self._past, past
        await self._down_to(1)
        home = self.make_home(FixedClock(when.at))
        await self.push_screen(home)
        await home.attach(past, await past.firm.require())
        if before is not None:
            await before.close()

    async def _down_to(self, screens: int) -> None:
        """Leave every screen above the first ones; the home screen of now stays as it was left."""
        while len(self.screen_stack) > screens:
            await self.pop_screen()


def _asof() -> ModuleType:
    """What opens the past, imported in a thread: it takes a while."""
    from paylink_tui.services import asof

    return asof
