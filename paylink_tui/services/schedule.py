"""When the sandbox settles a payment: real business days of the firm's country."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from paylink_tui.store.reader import first

if TYPE_CHECKING:
    from paylink_tui.store.reader import Reader

Schedule = Callable[[datetime, str], Awaitable[datetime]]
"""When (UTC) a payment made at an instant (UTC) by a method settles."""


def bank_schedule(reader: Reader) -> Schedule:
    """Settlement after the batch, by the bank holidays of the firm's country (`txn-authorized-at-once`)."""

    async def settles(paid_at: datetime, method: str) -> datetime:
        from paylink_tui.domain.calendar import completes_at
        from paylink_tui.services.holidays_of import bank_holidays

        row = await first(reader, "SELECT country FROM firm WHERE id = 1")
        country = row[0] if row else "US"
        return completes_at(paid_at, method, country, bank_holidays(country))

    return settles
