"""The sandbox's page and the webhooks over a small firm, asked without a network."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import uvicorn

from paylink_tui.domain.settings import Page, Settings
from paylink_tui.domain.views import Transaction
from paylink_tui.processors.port import Checkout, Order
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import Clock, FixedClock
from paylink_tui.store.database import Database
from paylink_tui.web.app import build
from tests.services.desk import START, settles
from tests.services.desk_payments import submitted

ADDRESS = "http://127.0.0.1:9"
"""Nobody listens there: what the sandbox tells by itself waits."""
GOOD, DECLINED, POOR = "4242 4242 4242 4242", "4000000000000002", "4000000000000044"
RETURN = f"{ADDRESS}/p/token/receipt/secret"


def services_at(database: Database, address: str = ADDRESS, clock: Clock | None = None) -> Services:
    """Services whose page is at an address."""
    settings = replace(Settings(), page=Page(address=address))
    return Services(database, clock or FixedClock(START), "mia", sandbox_schedule=settles, settings=settings)


def client(services: Services) -> httpx.AsyncClient:
    """Someone who asks it."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(build(services)), base_url=ADDRESS)


async def checkout(
    services: Services,
    amount: int = 150_000,
    language: str = "en",
    operation: str = "op_1",
    link_id: int | None = None,
) -> tuple[Transaction, str]:
    """A payment submitted on our page, and the address of the processor's page for it."""
    pending = await submitted(services, amount, operation, link_id)
    order = Order(
        operation,
        amount,
        "USD",
        "Operating",
        "Retainer <b>1</b>",
        "dana@example.com",
        "Hartwell & Ng LLP",
        RETURN,
        language,
    )
    opened = await services.sandbox_processor.open_checkout(order)
    assert isinstance(opened, Checkout)
    await services.intake.settle_operation(operation, "done")
    return pending, opened.url


def card(number: str = GOOD, seen: int = 0, expiry: str = "12/34") -> dict[str, str]:
    """What a payer sends by the card's form."""
    return {"method": "card", "seen": str(seen), "number": number, "expiry": expiry, "name": "Dana Ruiz"}


def alert(html: str) -> str:
    """What the page says loudest, as words."""
    found = re.search(r'role="alert">(.*?)</div>', html, re.S)
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.01)


async def _now(value: bool) -> bool:
    return value


class listening:
    """An application on a port of its own, for as long as the block runs."""

    def __init__(self, app: Any, port: int = 0) -> None:
        self.app = app
        self._port = port

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    async def __aenter__(self) -> int:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", self._port))
        config = uvicorn.Config(self, log_config=None, lifespan="off", timeout_graceful_shutdown=5)
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        await until(lambda: _now(self._server.started))
        return int(self._socket.getsockname()[1])

    async def __aexit__(self, *error: object) -> None:
        self._server.should_exit = True
        await self._task
        self._socket.close()
