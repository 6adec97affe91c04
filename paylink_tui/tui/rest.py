"""What is done while the hands rest: the look through everything for garbage, which would hold a key up."""

from __future__ import annotations

import asyncio
import gc

from paylink_tui.tui.start import left_to_rests

REST = 2.0
"""Seconds without a key after which nobody is in the middle of anything."""


class Rest:
    """Looks for garbage once the keys have paused, and only if there were keys since it last looked.

    In a process whose collector is set as usual it does nothing (see `start.collect_again`).
    """

    def __init__(self, seconds: float = REST) -> None:
        self._seconds = seconds
        self._until = 0.0
        self._waiting: asyncio.TimerHandle | None = None
        self._settled = False

    def put_off(self) -> None:
        """A key came: wait anew. Takes no longer than reading the clock."""
        loop = asyncio.get_running_loop()
        self._until = loop.time() + self._seconds
        if self._waiting is None:
            self._waiting = loop.call_at(self._until, self._look, loop)

    def end(self) -> None:
        """Look no more."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop.time() < self._until:
            self._waiting = loop.call_at(self._until, self._look, loop)
            return
        self._waiting = None
        if not left_to_rests():
            return
        gc.collect()
        if not self._settled:
            # By now the modules of the first commands are here to stay: later looks need not pass them.
            self._settled = True
            gc.freeze()
