"""One screen or dialog of the desk alone on a stage, with real services on a desk of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.tui.app import PayLinkApp
from tests.tui.desk import NOW

Make = Callable[[Services], Screen[Any]]


class Stage(PayLinkApp):
    """The desk's app without its home screen: themes, styles, toasts and breakpoints are the real ones."""

    def __init__(self, desk: Path, make: Make, *, create: bool = False, actor: str = "mia") -> None:
        super().__init__(str(desk), clock=FixedClock(NOW))
        self._desk, self._make, self._create, self._actor = desk, make, create, actor
        self.results: list[Any] = []
        """What the screen was dismissed with."""

    def get_default_screen(self) -> Screen[None]:
        return Screen()

    async def _open(self) -> None:
        self._services = await open_services(
            str(self._desk), create=self._create, clock=FixedClock(NOW), actor=self._actor
        )
        await self._services.database.warm()
        self.push_screen(self._make(self._services), self.results.append)

    @property
    def services(self) -> Services:
        assert self._services is not None
        return self._services

    @property
    def text(self) -> str:
        """What a person reads on the screen, line by line."""
        return screen_text(self)


def screen_text(app: Stage) -> str:
    """The characters on the screen."""
    width, height = app.size
    lines = app.screen._compositor.render_strips(app.size)
    assert len(lines) == height
    return "\n".join(line.text[:width].rstrip() for line in lines)


async def until(pilot: Pilot[Any], condition: Callable[[], object], *, seconds: float = 10) -> None:
    """Wait for a condition; a test that waits in vain shows what was on the screen instead."""
    end = time.monotonic() + seconds
    while True:
        await pilot.pause()
        try:
            if condition():
                return
        except Exception:
            if time.monotonic() > end:
                raise
        if time.monotonic() > end:
            assert isinstance(pilot.app, Stage)
            raise AssertionError(f"it did not happen; the screen:\n{pilot.app.text}")
        await pilot.pause(0.01)


async def until_reads(pilot: Pilot[Any], *words: str) -> None:
    """Wait until all of these words are on the screen."""
    assert isinstance(pilot.app, Stage)
    app = pilot.app
    await until(pilot, lambda: all(word in app.text for word in words))
