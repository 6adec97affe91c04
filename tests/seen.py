"""The real screen on a database, driven by keys and read as a person reads it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from paylink_tui.tui.app import PayLinkApp

PATIENCE = 30.0
"""Seconds a test waits for what should take a moment."""


class Seen:
    """An open desk: what is on it, and the keys pressed."""

    def __init__(self, app: PayLinkApp, pilot: Pilot[Any]) -> None:
        self._app = app
        self._pilot = pilot

    @property
    def text(self) -> str:
        """The characters on the screen."""
        width = self._app.size.width
        strips = self._app.screen._compositor.render_strips(self._app.size)
        return "\n".join(strip.text[:width].rstrip() for strip in strips)

    async def reads(self, *words: str) -> str:
        """Wait until all of these words are on the screen, in capitals or not; the screen then."""
        wanted = [word.casefold() for word in words]
        await self.until(lambda: all(word in self.text.casefold() for word in wanted), words)
        return self.text

    async def until(self, condition: Callable[[], bool], waited_for: object) -> None:
        """Wait for a condition; in vain shows the screen."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"no {waited_for!r} on\n{self.text}"
            await self._pilot.pause(0.02)

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        await self._pilot.press(*keys)


@asynccontextmanager
async def opened(url: str, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Seen]:
    """The desk on the database at `url`, toasts and all."""
    app = PayLinkApp(url)
    async with app.run_test(size=size, notifications=True) as pilot:
        seen = Seen(app, pilot)
        await seen.reads("live", "Transactions")
        yield seen


async def meanwhile(command: Callable[..., Any], *words: str) -> Any:
    """Run a command while the screen goes on."""
    return await asyncio.to_thread(command, *words)
