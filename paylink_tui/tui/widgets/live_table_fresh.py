"""Which rows came or changed a moment ago."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

SECONDS: Final = 6.0
"""How long a row keeps the sign that it came or changed."""


class Fresh:
    """Ids with the moment until which they are fresh. Times are of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}

    def __contains__(self, id: int) -> bool:
        return id in self._until

    def add(self, ids: Collection[int], now: float) -> None:
        """They came or changed now."""
        self._until.update(dict.fromkeys(ids, now + SECONDS))

    def fade(self, now: float) -> None:
        """Forget those whose time is over."""
        self._until = {id: until for id, until in self._until.items() if until > now}

    def rest(self, now: float) -> float | None:
        """Seconds until the next one fades; None when nothing is fresh."""
        return max(0.1, min(self._until.values()) - now) if self._until else None
