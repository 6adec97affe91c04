"""The page beside a screen: a thread and connections of its own, so that keys never wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.web import listening

if TYPE_CHECKING:
    import socket

    from paylink_tui.domain.settings import Settings
    from paylink_tui.web.server import PageServer

HOST, PORT = "127.0.0.1", 8200
LONGEST_STOP = 5.0
"""Seconds the screen waits at most for the page to end."""


class Beside:
    """The payment page of the demonstration firm, on this machine only."""

    def __init__(self) -> None:
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: PageServer | None = None
        self._stopping = threading.Event()

    def open(self) -> str:
        """Take the usual port, or a free one where that is taken; the page's address.

        Who opens it before it is started has to wait, and is answered then.
        """
        try:
            self._listener = listening.listen(HOST, PORT)
        except PayLinkError:
            self._listener = listening.listen(HOST, 0)
        return listening.address_of(self._listener)

    def start(self, database: str, settings: Settings, told: Callable[[str], object]) -> None:
        """Serve, from now on; `told` hears, in the page's thread, that it answers, or why it does not."""
        self._thread = threading.Thread(target=self._run, args=(database, settings, told), name="page")
        self._thread.start()

    def stop(self) -> None:
        """End the page without waiting for anybody; blocks for some tenths of a second."""
        self._stopping.set()
        loop, server = self._loop, self._server
        if loop is not None and server is not None:
            with contextlib.suppress(RuntimeError):  # it ended by itself just now
                loop.call_soon_threadsafe(server.stop)
        if self._thread is not None:
            self._thread.join(LONGEST_STOP)
        if self._listener is not None:
            self._listener.close()

    def _run(self, database: str, settings: Settings, told: Callable[[str], object]) -> None:
        try:
            asyncio.run(self._serve(database, settings, lambda: told("")))
        except Exception as problem:
            from paylink_tui.services.error_log import keep

            keep(problem)
            if self._listener is not None:
                self._listener.close()
            told(str(problem) or type(problem).__name__)

    async def _serve(self, database: str, settings: Settings, ready: Callable[[], object]) -> None:
        from paylink_tui.services.bundle import open_services
        from paylink_tui.services.demo.payers import quick_settlement
        from paylink_tui.web.server import PageServer

        assert self._listener is not None
        services = await open_services(
            database, settings=settings, actor="page", sandbox_schedule=quick_settlement(Random())
        )
        try:
            await services.database.warm()
            self._loop = asyncio.get_running_loop()
            self._server = PageServer(services, self._listener, patience=0)
            if not self._stopping.is_set():
                await self._server.run(ready)
        finally:
            self._loop = None
            await services.close()
