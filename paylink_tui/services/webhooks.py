"""Webhooks: verified, stored, and only then handled; a webhook is a doorbell (`txn-once`)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import PayLinkError

if TYPE_CHECKING:
    from paylink_tui.processors.port import Processor
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.intake import IntakeService
    from paylink_tui.services.webhook_secrets import WebhookSecrets

AT_ONCE = 200
"""Payments looked after in one go."""

log = logging.getLogger("paylink.webhooks")


class WebhookService:
    """Takes what processors tell by themselves."""

    def __init__(
        self,
        clock: Clock,
        processors: Mapping[str, Processor],
        intake: IntakeService,
        secrets: WebhookSecrets,
    ) -> None:
        self._clock = clock
        self._processors = processors
        self._intake = intake
        self._secrets = secrets
        self._waiting: dict[str, dict[str, None]] = {}
        self._turn = asyncio.Lock()

    def knows(self, name: str) -> bool:
        """Whether there is a processor of that name."""
        return name in self._processors

    async def receive(self, name: str, body: bytes, headers: Mapping[str, str]) -> tuple[str, ...]:
        """Check a webhook and store its hints; nothing is stored of one that cannot be verified.

        Returns the references of the payments it tells of; none when it was refused.

        Raises:
            PayLinkError: the secrets cannot be read, or the hints not be stored.
        """
        secrets = await self._secrets.all()
        hints = self._processors[name].verify(body, headers, secrets, self._clock.now())
        if hints:
            await self._intake.keep(name, hints)
        return tuple({hint.payment_ref: None for hint in hints})

    async def handle(self, name: str, refs: Collection[str]) -> None:
        """Handle what is stored about these payments; what fails is left to the next poll.

        Those that come while others are handled wait, and are then handled together.
        """
        self._waiting.setdefault(name, {}).update(dict.fromkeys(refs))
        async with self._turn:
            waiting = list(self._waiting.pop(name, {}))
            for start in range(0, len(waiting), AT_ONCE):
                try:
                    await self._intake.handle(name, waiting[start : start + AT_ONCE])
                except PayLinkError as problem:
                    log.warning("Events of %s are left to the next poll: %s", name, problem.message)
