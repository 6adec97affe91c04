"""The secrets webhooks are signed with: the one in use, and the one before it while they are exchanged."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from paylink_tui.services import keys, secrets
from paylink_tui.store.read import firm

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

KEPT: Final = timedelta(seconds=30)
"""How long they are held in memory before they are looked up again."""


class WebhookSecrets:
    """The sandbox's secrets; without one of its own it is derived from the link key."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: tuple[str, ...] = ()
        self._until: datetime | None = None

    async def all(self) -> tuple[str, ...]:
        """Every secret a signature may be made with; the first is the one to sign with.

        Raises:
            PayLinkError: a secret cannot be read, or the link key is not on this machine.
        """
        now = self._clock.now()
        if self._until is None or now >= self._until:
            # The keyring may take its time.
            current = await asyncio.to_thread(secrets.secret, secrets.WEBHOOK_SECRET)
            old = await asyncio.to_thread(secrets.secret, secrets.WEBHOOK_SECRET_OLD)
            self._known = tuple(one for one in (current or await self._derived(), old) if one)
            self._until = now + KEPT
        return self._known

    async def _derived(self) -> str:
        key_id = await firm.key_id(self._database.reader)
        if not key_id:
            return ""
        return hmac.new(keys.load_key(key_id), b"paylink sandbox webhook 1", hashlib.sha256).hexdigest()
