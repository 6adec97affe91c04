"""The page over one open socket, with the work that goes on beside it, from start to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import uvicorn

from paylink_tui.services import workers
from paylink_tui.web.app import build
from paylink_tui.web.guard import Guard
from paylink_tui.web.listening import BACKLOG
from paylink_tui.web.protocol import HEAD_BYTES, PatientProtocol
from paylink_tui.web.proxies import Proxies

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services

TAKEN_AT_ONCE = 16
"""Connections a process takes in one turn, so that several share a rush among them."""
IDLE_SECONDS = 15
"""How long a connection may stay open between two requests."""


class PageServer:
    """Serves the page and runs the workers until told to stop."""

    def __init__(self, services: Services, listener: socket.socket, *, patience: int = 10) -> None:
        """Prepare it.

        Args:
            services: What the page is about.
            listener: A socket that listens already.
            patience: Seconds that requests under way get to end when it stops.

        Raises:
            PayLinkError: a trusted proxy of the settings is no address.
        """
        self._services = services
        self._listener = listener
        page = Guard(Proxies(build(services), services.settings.page.trusted_proxies))
        self._server = _Server(
            uvicorn.Config(
                page,
                http=PatientProtocol,
                ws="none",
                loop="asyncio",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=TAKEN_AT_ONCE,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=patience,
                h11_max_incomplete_event_size=HEAD_BYTES,
            )
        )

    async def run(self, ready: Callable[[], object]) -> None:
        """Serve until stopped; `ready` is called once requests are answered.

        The workers stop first: what they had begun, another process or the next start goes on with.
        """
        self._server.ready = ready
        beside = asyncio.create_task(workers.run(self._services))
        try:
            await self._server.serve(sockets=[self._listener])
        finally:
            beside.cancel()
            await asyncio.wait([beside])

    def stop(self) -> None:
        """Have it stop; a second time, without waiting for anybody."""
        self._server.force_exit = self._server.should_exit
        self._server.should_exit = True


class _Server(uvicorn.Server):
    """uvicorn, told to stop by us alone."""

    ready: Callable[[], object]

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the program's business."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start taking connections, with room for those that have to wait."""
        await super().startup(sockets)
        for one in sockets or []:
            one.listen(BACKLOG)
        self.ready()
