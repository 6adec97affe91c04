"""When a screen paints: as soon as something has changed, and not on the next tick but one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from textual.screen import Screen
from textual.timer import Timer

GAP: Final = 0.004
"""Seconds between two frames at least. What comes faster is painted as one."""


class FrameTimer(Timer):
    """Stands in for the sixty ticks a second Textual paints on.

    There, rows that are ready some milliseconds after the key that asked for them wait for the tick after
    next, up to 33 ms. Here, the first thing to change is painted at once, and the next one after a gap.
    """

    def __init__(self, screen: Screen[Any], paint: Callable[[], object]) -> None:
        """A timer for `screen`, whose frames `paint` paints; it rests until something has changed."""
        super().__init__(screen, GAP, name="frames", callback=paint, pause=True)
        self._screen = screen
        self._paint = paint
        self._last = 0.0
        self._coming: asyncio.TimerHandle | None = None

    def resume(self) -> None:
        """Something has changed."""
        if self._coming is None:
            loop = asyncio.get_running_loop()
            self._coming = loop.call_at(max(loop.time(), self._last + GAP), self._frame)

    def pause(self) -> None:
        """Nothing is left to be painted."""
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None

    def stop(self) -> None:
        """Paint no more."""
        self.pause()
        super().stop()

    def _frame(self) -> None:
        self._coming = None
        self._last = asyncio.get_running_loop().time()
        try:
            self._paint()
        except Exception as error:
            self._screen.app._handle_exception(error)
