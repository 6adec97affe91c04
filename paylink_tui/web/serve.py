"""`paylink serve`: the payment page without a screen, in one process or in several."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import UsageError
from paylink_tui.domain.settings import Page
from paylink_tui.services.bundle import open_services
from paylink_tui.services.readiness import check_ready
from paylink_tui.services.settings import load
from paylink_tui.web import listening
from paylink_tui.web.logs import speak_in_lines

if TYPE_CHECKING:
    import socket

    from paylink_tui.domain.settings import Settings


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for; None where the settings file decides."""

    database: str | None
    host: str | None = None
    port: int | None = None
    workers: int | None = None
    readonly: bool = False


@dataclass(frozen=True, slots=True)
class Serving:
    """A page that is being served."""

    firm: str
    address: str
    """Where it listens, as a URL."""
    workers: int


def run(wishes: Wishes, say: Callable[[str], None], serving: Callable[[Serving], None]) -> int:
    """Serve until told to stop; returns the exit code.

    Args:
        wishes: What to serve, and where.
        say: Tells the person a sentence.
        serving: Called once, when the first client can come.

    Raises:
        PayLinkError: it cannot start; the sentence says why.
    """
    if wishes.readonly:
        raise UsageError("A payment page takes payments, so it cannot be read-only.", "Leave --readonly out.")
    settings = load()
    page = settings.page
    host = wishes.host or page.host
    port = page.port if wishes.port is None else wishes.port
    workers = wishes.workers or page.workers
    speak_in_lines()
    listening.allow_many_files()
    firm = asyncio.run(_check(wishes.database, settings, workers))
    listener = listening.listen(host, port)
    try:
        told = Serving(firm, listening.address_of(listener), workers)
        _warn(host, page.address, say)
        if workers == 1:
            asyncio.run(serve_one(wishes.database, settings, listener, lambda: serving(told)))
            return 0
        from paylink_tui.web.supervisor import supervise

        return supervise(wishes.database, listener, workers, lambda: serving(told))
    finally:
        listener.close()


def _warn(host: str, address: str, say: Callable[[str], None]) -> None:
    if not listening.only_here(host) and address.startswith("http://"):
        say(
            "Warning: others can reach this page, but its address starts with http://, so what clients"
            " type crosses the network unencrypted. Put a web server with https in front, and set"
            " [page] address."
        )


async def _check(url: str | None, settings: Settings, workers: int) -> str:
    services = await open_services(url, settings=settings)
    try:
        return (await check_ready(services, workers)).name
    finally:
        await services.close()


def found_at(settings: Settings, listener: socket.socket) -> Settings:
    """The settings with the address the page has: without one of its own, where it listens."""
    page, here = settings.page, listening.address_of(listener)
    if page.address != Page().address or not listening.only_here(listener.getsockname()[0]):
        return settings
    return replace(settings, page=replace(page, address=here))


async def serve_one(
    url: str | None, settings: Settings, listener: socket.socket, ready: Callable[[], object]
) -> None:
    """Serve in this process until it is told to stop by SIGTERM or SIGINT."""
    from paylink_tui.web.server import PageServer

    services = await open_services(url, settings=found_at(settings, listener))
    try:
        await services.database.warm()
        server = PageServer(services, listener)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, server.stop)
        await server.run(ready)
    finally:
        await services.close()
