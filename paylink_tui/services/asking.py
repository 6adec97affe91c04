"""How often a processor is asked about one payment whose payer waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

KEPT: Final = 1000
"""Payments that are remembered as just asked about, before the oldest are forgotten."""
EVERY: Final = timedelta(seconds=1)
"""How often, in the long run, one payment is asked about."""
AT_ONCE: Final = 3
"""How often it may be asked about in a row: a quick payer is back within the second."""


class Asking:
    """Remembers, in this process, which payments were asked about just now."""

    def __init__(self) -> None:
        self._next: dict[int, datetime] = {}

    def may_ask(self, payment_id: int, now: datetime) -> bool:
        """Count a question about a payment, unless there were too many just now."""
        since = max(self._next.get(payment_id, now), now)
        if since - now > EVERY * (AT_ONCE - 1):
            return False
        if len(self._next) > KEPT:
            self._next = {one: at for one, at in self._next.items() if at > now}
        self._next[payment_id] = since + EVERY
        return True
