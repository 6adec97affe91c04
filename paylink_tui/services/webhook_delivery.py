"""The sandbox's sender: it tells what happened by signed webhooks over real HTTP, as a processor does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.processors.port import Hint
from paylink_tui.processors.sandbox_signature import HEADER, body_of, signature
from paylink_tui.store.read import settings as reading

if TYPE_CHECKING:
    import httpx

    from paylink_tui.processors.sandbox import SandboxProcessor
    from paylink_tui.services.bundle import Services
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.webhook_secrets import WebhookSecrets
    from paylink_tui.store.database import Database

BATCH: Final = 100
"""Events told in one webhook."""
PATIENCE: Final = 5.0
"""Seconds the receiver has to answer."""
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(minutes=1)
"""Pause after a failure, doubled each time."""
POSITION: Final = "webhooks:sandbox"
"""Name of the setting that keeps how far events were told."""

log = logging.getLogger("paylink.webhooks")


class WebhookSender:
    """Tells the sandbox's events, in order, from where the last sender stopped.

    Several senders may run at once: an event told twice counts once.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        processor: SandboxProcessor,
        secrets: WebhookSecrets,
        address: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._processor = processor
        self._secrets = secrets
        self._target = f"{address.rstrip('/')}/webhooks/{processor.name}"
        self._client: httpx.AsyncClient | None = None
        self._turn = asyncio.Lock()
        self._next_in_line = False
        self._failures = 0
        self._not_before: datetime | None = None

    async def deliver(self) -> int:
        """Tell what is new, unless a failure was just now; how many events were told.

        Of many that ask at once one waits for its turn: it tells what all of them saw happen.
        """
        if self._next_in_line:
            return 0
        self._next_in_line = True
        try:
            await self._turn.acquire()
        finally:
            self._next_in_line = False
        try:
            return await self._deliver()
        finally:
            self._turn.release()

    async def _deliver(self) -> int:
        if self._not_before is not None and self._clock.now() < self._not_before:
            return 0
        told = 0
        while True:
            position = await self._position()
            page = await self._processor.events(position, BATCH)
            if not page.hints:
                return told
            if not await self._post(page.hints):
                self._pause()
                return told
            self._failures, self._not_before = 0, None
            await self._keep(page.cursor)
            told += len(page.hints)

    async def _position(self) -> str:
        """Where to go on; a first sender leaves out what was polled before there was one."""
        reader = self._database.reader
        kept = await reading.value(reader, POSITION)
        return kept or await reading.value(reader, f"cursor:{self._processor.name}")

    async def _keep(self, position: str) -> None:
        """Remember how far events were told, unless another sender got further."""
        from paylink_tui.store.unit_of_work import unit_of_work
        from paylink_tui.store.write import settings

        # Lost, they are told again, which changes nothing.
        async with unit_of_work(
            self._database, self._processor.name, self._clock.now(), lasting=False
        ) as unit:
            await settings.keep_furthest(unit, POSITION, position)

    async def _post(self, hints: Sequence[Hint]) -> bool:
        """Send one webhook; whether it was taken."""
        import httpx

        secret, body = (await self._secrets.all())[0], body_of(hints)
        headers = {
            "Content-Type": "application/json",
            HEADER: signature(body, secret, self._clock.now()),
        }
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=PATIENCE, trust_env=False)
        try:
            answer = await self._client.post(self._target, content=body, headers=headers)
        except httpx.HTTPError as problem:
            return self._told(type(problem).__name__)
        return answer.status_code == 200 or self._told(f"answer {answer.status_code}")

    def _told(self, why: str) -> bool:
        """Say once that webhooks are not taken."""
        if not self._failures:
            log.warning("The sandbox's webhooks are not taken at %s (%s); tried again", self._target, why)
        return False

    def _pause(self) -> None:
        wait = min(LONGEST, SHORTEST * 2 ** min(self._failures, 10))
        self._failures += 1
        self._not_before = self._clock.now() + wait

    async def close(self) -> None:
        """Give the connection back."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


async def deliver(services: Services) -> int:
    """Tell the sandbox's news to the page's own address; how many events were told."""
    return await services.webhook_sender.deliver()


async def kick(services: Services) -> None:
    """As `deliver`, right after something happened; what fails is left to the next regular one."""
    try:
        await services.webhook_sender.deliver()
    except PayLinkError as problem:
        log.warning("Webhooks of the sandbox wait: %s", problem.message)
